"""Which months of facts a write makes old, and the marks that say so, set in the same transaction as the write."""

import json
from collections.abc import Iterable

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper

from .sql import listed_numbers, listed_spans, listed_texts, listing

DAY_US = 86_400_000_000

FEW = 100
"""A write that touches no more than so many tickets and orders marks them one by one, else their months."""

MANY = 300
"""With more marked tickets and orders than this, a month is made again as a whole."""

Span = tuple[int, int, int]
"""(customer id, from, until): tickets of that customer's person created in [from, until], in microseconds.

The end is included: of several tickets created at one instant only one gets an order.
"""


def month_of(instant_us: int) -> int:
    """The UTC month of an instant, counted from year 0: 2025-03 is 2025 * 12 + 2."""
    return int(np.datetime64(instant_us, "us").astype("datetime64[M]").astype(int)) + 1970 * 12


def months_of(instants_us: Iterable[int]) -> set[int]:
    """The UTC months of many instants."""
    instants = np.fromiter(instants_us, np.int64)
    months = instants.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    return {int(month) + 1970 * 12 for month in np.unique(months)}


def month_start_us(month: int) -> int:
    """The first instant of a month."""
    return int(np.datetime64(month - 1970 * 12, "M").astype("datetime64[us]").astype(np.int64))


def mark(cursor: CursorWrapper, shop_id: int, months: Iterable[int]) -> None:
    """Say that the facts of these months are older than the record, as a whole."""
    cursor.executemany(
        "insert into record_dirtymonth (shop_id, month, version) values (%s, %s, 1) "
        "on conflict (shop_id, month) do update "
        "set version = record_dirtymonth.version + 1, tickets = null, orders = null",
        [(shop_id, month) for month in sorted(months)],
    )


def mark_some(cursor: CursorWrapper, shop_id: int, tickets: dict[int, int], orders: dict[int, int]) -> None:
    """Say that the facts of these tickets (primary key: created at) and orders (: placed at) are older than the record.

    When the marked tickets of a month become many, the whole month is marked.
    """
    months: dict[int, tuple[set[int], set[int]]] = {}
    for kind, marked in enumerate((tickets, orders)):
        for pk, instant_us in marked.items():
            months.setdefault(month_of(instant_us), (set(), set()))[kind].add(pk)
    for month, (of_tickets, of_orders) in sorted(months.items()):
        cursor.execute(
            "insert into record_dirtymonth (shop_id, month, version, tickets, orders) values (%s, %s, 0, '[]', '[]') "
            "on conflict do nothing",
            [shop_id, month],
        )
        cursor.execute(
            "select tickets, orders from record_dirtymonth where shop_id = %s and month = %s"
            + (" for update" if connection.vendor == "postgresql" else ""),
            [shop_id, month],
        )
        before = cursor.fetchone()
        cursor.execute(
            "update record_dirtymonth set version = version + 1, tickets = %s, orders = %s "
            "where shop_id = %s and month = %s",
            [*_together(before, of_tickets, of_orders), shop_id, month],
        )


def _together(
    before: tuple[str | None, str | None], tickets: set[int], orders: set[int]
) -> tuple[str | None, str | None]:
    if before[0] is None or before[1] is None:
        return None, None
    tickets, orders = tickets | set(json.loads(before[0])), orders | set(json.loads(before[1]))
    if len(tickets) + len(orders) > MANY:
        return None, None
    return json.dumps(sorted(tickets)), json.dumps(sorted(orders))


def mark_all(cursor: CursorWrapper, shop_id: int) -> None:
    """Say that all facts of the shop are older than the record: a setting changed that all depend on."""
    mark(cursor, shop_id, all_months(cursor, shop_id))


def all_months(cursor: CursorWrapper, shop_id: int) -> set[int]:
    """The months in which the shop has a ticket or an order."""
    months: set[int] = set()
    for table, column in (("record_ticket", "created_at"), ("record_order", "placed_at")):
        cursor.execute(f"select min({column}), max({column}) from {table} where shop_id = %s", [shop_id])
        first, last = cursor.fetchone()
        if first is not None:
            months |= set(range(month_of(first), month_of(last) + 1))
    return months


