"""Reading a mapping from a .toml file, and saying in words what is wrong with it."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from counterbell.errors import did_you_mean

from ._csv_mapping import (
    EPOCHS,
    Activity,
    BadMapping,
    Cell,
    EventsMapping,
    FileForm,
    Mapping,
    MessagesMapping,
    TicketColumns,
    TicketsMapping,
)

SHIPPED = Path(__file__).parent / "mappings"

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
    except OSError as error:
        raise BadMapping(f"The mapping {str(path)!r} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadMapping(f"The mapping {str(path)!r} is not written in UTF-8. Save it in UTF-8.") from None
    return read_mapping(text, path.name)


def read_mapping(text: str, name: str) -> Mapping:
    """The mapping that the text of a .toml file gives; `name` is what messages call it. Raises BadMapping."""
    try:
        mapping: Mapping = msgspec.toml.decode(text, type=Mapping)
    except msgspec.ValidationError as error:
        raise BadMapping(f"Mapping {name!r}: {_in_words(str(error), text)}") from None
    except msgspec.DecodeError as error:
        raise BadMapping(f"Mapping {name!r} is not written in TOML: {error}.") from None
    for complaint in complaints(mapping):
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
    kind = get_type_hints(layout)[name]
    return [key for one in (kind, *get_args(kind)) for key in getattr(one, "__struct_fields__", ())]


# what fits the structure and still cannot be


def complaints(mapping: Mapping) -> Iterator[str]:
    """What is wrong with a mapping of the right structure, in sentences."""
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
