"""An event log: one row an event; the mapping says what each activity means for its ticket."""

from array import array
from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import NamedTuple

import numpy as np

from counterbell.record.entries import Assignment, Author, Entry, Message, Status, Unreadable, instant, microseconds

from ._csv_cells import AUTHORS, STATUSES, Cells, Columns, Refused, checked_id, column_of
from ._csv_facts import AgentRow, CustomerRow, Numbered, TicketRow, numbered
from ._csv_groups import Flags, Numbers, Openings, Rows, last_of_equals, openings, starts_of_runs
from ._csv_mapping import Activity, EventsMapping
from ._csv_rows import Table

_RANKS = {status: rank for rank, status in enumerate(STATUSES)}
"""The order of changes of status at one instant."""
_OPEN = _RANKS["open"]
_NONE = -1


def event_entries(table: Table, columns: Columns, mapping: EventsMapping) -> Iterator[Numbered]:
    """The entries of every row; the file is read twice, first to see the order of each ticket's events."""
    row = _Row(columns, mapping)
    log = _read_log(table, row)

    def read(number: int, cells: Cells) -> Iterator[Entry | Unreadable]:
        event = row.event(cells, instant(int(log.at_us[number])) if log.ticket[number] != _NONE else None)
        if log.openings.opens[number]:
            yield from row.ticket(cells, event, instant(int(log.at_us[log.openings.began[number]])))
        yield from row.agent(cells, event)
        for entry, kept in ((event.assignment(), log.assignment), (event.status(), log.status)):
            if entry is None or kept[number] == _NONE:
                continue
            if kept[number] == number:
                yield entry
            else:
                yield Unreadable(_told_otherwise(entry, int(log.line[kept[number]])), table.raw())
        if message := event.message():
            yield message

    yield from numbered(table, read)


class _Event(NamedTuple):
    """A row, read."""

    ticket: str
    at: datetime
    name: str
    activity: Activity
    agent: str | None
    by: Author | None
    team: str | None
    id: str | None
    text: str | None

    def status(self) -> Status | None:
        """The change of status that the activity is."""
        if self.activity.status is None:
            return None
        agent = self.agent if self.by in (None, "agent") else None
        return Status(ticket=self.ticket, at=self.at, to=self.activity.status, by=self.by, agent=agent)

    def assignment(self) -> Assignment | None:
        """The assignment that the activity is."""
        if self.activity.assign is None:
            return None
        agent = self.agent if self.activity.assign == "agent" else None
        return Assignment(ticket=self.ticket, at=self.at, agent=agent, team=self.team)

    def message(self) -> Message | None:
        """The message that the activity is; without an id column, what tells it from others is its id."""
        if self.activity.message is None:
            return None
        agent = self.agent if self.activity.message == "agent" else None
        made_up = f"{self.ticket}/{microseconds(self.at)}/{self.name}/{agent or ''}"
        return Message(
            id=self.id or checked_id(made_up, None),
            ticket=self.ticket,
            at=self.at,
            by=self.activity.message,
            agent=agent,
            public=self.activity.public,
            text=self.text,
        )


class _Row:
    """Reads one event and, where it opens one, its ticket."""

    def __init__(self, columns: Columns, mapping: EventsMapping) -> None:
        told = mapping.event
        self._ticket_id = columns.id(mapping.ticket.id, "id")
        self._at = columns.time(told.at, "at")
        self._name = columns.text(told.activity, "activity")
        self._column = column_of(told.activity)
        self._activities = mapping.activities
        self._agent_id = columns.maybe_id(told.agent, "agent")
        self._agent_column = column_of(told.agent)
        self._by = columns.one_of(told.by, "by", AUTHORS)
        self._team = columns.maybe_text(told.team, "team")
        self._id = columns.maybe_id(told.id, "id")
        self._text = columns.maybe_text(told.text, "text")
        self._facts = TicketRow(columns, mapping.ticket)
        self._customer = CustomerRow(columns, mapping.customer)
        self._agent = AgentRow(columns, mapping.agent)

    def event(self, cells: Cells, at: datetime | None = None) -> _Event:
        """The event; `at` is its time, where an earlier reading has found it."""
        ticket, at = self._ticket_id(cells), at or self._at(cells)
        name, agent = self._name(cells), self._agent_id(cells)
        activity = self._activity(name)
        self._facts.check(cells)
        self._customer.customer(cells)
        if activity.assign == "agent" and agent is None:
            raise Refused(f"row assigns its ticket ({name!r}) and names no agent", self._agent_column)
        return _Event(
            ticket, at, name, activity, agent, self._by(cells), self._team(cells), self._id(cells), self._text(cells)
        )

    def ticket(self, cells: Cells, event: _Event, created_at: datetime) -> Iterator[Entry]:
        """The ticket that this event opens, and its customer."""
        customer = self._customer.customer(cells)
        yield from self._customer.news(customer)
        yield self._facts.ticket(cells, event.ticket, created_at, customer=customer and customer.id)

    def agent(self, cells: Cells, event: _Event) -> list[Entry]:
        """The agent, where the row tells more than the id."""
        return self._agent.news(cells, event.agent)

    def _activity(self, name: str) -> Activity:
        activity = self._activities.get(name) or self._activities.get("*")
        if activity is None:
            raise Refused(
                f"{name!r} in column {self._column!r} is no activity that the mapping tells of; it tells of "
                f"{', '.join(self._activities)} (and '*' would stand for all others)",
                self._column,
            )
        return activity