_UP = (
    "with recursive up(id) as (select value from {listed} l union "
    "select m.into_id from record_merge m join up on m.ticket_id = up.id) "
    "select distinct {what} from record_ticket t join up on up.id = t.id"
)
_SAME_PERSON = (
    "select distinct {what} from {listed} span join record_customer one on one.id = span.id "
    "join record_customer other on other.shop_id = one.shop_id and other.person_key = one.person_key "
    "join record_ticket t on t.customer_id = other.id and t.created_at >= span.since and t.created_at <= span.until"
)
_OF_PERSONS = (
    "select distinct {what} from record_ticket t join record_customer c on c.id = t.customer_id "
    "where c.shop_id = %s and c.person_key in {texts} union "
    "select distinct {what} from record_ticket t where t.customer_id in {numbers}"
)
TICKETS, DAYS = "t.id, t.created_at", f"t.created_at / {DAY_US}"


def months_with_ancestors(cursor: CursorWrapper, ticket_ids: Iterable[int]) -> set[int]:
    """The months of these tickets and of all that they were merged into, directly or not."""
    cursor.execute(_UP.format(listed=listed_numbers(), what=DAYS), [listing(ticket_ids)])
    return _months_of_days(cursor)


def with_ancestors(cursor: CursorWrapper, ticket_ids: Iterable[int]) -> dict[int, int]:
    """These tickets and all that they were merged into, directly or not, with when they were created."""
    cursor.execute(_UP.format(listed=listed_numbers(), what=TICKETS), [listing(ticket_ids)])
    return dict(cursor.fetchall())


def months_of_same_person(cursor: CursorWrapper, spans: Iterable[Span]) -> set[int]:
    """The months of the tickets that the same persons opened in the spans.

    A span within one month is left out: whoever asks has marked that month already.
    """
    wide = _across_months(list(spans))
    if not wide:
        return set()
    cursor.execute(_SAME_PERSON.format(listed=listed_spans(), what=DAYS), [listing(wide)])
    return _months_of_days(cursor)


def of_same_person(cursor: CursorWrapper, spans: Iterable[Span]) -> dict[int, int]:
    """The tickets that the same persons opened in the spans, with when they were created."""
    cursor.execute(_SAME_PERSON.format(listed=listed_spans(), what=TICKETS), [listing(spans)])
    return dict(cursor.fetchall())


def months_of_persons(
    cursor: CursorWrapper, shop_id: int, person_keys: Iterable[str], customer_ids: Iterable[int]
) -> set[int]:
    """The months of all tickets of these persons and of these customers."""
    _ask_of_persons(cursor, DAYS, shop_id, person_keys, customer_ids)
    return _months_of_days(cursor)


def of_persons(
    cursor: CursorWrapper, shop_id: int, person_keys: Iterable[str], customer_ids: Iterable[int]
) -> dict[int, int]:
    """All tickets of these persons and of these customers, with when they were created."""
    _ask_of_persons(cursor, TICKETS, shop_id, person_keys, customer_ids)
    return dict(cursor.fetchall())


def _ask_of_persons(
    cursor: CursorWrapper, what: str, shop_id: int, person_keys: Iterable[str], customer_ids: Iterable[int]
) -> None:
    sql = _OF_PERSONS.format(what=what, texts=listed_texts(), numbers=listed_numbers())
    cursor.execute(sql, [shop_id, listing(person_keys), listing(customer_ids)])


def _months_of_days(cursor: CursorWrapper) -> set[int]:
    return months_of(row[0] * DAY_US for row in cursor.fetchall())


def _across_months(spans: list[Span]) -> list[Span]:
    if not spans:
        return []
    ends = np.array([span[1:] for span in spans], np.int64).astype("datetime64[us]").astype("datetime64[M]")
    return [spans[place] for place in np.flatnonzero(ends[:, 0] != ends[:, 1])]
