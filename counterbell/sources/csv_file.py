"""Any CSV file or .xlsx sheet of tickets, messages or events, read by a mapping (docs/sources/csv_file.md).

A mapping is a small TOML file that says which column tells what. Two are shipped: italian_helpdesk, twitter_support.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from counterbell.record.entries import Entry, Shop, Unreadable

from ._csv_cells import Columns
from ._csv_events import event_entries
from ._csv_loading import load_mapping, read_mapping, shipped_mappings
from ._csv_mapping import BadMapping, EventsMapping, Mapping, MessagesMapping, TicketsMapping
from ._csv_messages import message_entries
from ._csv_rows import Sheet, Table, open_table
from ._csv_tickets import ticket_entries
from ._files import BrokenFile, Opened, identity, is_file
from ._stream import Stream, after

__all__ = ["BadMapping", "BrokenFile", "Mapping", "entries", "load_mapping", "read_mapping", "shipped_mappings"]


def entries(path: Path, mapping: Mapping) -> Iterator[tuple[int, Entry | Unreadable]]:
    """What the file tells, each with the number of its row's first line (the header is line 1).

    A row gives several entries or one Unreadable; the rows go in the file's order. Tables of tickets are read once,
    in constant memory; tables of messages and events twice, with some numbers (and the ids of threads) kept for each
    row. Raises BadMapping where the mapping does not fit the file, BrokenFile where the file cannot be read on.
    """
    return _entries_of(open_table(path, mapping.file), mapping)


def _entries_of(table: Table, mapping: Mapping) -> Iterator[tuple[int, Entry | Unreadable]]:
    time = mapping.time
    if isinstance(table, Sheet):
        time = time.also_iso()  # that is how the times of a workbook's own kind are given
    columns = Columns(table.header, time, mapping.shop.timezone if mapping.shop else None)
    if mapping.shop:
        yield 1, Shop(timezone=mapping.shop.timezone, currency=mapping.shop.currency)
    match mapping:
        case TicketsMapping():
            yield from ticket_entries(table, columns, mapping)
        case MessagesMapping():
            yield from message_entries(table, columns, mapping)
        case EventsMapping():
            yield from event_entries(table, columns, mapping)


def stream(
    path: Annotated[Path, "the CSV or .xlsx file"],
    mapping: Annotated[str, "the mapping: a .toml file, or the name of a shipped one"],
) -> Stream:
    """Any CSV or XLSX of tickets, messages or events, read by a small TOML mapping."""
    return reading(path, load_mapping(mapping), mapping)


def reading(path: Path, how: Mapping, named: str) -> Stream:
    """The file as a mapping tells it, which is called `named`."""
    if not is_file(path):
        Opened(path).close()
        raise BrokenFile(f"{str(path)!r} is no file that can be read twice. Save what comes out of the pipe in a file.")
    table = open_table(path, how.file)
    times_read = 1 if isinstance(how, TicketsMapping) else 2
    digest = hashlib.sha256(msgspec.json.encode(how)).hexdigest()[:16]
    return Stream(
        origin=f"{identity(path)} by {named} ({digest})",
        entries=lambda line: after(line, _entries_of(table, how)),
        size=None if isinstance(table, Sheet) else path.stat().st_size * times_read,
        done=lambda: table.bytes_read,
        priority_now=isinstance(how, TicketsMapping) and how.ticket.updated_at is not None,
    )
