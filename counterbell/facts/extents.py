"""From when to when the things happened on which the facts of a month depend.

Facts hold as of any instant after the last of them; and nothing of a month can lie in a period before the first one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from counterbell.record.dirty import DAY_US

from .reading import Span

Ints = NDArray[np.int64]
Tables = dict[str, pa.Table]

OF_TICKETS = {
    "message": "happened_at", "status_change": "happened_at", "assignment": "happened_at", "tag_change": "happened_at",
    "intent_change": "happened_at", "priority_change": "happened_at", "survey": "sent_at",
}  # fmt: skip
"""What matters to its ticket, and to those that this was merged into, with when it happened."""

SHORTEST_MONTH_US = 28 * DAY_US
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Extent:
    """The first and the last thing that happened (0 and 0: nothing did), and when the first after `as_of` will."""

    first: int
    last: int
    following: int | None


def extents(tables: Tables, span: Span, as_of: int) -> dict[int, Extent]:
    """By month of the span, the extent of what was read for it."""
    seen = _Seen(span, as_of)
    ticket_ids, created_at, month = (_ints(tables["ticket"], column) for column in ("ticket_id", "created_at", "month"))
    tickets = _Lookup(ticket_ids)
    for of_tickets, instants in _of_tickets(tables):
        rows, found = tickets.rows(of_tickets)
        seen.add(month[found], instants[rows])
    for root_ids, instants in _of_merged(tables):
        rows, found = tickets.rows(root_ids)
        seen.add(month[found], instants[rows])
    for since, instants in _in_contention(tables, tickets, created_at):
        own, earliest = _months(since), _months(since - span.window_us)
        for back in range(span.window_us // SHORTEST_MONTH_US + 2):
            reaches = own - back >= earliest
            seen.add(own[reaches] - back, instants[reaches])
    return seen.extents()


class _Seen:
    """Months with the instants of what matters to them."""

    def __init__(self, span: Span, as_of: int) -> None:
        self.span, self.as_of = span, as_of
        months = span.last - span.first + 1
        self.first, self.last, self.following = np.full(months, NEVER), np.full(months, -NEVER), np.full(months, NEVER)

    def add(self, months: Ints, instants: Ints) -> None:
        places = months - self.span.first
        for past in (True, False):
            chosen = (places >= 0) & (places < self.first.size) & ((instants <= self.as_of) == past)
            if not chosen.any():
                continue
            if past:
                np.minimum.at(self.first, places[chosen], instants[chosen])
                np.maximum.at(self.last, places[chosen], instants[chosen])
            else:
                np.minimum.at(self.following, places[chosen], instants[chosen])

    def extents(self) -> dict[int, Extent]:
        columns = zip(self.first.tolist(), self.last.tolist(), self.following.tolist(), strict=True)
        return {self.span.first + place: _extent(*bounds) for place, bounds in enumerate(columns)}


def _extent(first: int, last: int, following: int) -> Extent:
    coming = None if following == NEVER else following
    return Extent(0, 0, coming) if first == NEVER else Extent(first, last, coming)


def _of_tickets(tables: Tables) -> Iterator[tuple[Ints, Ints]]:
    """Tickets (primary keys) and when something happened to them."""
    for name, instant in OF_TICKETS.items():
        yield _ints(tables[name], "ticket_id"), _ints(tables[name], instant)
    rows, found = _Lookup(_ints(tables["survey"], "survey_id")).rows(_ints(tables["rating"], "survey_id"))
    yield _ints(tables["survey"], "ticket_id")[found], _ints(tables["rating"], "happened_at")[rows]


def _of_merged(tables: Tables) -> Iterator[tuple[Ints, Ints]]:
    """Tickets that others were merged into, with when that was, and when something happened to the others."""
    root_ids = _ints(tables["family"], "root_id")
    yield root_ids, _ints(tables["family"], "happened_at")
    if not root_ids.size:
        return
    members = _Lookup(_ints(tables["family"], "member_id"))
    for ticket_ids, instants in _of_tickets(tables):
        rows, found = members.rows(ticket_ids)
        yield root_ids[found], instants[rows]


def _in_contention(tables: Tables, tickets: "_Lookup", created_at: Ints) -> Iterator[tuple[Ints, Ints]]:
    """What happened to tickets and orders that vie with others: since when they are there, and when it happened."""
    yield created_at, created_at
    for name in ("flag", "merge"):
        rows, found = tickets.rows(_ints(tables[name], "ticket_id"))
        yield created_at[found], _ints(tables[name], "happened_at")[rows]
    placed_at = _ints(tables["purchase"], "placed_at")
    yield placed_at, placed_at
    rows, found = _Lookup(_ints(tables["purchase"], "order_id")).rows(_ints(tables["refund"], "order_id"))
    yield placed_at[found], _ints(tables["refund"], "happened_at")[rows]


class _Lookup:
    """Where keys stand; a key may stand several times."""

    def __init__(self, keys: Ints) -> None:
        self.order = np.argsort(keys, kind="stable")
        self.keys = keys[self.order]
        self.unique = bool((self.keys[1:] != self.keys[:-1]).all())

    def rows(self, wanted: Ints) -> tuple[Ints, Ints]:
        """The places of those wanted that are there, and beside them the places where they stand."""
        first = np.searchsorted(self.keys, wanted)
        there = (
            np.flatnonzero(self.keys[np.minimum(first, self.keys.size - 1)] == wanted) if self.keys.size else first[:0]
        )
        first = first[there]
        if self.unique:
            return there, self.order[first]
        times = np.searchsorted(self.keys, wanted[there], side="right") - first
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        return np.repeat(there, times), self.order[np.repeat(first, times) + within]


def _ints(table: pa.Table, column: str) -> Ints:
    values: Ints = table[column].to_numpy().astype(np.int64, copy=False)
    return values


def _months(instants: Ints) -> Ints:
    months: Ints = instants.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months
