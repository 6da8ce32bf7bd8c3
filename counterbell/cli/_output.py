"""How figures are printed: a table for people, JSON, CSV and Parquet for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from counterbell.metrics.report import Report, as_json, as_rows

from . import _report_table

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001
CONTROLS = ("\t", "\r", "\n")


def report(found: Report, format: str, keys: Sequence[str]) -> None:
    """Print a report."""
    match format:
        case "json":
            _in_utf_8()
            json.dump(as_json(found), sys.stdout, ensure_ascii=False, indent=1)
            print()
        case "csv":
            rows = as_rows(found)
            csv_rows(list(rows[0]) if rows else [], [list(row.values()) for row in rows])
        case "parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.Table.from_pylist(as_rows(found)), sys.stdout.buffer)
        case _:
            _report_table.show(found, keys)


def json_lines(rows: Iterable[dict[str, Any]]) -> None:
    """Print one JSON array of objects, an object a line."""
    _in_utf_8()
    separator = "["
    for row in rows:
        print(separator, json.dumps(row, ensure_ascii=False), sep="\n", end="")
        separator = ","
    print("\n]" if separator == "," else "[]")


def csv_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print CSV, UTF-8 with BOM; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    _in_utf_8(newline="")
    sys.stdout.write("\ufeff")
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])


def _in_utf_8(newline: str | None = None) -> None:
    """Write in UTF-8 from now on, whatever the terminal's encoding is."""
    sys.stdout.flush()
    sys.stdout.reconfigure(encoding="utf-8", newline=newline)  # type: ignore[union-attr]


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
