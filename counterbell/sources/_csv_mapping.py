"""The mapping: which column of a file tells what. docs/sources/csv_file.md explains how to write one."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from counterbell.errors import Problem
from counterbell.record.entries import Author, StatusName

EPOCHS = {"epoch seconds": 1, "epoch milliseconds": 1_000}
"""Formats of times that are numbers, with how many of them make a second."""


class BadMapping(Problem, ValueError):
    """A mapping that cannot be used, or not with this file; the sentence says what to change."""


class _Table(Struct, forbid_unknown_fields=True):
    pass


class Cell(_Table, kw_only=True):
    """Where a value comes from, when the bare name of a column does not say enough."""

    column: str | None = None
    nth: Annotated[int, Meta(ge=1)] = 1
    """which of several columns of that name, from the left"""
    value: str | None = None
    """the same for every row, instead of a column"""
    values: dict[str, str] = {}
    """what the file writes -> what it means, compared without case; what is not listed stays as it is"""
    whole_number: bool = False
    """`3.0` means `3`"""
    prefix: str = ""
    """put before every value that is not empty"""
    separator: str | None = None
    """what stands between several values in one cell (tags only)"""


Where = str | Cell


class FileForm(_Table, kw_only=True):
    """How the file is written."""

    encoding: str = "utf-8-sig"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    sheet: str | Annotated[int, Meta(ge=1)] = 1
    """of a workbook: the name of the sheet, or its number from the left"""


class ShopSettings(_Table, kw_only=True):
    timezone: str
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class TimeForm(_Table, kw_only=True):
    """How times are written; `zone` is that of times without an offset."""

    formats: Annotated[tuple[str, ...], Meta(min_length=1)] = ("iso",)
    zone: str | None = None

    def also_iso(self) -> "TimeForm":
        """The same, with ISO 8601 read as well."""
        return TimeForm(formats=tuple(dict.fromkeys([*self.formats, "iso"])), zone=self.zone)


class TicketFacts(_Table, kw_only=True):
    """What any row tells of its ticket; taken from the row with which the ticket opens."""

    channel: Where
    subject: Where | None = None
    store: Where | None = None
    priority: Where | None = None
    language: Where | None = None
    tags: list[Where] = []
    intent: Where | None = None
    direction: Where | None = None


class TicketColumns(TicketFacts, kw_only=True):
    """A row of a table of tickets."""

    id: Where
    created_at: Where
    updated_at: Where | None = None
    status: Where | None = None
    status_at: Where | None = None
    closed_at: Where | None = None
    closer: Where | None = None
    assignee: Where | None = None
    assigned_at: Where | None = None
    team: Where | None = None
    first_reply_at: Where | None = None
    first_reply_seconds: Where | None = None
    first_reply_by: Where | None = None
    score: Where | None = None
    comment: Where | None = None
    surveyed_at: Where | None = None
    rated_at: Where | None = None


class TicketOfMessage(TicketFacts, kw_only=True):
    """The ticket of a message; without `id` threads are tickets."""

    id: Where | None = None


class TicketOfEvent(TicketFacts, kw_only=True):
    id: Where


class CustomerColumns(_Table, kw_only=True):
    """The customer of the row; without an id the e-mail address is the id, else the phone number."""

    id: Where | None = None
    email: Where | None = None
    phone: Where | None = None
    name: Where | None = None
    language: Where | None = None
    country: Where | None = None


class AgentColumns(_Table, kw_only=True):
    """More about the agent of the row: the assignee of a ticket, the author of a message, the agent of an event."""

    name: Where | None = None
    email: Where | None = None
    team: Where | None = None


class MessageColumns(_Table, kw_only=True):
    """A row of a table of messages. `author` is the id of whoever wrote it: a customer's or an agent's."""

    id: Where
    at: Where
    by: Where
    author: Where | None = None
    answers: Where | None = None
    """the id of the message that this one answers"""
    text: Where | None = None
    public: Where | None = None
    channel: Where | None = None


class EventColumns(_Table, kw_only=True):
    """A row of an event log."""

    activity: Where
    at: Where
    agent: Where | None = None
    by: Where | None = None
    team: Where | None = None
    id: Where | None = None
    text: Where | None = None


class Activity(_Table, kw_only=True):
    """What an activity means for its ticket; an empty table: nothing."""

    status: StatusName | None = None
    assign: Literal["agent", "nobody"] | None = None
    message: Author | None = None
    public: bool = True


class _Mapping(_Table, tag_field="layout", kw_only=True):
    title: str = ""
    file: FileForm = field(default_factory=FileForm)
    shop: ShopSettings | None = None
    time: TimeForm = field(default_factory=TimeForm)
    customer: CustomerColumns | None = None
    agent: AgentColumns = field(default_factory=AgentColumns)


class TicketsMapping(_Mapping, tag="tickets", kw_only=True):
    """Of a file with one row a ticket."""

    ticket: TicketColumns


class MessagesMapping(_Mapping, tag="messages", kw_only=True):
    """Of a file with one row a message."""

    ticket: TicketOfMessage
    message: MessageColumns


class EventsMapping(_Mapping, tag="events", kw_only=True):
    """Of a file with one row an event."""

    ticket: TicketOfEvent
    event: EventColumns
    activities: Annotated[dict[str, Activity], Meta(min_length=1)]
    """`*` stands for every activity that is not listed"""


Mapping = TicketsMapping | MessagesMapping | EventsMapping
