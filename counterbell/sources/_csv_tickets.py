"""A table of tickets: one row a ticket, with what the export keeps of its life."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as later

from counterbell.record.entries import (
    Assignment,
    Author,
    Entry,
    Message,
    Priority,
    Rating,
    Status,
    StatusName,
    Survey,
    Ticket,
)
from counterbell.record.said import Said

from ._csv_cells import STATUSES, Cells, Columns, Refused, column_of
from ._csv_facts import AgentRow, CustomerRow, Numbered, TicketRow, numbered
from ._csv_mapping import TicketColumns, TicketsMapping
from ._csv_rows import Table

_CLOSERS: dict[str, Author] = {"automation": "automation", "customer": "customer"}
"""Who closes a ticket without being an agent, as the metrics call them where an agent's id would stand."""


def ticket_entries(table: Table, columns: Columns, mapping: TicketsMapping) -> Iterator[Numbered]:
    """The entries of every row, read once."""
    row = _Row(columns, mapping)
    yield from numbered(table, lambda _, cells: row.entries(cells))


class _Row:
    """Reads one row: the ticket, and what became of it."""

    def __init__(self, columns: Columns, mapping: TicketsMapping) -> None:
        told = mapping.ticket
        self._id = columns.id(told.id, "id")
        self._created_at = columns.time(told.created_at, "created_at")
        self._updated_at = columns.maybe_time(told.updated_at, "updated_at")
        self._facts = TicketRow(columns, told)
        self._customer = CustomerRow(columns, mapping.customer)
        self._agent = AgentRow(columns, mapping.agent)
        self._assignee = columns.maybe_id(told.assignee, "assignee")
        self._assigned_at = columns.maybe_time(told.assigned_at, "assigned_at")
        self._team = columns.maybe_text(told.team, "team")
        self._standing = _Standing(columns, told)
        self._reply = _FirstReply(columns, told) if told.first_reply_at or told.first_reply_seconds else None
        self._rating = _Rating(columns, told) if told.score or told.surveyed_at else None

    def entries(self, cells: Cells) -> Iterator[Entry]:
        ticket_id, created_at = self._id(cells), self._created_at(cells)
        initial, change = self._standing.of(cells, ticket_id, created_at)
        customer = self._customer.customer(cells)
        ticket = self._facts.ticket(cells, ticket_id, created_at, customer=customer, status=initial, history="summary")
        yield from self._customer.news(customer)
        yield ticket
        if updated_at := self._updated_at(cells):
            yield Priority(ticket=ticket_id, at=updated_at, to=ticket.priority)
        yield from self._assignment(cells, ticket)
        if self._reply:
            yield from self._reply.messages(cells, ticket)
        if change:
            yield change
        if self._rating:
            yield from self._rating.entries(cells, ticket, change.at if change else created_at)

    def _assignment(self, cells: Cells, ticket: Ticket) -> Iterator[Entry]:
        """To the assignee whom the export names; since the beginning, unless it tells when."""
        if assignee := self._assignee(cells):
            yield from self._agent.news(cells, assignee)
            at = self._assigned_at(cells) or ticket.created_at
            yield Assignment(ticket=ticket.id, at=at, agent=assignee, team=self._team(cells))


class _Standing:
    """Reads the status in which the export shows the ticket, and since when it has it."""

    def __init__(self, columns: Columns, told: TicketColumns) -> None:
        self._status = columns.one_of(told.status, "status", STATUSES)
        self._status_at = columns.maybe_time(told.status_at, "status_at")
        self._closed_at = columns.maybe_time(told.closed_at, "closed_at")
        self._closer = columns.maybe_id(told.closer, "closer")
        self._column = column_of(told.closed_at or told.status_at)

    def of(self, cells: Cells, ticket_id: str, created_at: datetime) -> tuple[StatusName, Status | None]:
        """The status at creation, and the change to the present one where its time is known."""
        closed_at, status_at = self._closed_at(cells), self._status_at(cells)
        status = self._status(cells) or ("closed" if closed_at else "open")
        if status == "open":
            return "open", None
        at = closed_at or status_at if status == "closed" else status_at
        if at is None and status == "closed":
            raise Refused(
                Said(
                    later("The ticket is closed and has no time in column %(column)r. Fill it in."), column=self._column
                ),
                self._column,
            )
        if at is None:
            return status, None
        if at < created_at:
            words = later("row became %(status)s before it was created (column %(column)r)")
            raise Refused(Said(words, status=status, column=self._column), self._column)
        closer = self._closer(cells) if status == "closed" else None
        by = _CLOSERS.get(closer or "")
        return "open", Status(ticket=ticket_id, at=at, to=status, by=by, agent=None if by else closer)


class _FirstReply:
    """Reads when the first reply came: two messages without a text, what the customer wrote and the reply."""

    def __init__(self, columns: Columns, told: TicketColumns) -> None:
        self._at = columns.maybe_time(told.first_reply_at, "first_reply_at")
        self._seconds = columns.number(told.first_reply_seconds, "first_reply_seconds")
        self._by = columns.maybe_id(told.first_reply_by, "first_reply_by")
        self._column = column_of(told.first_reply_at or told.first_reply_seconds)

    def messages(self, cells: Cells, ticket: Ticket) -> Iterator[Entry]:
        seconds, at = self._seconds(cells), self._at(cells)
        if ticket.direction == "outbound":
            return
        yield Message(id=f"{ticket.id}/first message", ticket=ticket.id, at=ticket.created_at, by="customer")
        if seconds is not None:
            at = self._after(ticket.created_at, seconds)
        if at is None:
            return
        if at < ticket.created_at:
            words = later("row was answered before it was created (column %(column)r)")
            raise Refused(Said(words, column=self._column), self._column)
        yield Message(id=f"{ticket.id}/first reply", ticket=ticket.id, at=at, by="agent", agent=self._by(cells))

    def _after(self, created_at: datetime, seconds: float) -> datetime:
        try:
            return created_at + timedelta(seconds=seconds)
        except (ValueError, OverflowError):  # nan, 1e300
            raise Refused(f"{seconds} in column {self._column!r} is no number of seconds", self._column) from None


class _Rating:
    """Reads the survey of a ticket and its answer."""

    def __init__(self, columns: Columns, told: TicketColumns) -> None:
        self._score = columns.score(told.score, "score")
        self._comment = columns.maybe_text(told.comment, "comment")
        self._surveyed_at = columns.maybe_time(told.surveyed_at, "surveyed_at")
        self._rated_at = columns.maybe_time(told.rated_at, "rated_at")

    def entries(self, cells: Cells, ticket: Ticket, last_at: datetime) -> Iterator[Entry]:
        """`last_at` is when the survey was sent, where the row does not tell: with the last change of status."""
        score, sent_at, rated_at = self._score(cells), self._surveyed_at(cells), self._rated_at(cells)
        if score is None and sent_at is None:
            return
        survey = Survey(id=f"{ticket.id}/survey", ticket=ticket.id, at=sent_at or min(last_at, rated_at or last_at))
        yield survey
        if score is not None:
            yield Rating(survey=survey.id, at=rated_at or survey.at, score=score, comment=self._comment(cells))