class _Log(NamedTuple):
    """What the first reading found out of each row."""

    ticket: Numbers
    """the number of the ticket, -1 where the row was refused"""
    at_us: Numbers
    line: Numbers
    openings: Openings
    """a ticket opens with its first event"""
    status: Numbers
    """which row tells this change of status: this one, or the last that tells it otherwise; -1 if nothing changes"""
    assignment: Numbers
    """likewise of the assignment"""


class _Said:
    """Numbers for what was said, so that equal things have equal numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, *said: Hashable) -> int:
        return self._numbers.setdefault(said, len(self._numbers))


def _read_log(table: Table, row: _Row) -> _Log:
    """The first reading of the file."""
    numbers, said = _Said(), _Said()
    ticket, at_us, line, rank, status, assignment = (array("q") for _ in range(6))
    for place, cells in table.rows():
        if isinstance(cells, Unreadable):
            continue
        line.append(place)
        try:
            event = row.event(cells)
        except Refused:
            for column in (ticket, at_us, rank, status, assignment):
                column.append(_NONE)
            continue
        ticket.append(numbers.number(event.ticket))
        at_us.append(microseconds(event.at))
        changed, given = event.status(), event.assignment()
        rank.append(_RANKS[changed.to] if changed else _NONE)
        status.append(said.number(changed.by, changed.agent) if changed else _NONE)
        assignment.append(said.number(given.agent, given.team) if given else _NONE)
    return _arranged(*(np.frombuffer(column, np.int64) for column in (ticket, at_us, line, rank, status, assignment)))


def _arranged(
    ticket: Numbers, at_us: Numbers, line: Numbers, rank: Numbers, status: Numbers, assignment: Numbers
) -> _Log:
    changing = np.flatnonzero(rank != _NONE)
    changing = changing[_changes(ticket[changing], at_us[changing], rank[changing])]
    given = np.flatnonzero(assignment != _NONE)
    return _Log(
        ticket=ticket,
        at_us=at_us,
        line=line,
        openings=openings(ticket, at_us, later=np.zeros(ticket.size, np.bool_), untold=untold),
        status=_kept(changing, status, ticket, at_us, rank),
        assignment=_kept(given, assignment, ticket, at_us),
    )


def _changes(ticket: Numbers, at_us: Numbers, rank: Numbers) -> Flags:
    """Which of these rows change the status of their ticket; a ticket begins open."""
    order = np.lexsort((rank, at_us, ticket))
    ticket, at_us, rank = ticket[order], at_us[order], rank[order]
    starts = starts_of_runs(ticket, at_us, rank)
    before = np.concatenate((np.full(1, _OPEN), rank[starts][:-1]))[: starts.size]
    before[np.isin(starts, starts_of_runs(ticket))] = _OPEN
    changes = np.zeros(ticket.size, np.bool_)
    changes[order] = np.repeat(rank[starts] != before, np.diff(starts, append=ticket.size))
    return changes


def _kept(rows: Rows, said: Numbers, *keys: Numbers) -> Numbers:
    """Per row of the file the one that is kept of those with equal keys: the last, and all that say the same."""
    kept = np.full(said.size, _NONE, np.int64)
    last = last_of_equals(rows, *keys)
    kept[rows] = np.where(said[rows] == said[last], rows, last)
    return kept


def _told_otherwise(entry: Assignment | Status, line: int) -> str:
    what = f"change to {entry.to}" if isinstance(entry, Status) else "assignment"
    return f"line {line} tells this {what} of ticket {entry.ticket!r} at the same time otherwise, and comes later"
