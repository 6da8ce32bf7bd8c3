"""What a write touches, and so which facts it makes old."""

from django.db.backends.utils import CursorWrapper

from . import dirty, sql


class Touched:
    """The tickets, orders and persons that the entries of one transaction touch."""

    def __init__(self, shop_id: int, window_us: int) -> None:
        self.shop_id, self.window_us = shop_id, window_us
        self.tickets: dict[int, int] = {}
        """primary key -> created at"""
        self.orders: dict[str, int] = {}
        """id -> placed at"""
        self.spans: list[dirty.Span] = []
        self.persons: set[str] = set()
        self.customers: set[int] = set()

    def order(self, name: str, customer: int, placed_at: int) -> None:
        """An order came or was refunded."""
        self.orders[name] = placed_at
        self.may_take_orders(customer, placed_at)

    def may_take_orders(self, customer: int | None, until_us: int) -> None:
        """The same person's tickets within the conversion window before may win or lose an order."""
        if customer is not None:
            self.spans.append((customer, until_us - self.window_us, until_us))

    def mark(self, cursor: CursorWrapper) -> set[int] | None:
        """Say in the record that these facts are old: one by one when they are few, else by their months.

        Returns which tickets they are of; None: many.
        """
        if len(self.tickets) + len(self.orders) + len(self.persons) + len(self.customers) <= dirty.FEW:
            return self._mark_one_by_one(cursor)
        self._mark_months(cursor)
        return None

    def _mark_one_by_one(self, cursor: CursorWrapper) -> set[int]:
        tickets = dirty.with_ancestors(cursor, self.tickets) | dirty.of_same_person(cursor, self.spans)
        if self.persons or self.customers:
            tickets |= dirty.of_persons(cursor, self.shop_id, self.persons, self.customers)
        orders = sql.by_id(cursor, "record_order", "id, placed_at", self.shop_id, self.orders)
        dirty.mark_some(cursor, self.shop_id, tickets, {row[0]: row[1] for row in orders.values()})
        return set(tickets)

    def _mark_months(self, cursor: CursorWrapper) -> None:
        months = dirty.months_of(self.tickets.values()) | dirty.months_of(self.orders.values())
        cursor.execute("select exists (select 1 from record_merge)")
        if cursor.fetchone()[0]:
            months |= dirty.months_with_ancestors(cursor, self.tickets)
        months |= dirty.months_of_same_person(cursor, self.spans)
        if self.persons or self.customers:
            months |= dirty.months_of_persons(cursor, self.shop_id, self.persons, self.customers)
        dirty.mark(cursor, self.shop_id, months)
