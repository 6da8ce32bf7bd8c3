"""Priorities that a vendor tells only as they are now, in time.

What is read first of a ticket holds since its creation. What is read later is a change, at the time of the ticket's
last change: so no figure that was told before is rewritten, and what has not changed says nothing new.
"""

from collections.abc import Iterator

import msgspec
from django.db import connection

from counterbell.accounts.models import Shop
from counterbell.record.entries import Priority, Ticket
from counterbell.record.outcome import Positioned
from counterbell.record.sql import listed_texts, listing

Told = tuple[str | None, str | None]
"""The priority of a ticket at its creation, and the one that it has now."""


def in_time(shop: Shop, batch: list[Positioned]) -> list[Positioned]:
    """The entries with each ticket as it was made, and of the priorities behind the tickets those that are changes."""
    return list(_settled(batch, _in_record(shop, [entry.id for _, entry in batch if isinstance(entry, Ticket)])))


def _settled(batch: list[Positioned], known: dict[str, Told]) -> Iterator[Positioned]:
    for place, entry in batch:
        if isinstance(entry, Ticket):
            first, _latest = known.setdefault(entry.id, (entry.priority, entry.priority))
            yield place, entry if entry.priority == first else msgspec.structs.replace(entry, priority=first)
        elif isinstance(entry, Priority):
            first, latest = known[entry.ticket]
            if entry.to != latest:
                known[entry.ticket] = first, entry.to
                yield place, entry
        else:
            yield place, entry


def _in_record(shop: Shop, names: list[str]) -> dict[str, Told]:
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select t.external_id, t.priority, s.priority from record_ticket t "
            "join record_ticketstate s on s.ticket_id = t.id "
            f"where t.shop_id = %s and t.external_id in {listed_texts()}",
            [shop.pk, listing(names)],
        )
        return {name: (first, latest) for name, first, latest in cursor.fetchall()}
