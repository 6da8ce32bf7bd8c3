"""A table whose rows are ranked by any of its columns, as `rank` says in the address (with a minus: greatest first)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .breakdown import Heading
from .view import View

Row = TypeVar("Row")


@dataclass(frozen=True)
class Cell:
    """A cell: its text, where its rows are, what stands beside it, and whether it stands on too few rows."""

    text: str
    href: str = ""
    beside: str = ""
    thin: bool = False


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: its name in the address, its heading, what its rows are ranked by (null: last), and its cells."""

    name: str
    title: str
    rank: Callable[[Row], float | str | None]
    cell: Callable[[Row], Cell]


@dataclass(frozen=True)
class Ranked(Generic[Row]):
    """What the template `dashboard/_ranked.html` shows: the first column names a row, all others are numbers.

    `apart` are rows that stand below the others, `foot` are all of them together; `to` leads to the table in a view.
    """

    columns: Sequence[Column[Row]]
    all_rows: Sequence[Row]
    view: View
    to: Callable[[View], str]
    usual: str
    apart: Sequence[Row] = ()
    foot_row: Row | None = None

    @property
    def order(self) -> tuple[Column[Row], bool]:
        """The column by which the rows are ranked, and whether from the greatest down."""
        by_name = {column.name: column for column in self.columns}
        told = self.view.rank or self.usual
        if told.removeprefix("-") not in by_name:
            told = self.usual
        return by_name[told.removeprefix("-")], told.startswith("-")

    @property
    def headings(self) -> list[Heading]:
        """The headings."""
        return [self._heading(column) for column in self.columns]

    def _heading(self, column: Column[Row]) -> Heading:
        now, descending = self.order
        here, numeric = column == now, column != self.columns[0]
        down = not descending if here else numeric
        way = ("descending" if descending else "ascending") if here else ""
        return Heading(column.title, self.to(self.view.changed(rank=f"{'-' * down}{column.name}")), way, numeric)

    @property
    def bodies(self) -> list[list[list[Cell]]]:
        """The cells of the rows, and of those apart."""
        return [[self._cells(row) for row in self.in_order(rows)] for rows in (self.all_rows, self.apart) if rows]

    @property
    def foot(self) -> list[Cell]:
        """The cells of all together."""
        return [] if self.foot_row is None else self._cells(self.foot_row)

    def in_order(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as they are ranked; those without a figure come last either way."""
        column, descending = self.order
        known = [row for row in rows if column.rank(row) is not None]
        unknown = [row for row in rows if column.rank(row) is None]
        return [*sorted(known, key=column.rank, reverse=descending), *unknown]  # type: ignore[arg-type]

    def _cells(self, row: Row) -> list[Cell]:
        return [column.cell(row) for column in self.columns]
