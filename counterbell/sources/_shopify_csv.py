"""Shopify's CSV export of orders: a row for each line item, what is told of the order in the first row of it only."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
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
    export = _Export(path, source, of_row, Beside())
    return Stream(
        origin=f"csv {identity(path)}",
        entries=export.entries,
        size=path.stat().st_size if path.is_file() else None,
        done=lambda: export.bytes_read,
        beside=export.beside,
        apart="csv",
    )


@dataclass
class _Export:
    path: Path
    source: str
    of_row: OfRow
    beside: Beside
    bytes_read: int = 0

    def entries(self, after: int) -> Iterator[Positioned]:
        with Opened(self.path) as file:
            rows = csv.DictReader(io.TextIOWrapper(file.bytes, "utf-8-sig", errors="replace", newline=""), restval="")
            if missing := [column for column in COLUMNS if column not in (rows.fieldnames or ())]:
                raise Problem(
                    f"This is no export of orders of {self.source}: it has no column {missing[0]!r}. In the admin, "
                    "export orders as plain CSV."
                )
            for row in rows:
                self.bytes_read = file.bytes_read
                if rows.line_num > after and (row["Financial Status"] or row["Total"]):
                    yield from ((rows.line_num, entry) for entry in self._of_order(row))

    def _of_order(self, row: dict[str, str]) -> list[Entry | Unreadable]:
        """The entries of an order's first row; the rows of its other line items tell nothing of the order."""
        try:
            return list(self.of_row(row, self.beside))
        except NotReadable as problem:
            return [Unreadable(str(problem), ",".join(map(str, row.values()))[:2_000], problem.field)]
