"""What becomes of tickets in which a macro was used, beside those of the shop in which it was not.

Counted from the same facts and by the same definitions as every other figure; it is a comparison, not a cause: macros
are used for some questions and not for others.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics.beside import Beside, beside
from counterbell.metrics.narrowing import Narrowed
from counterbell.metrics.periods import Grain, Period
from counterbell.metrics.rows import Page, rows
from counterbell.record.models import Merge, Ticket

from .models import Macro, MacroUse

METRICS = ("resolution_time", "reopen_rate", "csat")
SPANS_DAYS = (28, 90, 365)
USUAL_DAYS = 90


@dataclass(frozen=True)
class Rows:
    """A page of the tickets behind the figures of a macro, as rows by column, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int


def effects(shop: Shop, macros: Collection[Macro], days: int, *, at: datetime) -> dict[int, Beside]:
    """Of each macro the figures of the tickets in which it was used, and of those in which it was not.

    Resolution time and reopen rate are of tickets closed in the days up to `at`, CSAT is of ratings given in them.
    """
    return beside(shop, period(shop, days, at), METRICS, tickets_of(macros), as_of=at)


def behind(shop: Shop, macro: Macro, metric: str, days: int, page: Page, *, at: datetime) -> Rows:
    """The tickets (of CSAT the ratings) that make up one of the macro's figures."""
    narrowed = Narrowed(tickets=tuple(sorted(tickets_of([macro])[macro.pk])))
    found = rows(shop, period(shop, days, at), metric, narrowed=narrowed, page=page, as_of=at)
    return Rows([dict(zip(found.columns, row, strict=True)) for row in found.rows], found.total)


def period(shop: Shop, days: int, at: datetime) -> Period:
    """The days up to and with that of `at`, as the shop counts days."""
    where = zone(shop.timezone)
    last = at.astimezone(where).date() + timedelta(days=1)
    return Period.of(last - timedelta(days=days), last, where, Grain.DAY, shop.week_starts).as_one()  # type: ignore[arg-type]


def tickets_of(macros: Collection[Macro]) -> dict[int, set[str]]:
    """The ids of the tickets in which each macro was used; what was merged counts as the ticket that it went into."""
    uses = MacroUse.objects.filter(macro__in=[macro.pk for macro in macros])
    used = list(uses.values_list("macro", "ticket", "ticket__external_id").distinct())
    went = _went_into({ticket for _macro, ticket, _id in used})
    found: dict[int, set[str]] = {macro.pk: set() for macro in macros}
    for macro, ticket, name in used:
        found[macro].add(went.get(ticket, name))
    return found


def _went_into(tickets: set[int]) -> dict[int, str]:
    """The id of the ticket in which each ended up that was merged, however long the way."""
    into: dict[int, int] = {}
    looked_at = tickets
    while looked_at:
        merges = Merge.objects.filter(ticket__in=looked_at).values_list("ticket", "into")
        into |= (step := dict(merges))
        looked_at = set(step.values()) - into.keys()
    ends = {ticket: _end(ticket, into) for ticket in tickets & into.keys()}
    names = dict(Ticket.objects.filter(pk__in=set(ends.values())).values_list("pk", "external_id"))
    return {ticket: names[end] for ticket, end in ends.items()}


def _end(ticket: int, into: dict[int, int]) -> int:
    while ticket in into:
        ticket = into[ticket]
    return ticket
