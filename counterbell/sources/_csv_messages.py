"""A table of messages: one row a message; tickets are what the rows name, or the threads that answers make."""

from array import array
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.utils.translation import gettext_noop as later

from counterbell.record.entries import Author, Customer, Entry, Message, Unreadable, instant, microseconds
from counterbell.record.said import Said

from ._csv_cells import AUTHORS, YES_OR_NO, Cells, Columns, Refused, column_of
from ._csv_facts import AgentRow, CustomerRow, Numbered, TicketRow, numbered
from ._csv_groups import Flags, Numbers, Openings, openings, roots
from ._csv_mapping import MessagesMapping
from ._csv_rows import Table, readable

_CHUNK = 65_536


def message_entries(table: Table, columns: Columns, mapping: MessagesMapping) -> Iterator[Numbered]:
    """The entries of every row; the file is read twice, first to see which ticket each message belongs to."""
    row = _Row(columns, mapping)
    tickets = _read_tickets(table, row, _Threads() if mapping.message.answers else _Named())

    def read(number: int, cells: Cells) -> Iterator[Entry]:
        if tickets.of[number] < 0:
            row.head(cells)  # says what is wrong with it
        if tickets.openings.opens[number]:
            yield from row.ticket(cells, number, tickets)
        yield from row.message(cells, number, tickets)

    yield from numbered(table, read)


class _Tickets(NamedTuple):
    """What the first reading found out of each row."""

    of: Numbers
    """the number of the ticket, -1 where the row was refused"""
    at_us: Numbers
    other: Flags
    """whether somebody else than a customer wrote it"""
    openings: Openings
    """a ticket opens with its customer's earliest message, else with its earliest one"""
    name: Callable[[int], str]
    """the id of the ticket with that number"""


class _Head(NamedTuple):
    id: str
    at: datetime
    by: Author
    belongs: str | None
    """the id of the ticket, or of the message that this one answers"""
    tells: bool
    """whether the ticket could be told with this row"""


class _Row:
    """Reads one message and, where it opens one, its ticket."""

    def __init__(self, columns: Columns, mapping: MessagesMapping) -> None:
        told, ticket_id = mapping.message, mapping.ticket.id
        self._id = columns.id(told.id, "id")
        self._at = columns.time(told.at, "at")
        self._by = columns.one_of(told.by, "by", AUTHORS)
        self._by_column = column_of(told.by)
        self._belongs = columns.id(ticket_id, "id") if ticket_id else columns.maybe_id(told.answers, "answers")
        self._has_author = told.author is not None
        self._author = columns.maybe_id(told.author, "author")
        self._text = columns.maybe_text(told.text, "text")
        self._public = columns.one_of(told.public, "public", YES_OR_NO)
        self._channel = columns.maybe_text(told.channel, "channel")
        self._facts = TicketRow(columns, mapping.ticket)
        self._customer = CustomerRow(columns, mapping.customer)
        self._agent = AgentRow(columns, mapping.agent)

    def head(self, cells: Cells) -> _Head:
        """What says where the message belongs; raises Refused where anything in the row does not fit."""
        self._public(cells)
        self._author(cells)
        self._writer(cells)
        tells = self._facts.can_tell(cells)
        return _Head(self._id(cells), self._at(cells), self._author_kind(cells), self._belongs(cells), tells)

    def ticket(self, cells: Cells, number: int, tickets: _Tickets) -> Iterator[Entry]:
        """The ticket that this message opens, and its customer."""
        customer, began = self._writer(cells), tickets.openings.began[number]
        yield from self._customer.news(customer)
        yield self._facts.ticket(
            cells,
            tickets.name(int(tickets.of[number])),
            instant(int(tickets.at_us[began])),
            customer=customer,
            direction="outbound" if tickets.other[began] else "inbound",
        )

    def message(self, cells: Cells, number: int, tickets: _Tickets) -> Iterator[Entry]:
        """The message, and its agent where the row tells more of them than the id."""
        by = self._author_kind(cells)
        agent = self._author(cells) if by == "agent" else None
        yield from self._agent.news(cells, agent)
        yield Message(
            id=self._id(cells),
            ticket=tickets.name(int(tickets.of[number])),
            at=instant(int(tickets.at_us[number])),
            by=by,
            agent=agent,
            public=self._public(cells) is not False,
            text=self._text(cells),
            channel=self._channel(cells),
        )

    def _writer(self, cells: Cells) -> Customer | None:
        """The customer of the row; where the authors are told, only a message of the customer's names one."""
        by_customer = self._author_kind(cells) == "customer"
        if self._has_author and not by_customer:
            return None
        return self._customer.customer(cells, self._author(cells))

    def _author_kind(self, cells: Cells) -> Author:
        by = self._by(cells)
        if by is None:
            raise Refused(
                Said(
                    later("The row does not tell who wrote in column %(column)r. Fill it in."), column=self._by_column
                ),
                self._by_column,
            )
        return by


