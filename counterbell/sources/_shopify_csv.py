"""Shopify's CSV export of orders: a row for each line item, what is told of the order in the first row of it only."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from counterbell.errors import Problem
from counterbell.record.entries import Entry, Unreadable
from counterbell.record.outcome import Positioned

from ._files import Opened, identity
from ._stream import Beside, Stream
from ._values import NotReadable

COLUMNS = ("Name", "Financial Status", "Currency", "Total", "Created at")
"""The columns without which the file is no export of orders."""

OfRow = Callable[[dict[str, str], Beside], Iterable[Entry]]


def csv_stream(path: Path, source: str, of_row: OfRow) -> Stream:
    """The orders of an export; the position is the line at which an order's row ends."""
    opened, beside = Opened(path), Beside()
    return Stream(
        origin=f"csv {identity(path)}",
        entries=lambda after: _entries(opened, source, of_row, beside, after),
        size=opened.size,
        done=lambda: opened.bytes_read,
        beside=beside,
        apart="csv",
    )


def _entries(opened: Opened, source: str, of_row: OfRow, beside: Beside, after: int) -> Iterator[Positioned]:
    rows = csv.DictReader(io.TextIOWrapper(opened.bytes, "utf-8-sig", errors="replace", newline=""), restval="")
    if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
        raise Problem(
            f"This is no export of orders of {source}: it has no column {missing[0]!r}. In the admin, export orders as "
            "plain CSV."
        )
    for row in rows:
        line = rows.line_num
        if line <= after or not (row["Financial Status"] or row["Total"]):
            continue  # another line item of the order above
        try:
            told = list(of_row(row, beside))
        except NotReadable as problem:
            yield line, Unreadable(str(problem), ",".join(map(str, row.values()))[:2_000], problem.field)
        else:
            yield from ((line, entry) for entry in told)
