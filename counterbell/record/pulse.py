"""That something has changed, told to whoever watches a shop: a number that grows, and which tickets it was lately.

It is written in the transaction that changes something, so who reads it never hears of what may still be undone, nor
misses what holds. Within a shop the numbers come in the order of the commits: the row is locked until then.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .sql import Row, listed_numbers, listing

KEPT = 50
"""So many changes are told with their tickets; whoever has seen none of them looks at everything again."""

MANY = 200
"""A change of more tickets than this counts as one of all of them."""


@dataclass(frozen=True)
class Pulse:
    """The number of a shop's last change, and the last changes: the number of each and its tickets (None: all)."""

    number: int = 0
    recent: tuple[tuple[int, frozenset[int] | None], ...] = ()

    def changed_since(self, seen: int, ticket_id: int | None = None) -> bool:
        """Whether the ticket, or without one anything at all, may have changed after the change of that number."""
        if seen == self.number:
            return False
        first = self.recent[0][0] if self.recent else self.number + 1
        if ticket_id is None or not first - 1 <= seen < self.number:
            return True  # also where the database was restored to what it was before
        return any(tickets is None or ticket_id in tickets for number, tickets in self.recent if number > seen)


def beat(cursor: CursorWrapper, shop_id: int, tickets: Collection[int] | None) -> None:
    """Say that these tickets have changed (None: any of them may have); in the transaction that changes them."""
    number, recent = _locked(cursor, shop_id) or _first(cursor, shop_id)
    told = None if tickets is None or len(tickets) > MANY else sorted(tickets)
    kept = [*json.loads(recent), [number + 1, told]][-KEPT:]
    cursor.execute(
        "update record_pulse set number = %s, recent = %s where shop_id = %s", [number + 1, json.dumps(kept), shop_id]
    )


def _locked(cursor: CursorWrapper, shop_id: int) -> Row | None:
    lock = " for update" if connection.vendor == "postgresql" else ""
    cursor.execute(f"select number, recent from record_pulse where shop_id = %s{lock}", [shop_id])
    return cursor.fetchone()  # type: ignore[no-any-return]


def _first(cursor: CursorWrapper, shop_id: int) -> Row:
    cursor.execute(
        "insert into record_pulse (shop_id, number, recent) values (%s, 0, '[]') on conflict do nothing", [shop_id]
    )
    return _locked(cursor, shop_id) or (0, "[]")


def tell(shop_id: int, ticket_id: int) -> None:
    """Say that what stands beside the record of a ticket has changed; in the transaction that changes it."""
    with connection.cursor() as cursor:
        beat(cursor, shop_id, [ticket_id])


def of(shop_ids: Iterable[int]) -> dict[int, Pulse]:
    """The pulses of these shops, in one query."""
    wanted = list(shop_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select shop_id, number, recent from record_pulse where shop_id in {listed_numbers()}", [listing(wanted)]
        )
        found = {row[0]: Pulse(row[1], _recent(row[2])) for row in cursor.fetchall()}
    return {shop_id: found.get(shop_id, Pulse()) for shop_id in wanted}


def _recent(told: str) -> tuple[tuple[int, frozenset[int] | None], ...]:
    return tuple((number, None if tickets is None else frozenset(tickets)) for number, tickets in json.loads(told))