class _Named:
    """Tickets that every message names."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._of = array("q")

    def add(self, head: _Head | None) -> None:
        known = self._numbers
        self._of.append(-1 if head is None else known.setdefault(head.belongs or "", len(known)))

    def found(self, _at_us: Numbers) -> tuple[Numbers, Callable[[int], str]]:
        """Per message the number of its ticket, and what gives a ticket's id by its number."""
        names = list(self._numbers)
        return np.frombuffer(self._of, np.int64), names.__getitem__


class _Threads:
    """Tickets that the answers make: a message that answers a known one belongs to its ticket.

    The ticket has the id of the earliest known message in the chain of answers. Ids are kept as Arrow does, one
    after the other in a few blocks, because there may be many millions.
    """

    def __init__(self) -> None:
        self._ids: list[str | None] = []
        self._answers: list[str | None] = []
        self._chunks: list[tuple[Any, Any]] = []

    def add(self, head: _Head | None) -> None:
        self._ids.append(head and head.id)
        self._answers.append(head and head.belongs)
        if len(self._ids) == _CHUNK:
            self._pack()

    def found(self, at_us: Numbers) -> tuple[Numbers, Callable[[int], str]]:
        """Per message the number of its ticket, and what gives a ticket's id by its number."""
        import pyarrow.compute

        self._pack()
        ids, answers = (pyarrow.concat_arrays(blocks) for blocks in zip(*self._chunks, strict=True))
        self._chunks.clear()
        first = _places(pyarrow.compute.index_in(ids, value_set=ids, skip_nulls=True))
        answered = _places(pyarrow.compute.index_in(answers, value_set=ids, skip_nulls=True))
        rows = np.arange(first.size)
        parents = np.where((answered >= 0) & (first == rows), answered, np.where(first >= 0, first, rows))
        of = np.where(first >= 0, roots(parents, at_us), -1)
        return of, lambda number: ids[number].as_py()

    def _pack(self) -> None:
        import pyarrow

        text = pyarrow.large_string()
        self._chunks.append((pyarrow.array(self._ids, text), pyarrow.array(self._answers, text)))
        self._ids.clear()
        self._answers.clear()


def _places(found: Any) -> Numbers:
    """Places in an Arrow array as numbers, -1 for none."""
    places: Numbers = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _read_tickets(table: Table, row: _Row, belonging: _Named | _Threads) -> _Tickets:
    """The first reading of the file."""
    times_us, others, untold = array("q"), bytearray(), bytearray()
    for _, cells in readable(table):
        if isinstance(cells, Unreadable):
            continue
        try:
            head = row.head(cells)
        except Refused:
            head = None
        belonging.add(head)
        times_us.append(microseconds(head.at) if head else 0)
        others.append(head is None or head.by != "customer")
        untold.append(head is None or not head.tells)
    at_us = np.frombuffer(times_us, np.int64)
    other, silent = np.frombuffer(others, np.bool_), np.frombuffer(untold, np.bool_)
    of, name = belonging.found(at_us)
    return _Tickets(of, at_us, other, openings(of, at_us, later=other, untold=silent), name)
