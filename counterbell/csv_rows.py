"""Rows as CSV that a spreadsheet opens rightly: UTF-8 with a byte order mark, times as RFC 3339, no formulas."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from . import instants

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001
CONTROLS = ("\t", "\r", "\n")


def csv_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of the file, each with its end; a text that a spreadsheet would run gets an apostrophe before it."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    yield "\ufeff"
    writer.writerow(columns)
    yield line.getvalue()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow([_cell(value) for value in row])
        yield line.getvalue()


def csv_table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The same of rows that name their columns, all of them alike."""
    return csv_rows(list(rows[0]) if rows else [], (list(row.values()) for row in rows))


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return instants.written(value.replace(tzinfo=UTC))
        case float() if value.is_integer():
            return int(value)
        case str() if value.lstrip().startswith(FORMULA_STARTS) or value.startswith(CONTROLS):
            return f"'{value}"
    return value
