"""CSV as spreadsheets open it: UTF-8 with a BOM, and no text in it that they would run as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001
CONTROLS = ("\t", "\r", "\n")


class _Written:
    """What `csv` wrote last."""

    line = ""

    def write(self, line: str) -> None:
        self.line = line


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a table, one at a time; a text that would be run as a formula gets an apostrophe before it."""
    written = _Written()
    writer = csv.writer(written)
    writer.writerow(columns)
    yield BOM + written.line
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield written.line


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
        case float() if value.is_integer():
            return int(value)
        case str() if value.lstrip().startswith(FORMULA_STARTS) or value.startswith(CONTROLS):
            return f"'{value}"
    return value
