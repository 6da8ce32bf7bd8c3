"""Which months of facts a write makes old, and the marks that say so, set in the same transaction as the write."""

from collections.abc import Iterable

import numpy as np
from django.db.backends.utils import CursorWrapper

from .sql import listed_numbers, listed_spans, listed_texts, listing

DAY_US = 86_400_000_000

Span = tuple[int, int, int]
"""(customer id, from, until): tickets of that customer's person created in [from, until), in microseconds."""


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
    """Say that the facts of these months are older than the record."""
    cursor.executemany(
        "insert into record_dirtymonth (shop_id, month, version) values (%s, %s, 1) "
        "on conflict (shop_id, month) do update set version = record_dirtymonth.version + 1",
        [(shop_id, month) for month in sorted(months)],
    )


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


def with_ancestors(cursor: CursorWrapper, ticket_ids: Iterable[int]) -> set[int]:
    """The months of these tickets and of all that they were merged into, directly or not."""
    cursor.execute(
        f"with recursive up(id) as (select value from {listed_numbers()} l union "
        "select m.into_id from record_merge m join up on m.ticket_id = up.id) "
        f"select distinct created_at / {DAY_US} from record_ticket t join up on up.id = t.id",
        [listing(ticket_ids)],
    )
    return months_of(row[0] * DAY_US for row in cursor.fetchall())


def of_same_person(cursor: CursorWrapper, shop_id: int, spans: Iterable[Span]) -> set[int]:
    """The months of the tickets that the same persons opened in the spans.

    A span within one month is left out: whoever asks has marked that month already.
    """
    wide = _across_months(list(spans))
    if not wide:
        return set()
    cursor.execute(
        f"select distinct t.created_at / {DAY_US} from {listed_spans()} span "
        "join record_customer one on one.id = span.id "
        "join record_customer other on other.shop_id = %s and other.person_key = one.person_key "
        "join record_ticket t on t.customer_id = other.id and t.created_at >= span.since and t.created_at < span.until",
        [listing(wide), shop_id],
    )
    return months_of(row[0] * DAY_US for row in cursor.fetchall())


def _across_months(spans: list[Span]) -> list[Span]:
    if not spans:
        return []
    ends = np.array([span[1:] for span in spans], np.int64).astype("datetime64[us]").astype("datetime64[M]")
    return [spans[place] for place in np.flatnonzero(ends[:, 0] != ends[:, 1])]


def of_persons(
    cursor: CursorWrapper, shop_id: int, person_keys: Iterable[str], customer_ids: Iterable[int]
) -> set[int]:
    """The months of all tickets of these persons and of these customers."""
    cursor.execute(
        f"select distinct t.created_at / {DAY_US} from record_ticket t join record_customer c on c.id = t.customer_id "
        f"where c.shop_id = %s and c.person_key in {listed_texts()} union "
        f"select distinct t.created_at / {DAY_US} from record_ticket t where t.customer_id in {listed_numbers()}",
        [shop_id, listing(person_keys), listing(customer_ids)],
    )
    return months_of(row[0] * DAY_US for row in cursor.fetchall())
