"""The mapping: which column of a file tells what. docs/sources/csv_file.md explains how to write one."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct, field

from counterbell.errors import Problem, did_you_mean
from counterbell.record.entries import Author, StatusName

SHIPPED = Path(__file__).parent / "mappings"

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

LAYOUTS: dict[str, type[Any]] = {
    "tickets": TicketsMapping,
    "messages": MessagesMapping,
    "events": EventsMapping,
}


def load_mapping(path_or_name: str) -> Mapping:
    """The mapping in that .toml file, or the shipped one of that name; raises BadMapping."""
    path = _place_of(path_or_name)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(f"The mapping {str(path)!r} cannot be read: {error}.") from None
    return read_mapping(text, path.name)


def read_mapping(text: str, name: str) -> Mapping:
    """The mapping that the text of a .toml file gives; `name` is what messages call it. Raises BadMapping."""
    try:
        mapping: Mapping = msgspec.toml.decode(text, type=Mapping)
    except msgspec.ValidationError as error:
        raise BadMapping(f"Mapping {name!r}: {_in_words(str(error), text)}") from None
    except msgspec.DecodeError as error:
        raise BadMapping(f"Mapping {name!r} is not written in TOML: {error}.") from None
    for complaint in _complaints(mapping):
        raise BadMapping(f"Mapping {name!r}: {complaint}")
    return mapping


def shipped_mappings() -> list[str]:
    """The names of the mappings that come with the product."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _place_of(path_or_name: str) -> Path:
    if path_or_name.endswith(".toml"):
        return Path(path_or_name)
    shipped = shipped_mappings()
    if path_or_name in shipped:
        return SHIPPED / f"{path_or_name}.toml"
    raise BadMapping(
        f"There is no mapping {path_or_name!r}.{did_you_mean(path_or_name, shipped)} "
        f"Shipped are {', '.join(shipped)}; your own is named by its path, ending in .toml."
    )


# what msgspec finds wrong, in words


def _in_words(error: str, text: str) -> str:
    what, _, path = error.partition(" - at ")
    table, several, _ = path.strip("`").removeprefix("$").removeprefix(".").partition("[...]")
    place = f"an entry of [{table}]" if several else f"[{table}]" if table else "the mapping"
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        key = unknown[1]
        return f"{place} has no key {key!r}.{did_you_mean(key, _keys(table, text))}"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", what):
        if missing[1] == "layout":
            return f"it does not say its layout. Write layout = one of {', '.join(map(repr, LAYOUTS))}."
        return f"{place} lacks {missing[1]!r}. Add it."
    if table == "layout":
        return f"There is no such layout ({what}). Layouts are {', '.join(map(repr, LAYOUTS))}."
    return f"{place}: {what}."


def _keys(table: str, text: str) -> list[str]:
    """The keys that the table of the mapping may have."""
    layout = LAYOUTS[msgspec.toml.decode(text)["layout"]]
    if not table:
        return list(layout.__struct_fields__)
    name, _, deeper = table.partition(".")
    if name == "activities":
        return list(Activity.__struct_fields__)
    if deeper:
        return list(Cell.__struct_fields__)
    kind = layout.__annotations__.get(name) or _Mapping.__annotations__[name]
    return [key for one in getattr(kind, "__args__", (kind,)) for key in getattr(one, "__struct_fields__", ())]


# what fits the structure and still cannot be


def _complaints(mapping: Mapping) -> Iterator[str]:
    yield from _of_the_file(mapping.file)
    yield from _of_times(mapping)
    if mapping.customer and not (mapping.customer.id or mapping.customer.email or mapping.customer.phone):
        yield "[customer] must tell who it is: name a column for 'id', 'email' or 'phone'."
    for name in mapping.__struct_fields__:
        if isinstance(table := getattr(mapping, name), Struct):
            yield from _of_cells(name, table)
    if isinstance(mapping, TicketsMapping):
        yield from _of_closing(mapping.ticket)
    if isinstance(mapping, MessagesMapping) and bool(mapping.ticket.id) == bool(mapping.message.answers):
        yield (
            "name one of two: the column of the ticket's id (id = ... in [ticket]), "
            "or that of the message's id that is answered (answers = ... in [message])."
        )


def _of_the_file(form: FileForm) -> Iterator[str]:
    try:
        "".encode(form.encoding)
    except LookupError:
        yield f"[file]: there is no encoding {form.encoding!r}; common ones are utf-8, latin-1, cp1252."


def _of_times(mapping: Mapping) -> Iterator[str]:
    zones = {"[time] zone": mapping.time.zone, "[shop] timezone": mapping.shop.timezone if mapping.shop else None}
    for place, zone in zones.items():
        if zone is not None and not _is_zone(zone):
            yield f"{place}: there is no time zone {zone!r}; write one such as 'Europe/Rome'."
    for form in mapping.time.formats:
        known = ["iso", *EPOCHS]
        if form in known:
            continue
        if "%" not in form or not _is_format(form):
            yield (
                f"[time] formats: {form!r} is no format.{did_you_mean(form, known)} Formats are {', '.join(known)} "
                "and those of strptime, such as '%d/%m/%Y %H:%M'."
            )
        elif "%z" not in form and not any(zones.values()):
            yield f"[time]: the format {form!r} tells no offset; name the zone of these times (zone = ...)."


def _is_format(form: str) -> bool:
    try:
        datetime.strptime("", form)  # noqa: DTZ007 (no time is read)
    except ValueError as error:
        return "bad directive" not in str(error) and "stray %" not in str(error)
    return True


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _of_cells(table: str, columns: Struct) -> Iterator[str]:
    for key in columns.__struct_fields__:
        told = getattr(columns, key)
        for where in told if isinstance(told, list) else [told]:
            if not isinstance(where, Cell):
                continue
            if (where.column is None) == (where.value is None):
                yield f"[{table}] {key} must have either 'column' or 'value'."
            if where.separator is not None and (key != "tags" or not where.separator):
                yield f"[{table}] {key}: 'separator' is for tags, and not empty."


def _of_closing(ticket: TicketColumns) -> Iterator[str]:
    if ticket.status and not (ticket.closed_at or ticket.status_at):
        yield "[ticket] tells a status but not when it closed; name a column for 'closed_at' or 'status_at'."
    if ticket.first_reply_at and ticket.first_reply_seconds:
        yield "[ticket] has both 'first_reply_at' and 'first_reply_seconds'; name one."
