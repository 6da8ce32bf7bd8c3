"""The hours of the week: how much falls into each weekday and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.words import figure

from ._chart import Cell as TableCell
from ._chart import Chart, Table
from .palette import HEAT, Palette

if TYPE_CHECKING:
    import altair as alt

ROW_HEIGHT = 26
HOURS = range(24)


@dataclass(frozen=True)
class Cell:
    """An hour of the week: Monday is 0; null where there is no figure."""

    weekday: int
    hour: int
    value: float | None
    href: str | None = None


def chart(
    title: str, unit: str, cells: Sequence[Cell], *, week_starts: Literal["monday", "sunday"] = "monday"
) -> Chart:
    """The heatmap, with a row a weekday; an hour that is not among the cells has no figure."""
    days = [*range(7)] if week_starts == "monday" else [6, *range(6)]
    heat = _Heat(title, unit, {(cell.weekday, cell.hour): cell for cell in cells}, tuple(days))
    return Chart(title, heat.description(), heat.table(), ROW_HEIGHT * 7, heat.draw)


@dataclass(frozen=True)
class _Heat:
    title: str
    unit: str
    cells: dict[tuple[int, int], Cell]
    days: tuple[int, ...]

    def description(self) -> str:
        known = [cell for cell in self.cells.values() if cell.value is not None]
        if not known:
            return _("%(title)s: no figures in this period.") % {"title": self.title}
        most, least = (pick(known, key=lambda cell: cell.value or 0) for pick in (max, min))
        return _("%(title)s by weekday and hour: most %(most)s (%(when_most)s), least %(least)s (%(when_least)s).") % {
            "title": self.title, "most": figure(most.value, self.unit), "when_most": _name(most.weekday, most.hour),
            "least": figure(least.value, self.unit), "when_least": _name(least.weekday, least.hour),
        }  # fmt: skip

    def table(self) -> Table:
        """A row an hour, a column a weekday: narrow enough for a phone."""
        rows = tuple(
            (TableCell(_clock(hour)), *(self._table_cell(weekday, hour) for weekday in self.days)) for hour in HOURS
        )
        return Table((_("Hour"), *map(formats.weekday, self.days)), rows)

    def _table_cell(self, weekday: int, hour: int) -> TableCell:
        cell = self._cell(weekday, hour)
        return TableCell(figure(cell.value, self.unit), cell.href)

    def _cell(self, weekday: int, hour: int) -> Cell:
        return self.cells.get((weekday, hour)) or Cell(weekday, hour, None)

    def draw(self, palette: Palette) -> alt.LayerChart:
        """Vega-Altair's definition."""
        import altair as alt

        from . import _marks

        hours = {hour: _clock(hour) for hour in HOURS if hour % 3 == 0}
        across = alt.Axis(
            values=list(hours),
            labelExpr=_marks.texts(hours),
            labelAngle=0,
            labelOverlap="greedy",
            labelSeparation=8,
            orient="bottom",
            title=None,
        )
        down = alt.Axis(
            labelExpr=_marks.texts(dict(enumerate(map(formats.weekday, self.days)))), grid=False, title=None
        )
        cells = _marks.sheet(self._rows(), "seen").mark_rect(stroke=palette["paper"], strokeWidth=1.5, cornerRadius=3)
        return _marks.layered(
            cells.encode(
                x=alt.X("hour:O", axis=across, scale=alt.Scale(domain=list(HOURS), padding=0)),
                y=alt.Y("row:O", axis=down, scale=alt.Scale(domain=list(range(7)), padding=0)),
                color=self._colour(palette),
                **_marks.pointed(),
            )
        )

    def _rows(self) -> list[dict[str, Any]]:
        from ._marks import tip

        rows = []
        for row, weekday in enumerate(self.days):
            for hour in HOURS:
                cell = self._cell(weekday, hour)
                told = tip(_name(weekday, hour), figure(cell.value, self.unit))
                rows.append({"row": row, "hour": hour, "step": self._step(cell), "tip": told, "href": cell.href})
        return rows

    def _step(self, cell: Cell) -> int:
        """From 0 (nothing, or no figure) to 6 (the most)."""
        most = max((cell.value or 0 for cell in self.cells.values()), default=0)
        if not cell.value or not most:
            return 0
        return min(1 + int(6 * cell.value / most), 6)

    def _colour(self, palette: Palette) -> alt.Color:
        import altair as alt

        from . import _marks

        most = max((cell.value or 0 for cell in self.cells.values()), default=0)
        legend = alt.Legend(
            title=figure(0, self.unit), titleOrient="left", titlePadding=6,
            labelExpr=_marks.texts({6: figure(most, self.unit)}),
            symbolType="square", symbolSize=180, columnPadding=0, labelOffset=6, symbolStrokeWidth=0,
        )  # fmt: skip
        steps = list(range(len(HEAT)))
        return alt.Color("step:O", scale=alt.Scale(domain=steps, range=palette.all(HEAT)), legend=legend)


def _name(weekday: int, hour: int) -> str:
    return f"{formats.weekday(weekday)} {_clock(hour)}"


def _clock(hour: int) -> str:
    return formats.clock(datetime(2001, 1, 1, hour, tzinfo=UTC))
