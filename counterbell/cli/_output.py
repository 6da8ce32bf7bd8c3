"""How figures are printed: a table for people, JSON, CSV and Parquet for programs."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from counterbell import csv_rows as written
from counterbell.metrics.report import Report, as_json, as_rows

from . import _report_table


def report(found: Report, format: str, keys: Sequence[str]) -> None:
    """Print a report."""
    match format:
        case "json":
            _in_utf_8()
            json.dump(as_json(found), sys.stdout, ensure_ascii=False, indent=1)
            print()
        case "csv":
            _csv(written.csv_table(as_rows(found)))
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
    """Print CSV as spreadsheets open it."""
    _csv(written.csv_rows(columns, rows))


def _csv(lines: Iterable[str]) -> None:
    _in_utf_8(newline="")
    sys.stdout.writelines(lines)


def _in_utf_8(newline: str | None = None) -> None:
    """Write in UTF-8 from now on, whatever the terminal's encoding is."""
    sys.stdout.flush()
    sys.stdout.reconfigure(encoding="utf-8", newline=newline)  # type: ignore[union-attr]
