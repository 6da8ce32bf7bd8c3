"""The course of a metric, bucket by bucket, with the period it is compared with, its goal and its jumps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from counterbell.words import figure

from . import labels
from ._chart import Chart, Table
from ._room import Plot
from .palette import Palette

if TYPE_CHECKING:
    import altair as alt

State = Literal["settled", "thin", "maturing", "running"]
"""A thin figure stands on few rows; a maturing one can still grow; a running bucket is not over."""

HEIGHT = 260
"""Of the plot, in pixels."""

MOST_DOTS = 40
"""Of a longer course only the last point, and those that are not settled, are drawn as points."""


@dataclass(frozen=True)
class Point:
    """A bucket: its figure (null where there is none), that of the period compared with, and how sure it is.

    `jump` says in a few words what changed, where a change was found; `href` leads to the tickets.
    """

    name: str
    value: float | None
    tick: str = ""
    before: float | None = None
    state: State = "settled"
    n: int | None = None
    jump: str = ""
    href: str | None = None


def chart(
    title: str,
    unit: str,
    points: Sequence[Point],
    *,
    period: str = "",
    compared: str = "",
    goal: float | None = None,
) -> Chart:
    """The trend of a metric; `compared` names the period whose figures the points have as `before`."""
    trend = _Trend(title, unit, tuple(points), period or _("This period"), compared, goal)
    return Chart(title, trend.description(), trend.table(), HEIGHT, trend.draw)


@dataclass(frozen=True)
class _Trend:
    title: str
    unit: str
    points: tuple[Point, ...]
    period: str
    compared: str
    goal: float | None

    # ---- in words

    def description(self) -> str:
        """One sentence with the last figure, the least and the most, and the goal."""
        known = [point for point in self.points if point.value is not None]
        if not known:
            return _("%(title)s: no figures in this period.") % {"title": self.title}
        least, most = (pick(known, key=lambda point: point.value or 0) for pick in (min, max))
        told = {
            "title": self.title, "count": figure(len(self.points), "tickets"),
            "first": self.points[0].name, "last": self.points[-1].name,
            "least": self._figure(least.value), "when_least": least.name,
            "most": self._figure(most.value), "when_most": most.name,
            "latest": self._figure(known[-1].value), "when_latest": known[-1].name,
        }  # fmt: skip
        sentence = _(
            "%(title)s from %(first)s to %(last)s: least %(least)s (%(when_least)s), most %(most)s (%(when_most)s), "
            "last %(latest)s (%(when_latest)s)."
        )
        if self.goal is None:
            return sentence % told
        return f"{sentence % told} {_('The goal is %(goal)s.') % {'goal': self._figure(self.goal)}}"

    def table(self) -> Table:
        header = [_("Period"), self.title, *([self.compared] if self.compared else []), _("Remark")]
        rows = [
            [
                point.name,
                self._figure(point.value),
                *([self._figure(point.before)] if self.compared else []),
                ", ".join(filter(None, [_state(point), point.jump])),
            ]
            for point in self.points
        ]
        remarked = any(row[-1] for row in rows)
        return Table.of(
            header if remarked else header[:-1],
            rows if remarked else [row[:-1] for row in rows],
            [point.href for point in self.points],
        )

    def _tip(self, point: Point) -> str:
        from ._marks import tip

        return tip(
            point.name,
            self._figure(point.value),
            f"{self.compared}: {self._figure(point.before)}" if self.compared else "",
            f"n {figure(point.n, 'tickets')}" if point.n is not None else "",
            _state(point),
            point.jump,
        )

    def _figure(self, value: float | None) -> str:
        return figure(value, self.unit)

    # ---- drawn

    def draw(self, palette: Palette) -> alt.LayerChart:
        """Vega-Altair's definition."""

        from . import _marks

        scale = self._scale()
        ticks = [point.tick for point in self.points]
        x, y = _marks.along(ticks), _marks.up(scale)
        layers: list[Any] = []
        if self.goal is not None:
            text = _("goal %(goal)s") % {"goal": self._figure(self.goal)}
            layers.append(_marks.across(self.goal, text, _marks.up(scale), palette["goal"], self._room_for_goal()))
        layers += [*self._jumps(x, palette), *self._lines(x, y, palette), *self._dots(x, y, palette)]
        return _marks.layered(*layers, self._last(x, y, palette), _marks.found(self._rows(), ticks))

    def _room_for_goal(self) -> tuple[str, str]:
        """The end of the goal's line, and the side of it, where its name is least in the way of the course."""
        goal, fifth = self.goal or 0, max(len(self.points) // 4, 2)
        ends = {"left": self.points[:fifth], "right": self.points[-fifth:-1]}
        figures = {
            end: [value - goal for point in points for value in (point.value, point.before) if value is not None]
            for end, points in ends.items()
        }
        nearest = {
            (end, side): min((sign * far for far in found if sign * far > 0), default=float("inf"))
            for end, found in figures.items()
            for side, sign in (("above", 1), ("below", -1))
            if sign > 0 or not self._is_near_the_ground(goal)
        }
        return max(nearest, key=lambda room: nearest[room])

    def _is_near_the_ground(self, figure: float) -> bool:
        """Whether what is written beneath that figure would lie on the axis."""
        low, high = self._scale().ends
        return figure - low < 0.1 * (high - low)

    def _scale(self) -> labels.Scale:
        values = [figure for point in self.points for figure in (point.value, point.before)]
        return labels.scale([*values, self.goal], self.unit, from_nought=self.unit != "rating")

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {"place": place, "tip": self._tip(point), "href": point.href} for place, point in enumerate(self.points)
        ]

    def _lines(self, x: alt.X, y: alt.Y, palette: Palette) -> Iterator[alt.Chart]:
        import altair as alt

        from . import _marks

        now = self.period
        colour = _marks.series(
            [now, self.compared] if self.compared else [now],
            [palette["main"], palette["before"]],
            symbolType="stroke",
            symbolSize=260,
        )
        befores = [(place, point.before, False) for place, point in enumerate(self.points)]
        values = [
            (place, point.value, point.state in ("running", "maturing")) for place, point in enumerate(self.points)
        ]
        if self.compared:
            rows = [{**row, "series": self.compared} for row in _segments(befores) if not row["open"]]
            line = _marks.sheet(rows).mark_line(strokeWidth=1.5, aria=False)
            yield line.encode(x=x, y=y, color=colour, detail=alt.Detail("run:N"))
        for is_open, dash in ((False, [1, 0]), (True, [3, 5])):
            rows = [{**row, "series": now} for row in _segments(values) if row["open"] == is_open]
            line = _marks.sheet(rows).mark_line(strokeDash=dash, aria=False)
            yield line.encode(x=x, y=y, color=colour, detail=alt.Detail("run:N"))

    def _dots(self, x: alt.X, y: alt.Y, palette: Palette) -> Iterator[alt.Chart]:
        """Full points for settled figures, hollow ones for the others; a lone point among gaps always shows."""
        from . import _marks

        full, hollow = [], []
        for place, point in enumerate(self.points):
            row = {"place": place, "value": point.value}
            if point.value is not None and point.state != "settled":
                hollow.append(row)
            elif point.value is not None and (len(self.points) <= MOST_DOTS or self._is_alone(place)):
                full.append(row)
        main = palette["main"]
        yield _marks.sheet(full).mark_point(filled=True, size=26, opacity=1, color=main, aria=False).encode(x=x, y=y)
        rings: dict[str, Any] = {
            "filled": True,
            "size": 42,
            "opacity": 1,
            "fill": palette["paper"],
            "stroke": main,
            "strokeWidth": 1.75,
        }
        yield _marks.sheet(hollow).mark_point(**rings, aria=False).encode(x=x, y=y)

    def _is_alone(self, place: int) -> bool:
        beside = [self.points[other] for other in (place - 1, place + 1) if 0 <= other < len(self.points)]
        return all(point.value is None for point in beside)

    def _jumps(self, x: alt.X, palette: Palette) -> Iterator[alt.LayerChart]:
        import altair as alt

        from . import _marks

        rows = [{"place": place, "text": point.jump} for place, point in enumerate(self.points) if point.jump]
        if rows:
            for row in rows:
                row["align"] = "right" if row["place"] > len(self.points) / 2 else "left"  # type: ignore[operator]
            line = _marks.sheet(rows).mark_rule(color=palette["alarm"], strokeWidth=1, strokeDash=[2, 3], aria=False)
            yield line.encode(x=x)
            for align, dx in (("left", 5), ("right", -5)):
                here = _marks.sheet(row for row in rows if row["align"] == align)
                look: dict[str, Any] = {
                    "align": align,
                    "dx": dx,
                    "baseline": "top",
                    "color": palette["alarm"],
                    "fontWeight": 600,
                }
                yield here.mark_text(**look, aria=False).encode(x=x, y=alt.YValue(0), text=alt.Text("text:N"))

    def _last(self, x: alt.X, y: alt.Y, palette: Palette) -> alt.Chart:
        """The last figure, written beside its point where the lines leave room."""
        from . import _marks

        known = [(place, point.value) for place, point in enumerate(self.points) if point.value is not None][-1:]
        look = self._off_the_lines(*known[0]) if known else {}
        rows = [{"place": place, "value": value, "text": self._figure(value)} for place, value in known]
        return _marks.named_above(rows, x, y, palette, **look)

    def _off_the_lines(self, place: int, value: float) -> dict[str, Any]:
        if place <= len(self.points) * 0.8:
            return {"align": "center"}
        low, high = self._scale().ends
        courses = [[point.value for point in self.points], [point.before for point in self.points]]
        return Plot(courses, (low, high), HEIGHT).before_the_end(place, value, self._figure(value))


def _state(point: Point) -> str:
    match point.state:
        case "thin":
            return _("thin sample")
        case "maturing":
            return _("still maturing")
        case "running":
            return _("not over yet")
    return ""


def _segments(values: Sequence[tuple[int, float | None, bool]]) -> Iterator[dict[str, Any]]:
    """The stretches of a line between neighbours that both have a figure; `open` where one of them is not settled."""
    run = 0
    pairs = [
        (one, other, one[2] or other[2])
        for one, other in pairwise(values)
        if one[1] is not None and other[1] is not None
    ]
    for is_open, stretch in groupby(pairs, key=lambda pair: pair[2]):
        last = None
        for one, other, _is_open in stretch:
            if last != one[0]:
                run += 1
                yield {"run": run, "place": one[0], "value": one[1], "open": is_open}
            yield {"run": run, "place": other[0], "value": other[1], "open": is_open}
            last = other[0]
