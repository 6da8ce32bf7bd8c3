"""An event log: one row an event; the mapping says what each activity means for its ticket."""

from array import array
from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from counterbell.record.entries import (
    Assignment,
    Author,
    Entry,
    Message,
    Priority,
    Status,
    Unreadable,
    instant,
    microseconds,
)

from ._csv_cells import AUTHORS, STATUSES, Cells, Columns, Refused, checked_id, column_of
from ._csv_facts import AgentRow, CustomerRow, Numbered, TicketRow, numbered
from ._csv_groups import Flags, Numbers, Openings, Rows, last_of_equals, openings, starts_of_runs
from ._csv_mapping import Activity, EventsMapping
from ._csv_rows import Table, readable

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
        if log.reprioritised[number]:
            yield Priority(ticket=event.ticket, at=event.at, to=row.priority(cells))
        if message := event.message():
            yield message

    yield from numbered(table, read)


class _Event(NamedTuple):
    """A row, read."""

    ticket: str
    at: datetime
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
        """The message that the activity is; without an id column, its id is what tells it from others."""
        if self.activity.message is None:
            return None
        return Message(
            id=self.id or "",
            ticket=self.ticket,
            at=self.at,
            by=self.activity.message,
            agent=self.agent if self.activity.message == "agent" else None,
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
        name, agent = self._name(cells), self._agent_id(cells)
        activity = self._activity(name)
        if activity.assign == "agent" and agent is None:
            raise Refused(f"row assigns its ticket ({name!r}) and names no agent", self._agent_column)
        event = _Event(
            ticket=self._ticket_id(cells),
            at=at or self._at(cells),
            activity=activity,
            agent=agent,
            by=self._by(cells),
            team=self._team(cells),
            id=self._id(cells),
            text=self._text(cells),
        )
        if activity.message is None or event.id:
            return event
        made_up = f"{event.ticket}/{microseconds(event.at)}/{name}/{agent or ''}"
        return event._replace(id=checked_id(made_up, self._column))

    def tells(self, cells: Cells) -> bool:
        """Whether the ticket could be told with this row."""
        self._customer.customer(cells)
        return self._facts.can_tell(cells)

    def ticket(self, cells: Cells, event: _Event, created_at: datetime) -> Iterator[Entry]:
        """The ticket that this event opens, and its customer."""
        customer = self._customer.customer(cells)
        yield from self._customer.news(customer)
        yield self._facts.ticket(cells, event.ticket, created_at, customer=customer)

    def priority(self, cells: Cells) -> str | None:
        """The ticket's priority at this event, where it is told."""
        return self._facts.priority(cells)

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
    reprioritised: Flags
    """whether the ticket has another priority from this row on"""


def _read_log(table: Table, row: _Row) -> _Log:
    """The first reading of the file."""
    notes = _Notes()
    for line, cells in readable(table):
        if isinstance(cells, Unreadable):
            continue
        try:
            notes.add(line, row.event(cells), row.priority(cells), row.tells(cells))
        except Refused:
            notes.add_refused(line)
    return notes.log()


class _Notes:
    """Some numbers for each row; equal things have equal numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._ticket, self._at_us, self._line = array("q"), array("q"), array("q")
        self._rank, self._status, self._assignment, self._priority = array("b"), array("i"), array("i"), array("i")
        self._untold = bytearray()

    def add(self, line: int, event: _Event, priority: str | None, tells: bool) -> None:
        status, assignment = event.status(), event.assignment()
        self._line.append(line)
        self._ticket.append(self._number(event.ticket))
        self._at_us.append(microseconds(event.at))
        self._untold.append(not tells)
        self._rank.append(_RANKS[status.to] if status else _NONE)
        self._status.append(self._number((status.by, status.agent)) if status else _NONE)
        self._assignment.append(self._number((assignment.agent, assignment.team)) if assignment else _NONE)
        self._priority.append(self._number(priority) if priority else _NONE)

    def add_refused(self, line: int) -> None:
        self._line.append(line)
        self._untold.append(True)
        for column in (self._ticket, self._at_us, self._rank, self._status, self._assignment, self._priority):
            column.append(_NONE)

    def log(self) -> _Log:
        ticket, at_us = np.frombuffer(self._ticket, np.int64), np.frombuffer(self._at_us, np.int64)
        rank, untold = np.frombuffer(self._rank, np.int8), np.frombuffer(self._untold, np.bool_)
        status, assignment = np.frombuffer(self._status, np.int32), np.frombuffer(self._assignment, np.int32)
        changing, given = np.flatnonzero(rank != _NONE), np.flatnonzero(assignment != _NONE)
        opened = openings(ticket, at_us, later=np.zeros(ticket.size, np.bool_), untold=untold)
        changing = changing[_changes(ticket[changing], at_us[changing], rank[changing])]
        return _Log(
            ticket=ticket,
            at_us=at_us,
            line=np.frombuffer(self._line, np.int64),
            openings=opened,
            status=_kept(changing, status, ticket, at_us, rank),
            assignment=_kept(given, assignment, ticket, at_us),
            reprioritised=_reprioritised(np.frombuffer(self._priority, np.int32), ticket, at_us, opened.opens),
        )

    def _number(self, told: Hashable) -> int:
        return self._numbers.setdefault(told, len(self._numbers))


def _changes(ticket: Numbers, at_us: Numbers, rank: npt.NDArray[np.int8]) -> Flags:
    """Which of these rows change the status of their ticket; a ticket begins open."""
    order = np.lexsort((rank, at_us, ticket))
    ticket, at_us, rank = ticket[order], at_us[order], rank[order]
    starts = starts_of_runs(ticket, at_us, rank)
    before = np.concatenate((np.full(1, _OPEN, np.int8), rank[starts][:-1]))[: starts.size]
    before[np.isin(starts, starts_of_runs(ticket))] = _OPEN
    changes = np.zeros(ticket.size, np.bool_)
    changes[order] = np.repeat(rank[starts] != before, np.diff(starts, append=ticket.size))
    return changes


def _reprioritised(priority: npt.NDArray[np.int32], ticket: Numbers, at_us: Numbers, opens: Flags) -> Flags:
    """Which rows tell a priority other than the one before; of several at one instant the last in the file counts.

    What the first of them tells is the ticket's from its creation, if that row opens it.
    """
    rows = np.flatnonzero(priority != _NONE)
    rows = np.unique(last_of_equals(rows, ticket, at_us))
    rows = rows[np.lexsort((at_us[rows], ticket[rows]))]
    first = rows[starts_of_runs(ticket[rows])]
    changes = np.zeros(ticket.size, np.bool_)
    changes[rows[starts_of_runs(ticket[rows], priority[rows])]] = True
    changes[first[opens[first]]] = False
    return changes


def _kept(rows: Rows, said: npt.NDArray[np.int32], *keys: npt.NDArray[np.generic]) -> Numbers:
    """Per row of the file the one that is kept of those with equal keys: the last, and all that say the same."""
    kept = np.full(said.size, _NONE, np.int64)
    last = last_of_equals(rows, *keys)
    kept[rows] = np.where(said[rows] == said[last], rows, last)
    return kept


def _told_otherwise(entry: Assignment | Status, line: int) -> str:
    what = f"change to {entry.to}" if isinstance(entry, Status) else "assignment"
    return f"line {line} tells this {what} of ticket {entry.ticket!r} at the same time otherwise, and comes later"
