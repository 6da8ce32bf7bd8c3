"""The priorities that unresolved tickets have had before the one that they have now."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from counterbell.accounts.models import Shop
from counterbell.record.entries import microseconds

_SQL = """
select c.ticket_id, c.happened_at, c.changed_to, t.priority
from record_ticketstate s  -- cross: SQLite keeps this order, and so reads only the unresolved ones
cross join record_prioritychange c
cross join record_ticket t
where s.status < 4 and c.ticket_id = s.ticket_id and c.happened_at <= %s and t.id = c.ticket_id and t.shop_id = %s
order by c.ticket_id, c.happened_at
"""


class Earlier(NamedTuple):
    """A priority (empty: none) that the ticket at that place had from `since_us` until before `until_us`."""

    place: int
    priority: str
    since_us: int
    until_us: int


def earlier(shop: Shop, places: Mapping[int, int], at: datetime) -> list[Earlier]:
    """What the tickets had, ticket by ticket in the order of time; `places` tells where each stands, by its number."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [microseconds(at), shop.pk])
        changes = cursor.fetchall()
    had: list[Earlier] = []
    last: dict[int, tuple[str, int]] = {}
    for pk, happened_us, changed_to, began_with in changes:
        if pk in places:
            priority, since_us = last.get(pk, (began_with or "", 0))
            had.append(Earlier(places[pk], priority, since_us, happened_us))
            last[pk] = (changed_to or "", happened_us)
    return had
