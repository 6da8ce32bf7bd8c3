"""Who the customer is: how to reach him or her, what was bought, what was asked before."""

from dataclasses import dataclass

from django.db.models import Sum

from counterbell import formats
from counterbell.accounts.opening_hours import zone
from counterbell.record.models import Order, Ticket

from .names import customer_name
from .parcels import standing_of, state_of

MOST = 8


@dataclass(frozen=True)
class Purchase:
    """An order in words."""

    number: str
    placed: str
    paid: str
    refunded: str
    state: str
    tracking_url: str


@dataclass(frozen=True)
class CustomerCard:
    """What the side of a ticket's page shows."""

    ticket: Ticket

    @property
    def name(self) -> str:
        """The customer's name, or what there is instead."""
        return customer_name(self.ticket.customer)

    @property
    def country(self) -> str:
        """The customer's country by its name, if it is known."""
        code = self.ticket.customer.country if self.ticket.customer else None
        return formats.country(code) if code else ""

    @property
    def language(self) -> str:
        """The customer's language by its name, if it is known."""
        code = self.ticket.customer.language if self.ticket.customer else None
        return formats.language(code) if code else ""

    @property
    def orders(self) -> list[Purchase]:
        """The latest purchases of the person."""
        if self.ticket.customer is None:
            return []
        person = self.ticket.customer.person_key
        placed = Order.objects.filter(shop=self.ticket.shop_id, customer__person_key=person, test=False)
        latest = placed.annotate(refunded=Sum("refunds__amount")).order_by("-placed_at", "-external_id")[:MOST]
        standing = standing_of(latest)
        return [
            Purchase(
                order.external_id,
                formats.day(order.placed_at.astimezone(zone(self.ticket.shop.timezone)).date()),
                formats.money(order.paid, order.currency),
                formats.money(order.refunded, order.currency) if order.refunded else "",
                state_of(standing[order.pk]),
                standing[order.pk].tracking_url or "",
            )
            for order in latest
        ]

    @property
    def others(self) -> list[Ticket]:
        """The person's other tickets, the latest first."""
        if self.ticket.customer is None:
            return []
        person = self.ticket.customer.person_key
        known = Ticket.objects.filter(shop=self.ticket.shop_id, customer__person_key=person).exclude(pk=self.ticket.pk)
        return list(known.select_related("state").order_by("-created_at")[:MOST])
