"""A metric by the values of a dimension: a bar each, with its figure, and what it was before as a small mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from counterbell.words import figure

from . import labels
from ._chart import Chart, Table
from .palette import Palette

if TYPE_CHECKING:
    import altair as alt

ROW_HEIGHT = 30
NAME_PIXELS = 128
"""A name longer than this is cut in the picture, never in the table or the tip."""


@dataclass(frozen=True)
class Bar:
    """One value of the dimension, its figure, and the figure of the period compared with."""

    name: str
    value: float | None
    before: float | None = None
    thin: bool = False
    note: str = ""
    href: str | None = None


def chart(title: str, unit: str, by: str, bars: Sequence[Bar], *, period: str = "", compared: str = "") -> Chart:
    """The bars in the order in which they come; `by` is the dimension in words, `compared` names the other period."""
    height, names = ROW_HEIGHT * max(len(bars), 1), (period or _("This period"), compared)
    description, table = _description(title, unit, bars), _table(title, unit, by, bars, compared)
    return Chart(title, description, table, height, lambda palette: _draw(unit, bars, names, palette))


def _description(title: str, unit: str, bars: Sequence[Bar]) -> str:
    if not bars:
        return _("%(title)s: no figures in this period.") % {"title": title}
    listed = ", ".join(f"{bar.name} {figure(bar.value, unit)}" for bar in bars[:3])
    if len(bars) > 3:
        listed = _("%(first)s, and %(others)s more") % {
            "first": listed, "others": figure(len(bars) - 3, "tickets")
        }  # fmt: skip
    return _("%(title)s: %(listed)s.") % {"title": title, "listed": listed}


def _table(title: str, unit: str, by: str, bars: Sequence[Bar], compared: str) -> Table:
    noted = any(bar.note or bar.thin for bar in bars)
    header = [by, title, *([compared] if compared else []), *([_("Remark")] if noted else [])]
    rows = [
        [
            bar.name,
            figure(bar.value, unit),
            *([figure(bar.before, unit)] if compared else []),
            *([_remark(bar)] if noted else []),
        ]
        for bar in bars
    ]
    return Table.of(header, rows, [bar.href for bar in bars])


def _remark(bar: Bar) -> str:
    return ", ".join(filter(None, [bar.note, _("thin sample") if bar.thin else ""]))


def _draw(unit: str, bars: Sequence[Bar], names: tuple[str, str], palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks

    now, compared = names
    rows = [{**_row(place, bar, unit, compared), "series": now} for place, bar in enumerate(bars)]
    scale = labels.scale([value for bar in bars for value in (bar.value, bar.before)], unit)
    x = _along(scale, "value")
    y = rows_down([bar.name for bar in bars])
    hit = _marks.sheet(rows, "hit").mark_rect(opacity=0).encode(y=y, **_marks.pointed())
    colour = _marks.series(
        names if compared else (now,), palette.all(("main", "ink")), symbolType="square", symbolStrokeWidth=0
    )
    solid = alt.OpacityValue(1, condition={"test": "datum.thin", "value": 0.45})
    known = [row for row in rows if row["value"] is not None]
    bar = _marks.sheet(known).mark_bar(height=16, aria=False).encode(x=x, y=y, opacity=solid, color=colour)
    written = _marks.sheet(rows).mark_text(align="left", dx=6, fontWeight=600, aria=False)
    layers = [bar, written.encode(x=_along(scale, "end"), y=y, text=alt.Text("text:N"))]
    if compared:
        before = [{**row, "value": row["before"], "series": compared} for row in rows if row["before"] is not None]
        look: dict[str, Any] = {"thickness": 2.5, "size": 24}
        layers.append(_marks.sheet(before).mark_tick(**look, aria=False).encode(x=x, y=y, color=colour))
    return _marks.layered(*layers, hit)


def rows_down(names: Sequence[str]) -> alt.Y:
    """The axis on which rows stand one below the other, each with its name."""
    import altair as alt

    from . import _marks

    axis = alt.Axis(
        labelExpr=_marks.texts(dict(enumerate(names))), labelLimit=NAME_PIXELS, grid=False, labelFontSize=12, title=None
    )
    return alt.Y("place:O", axis=axis, scale=alt.Scale(domain=list(range(len(names))), paddingInner=0, paddingOuter=0))


def _along(scale: labels.Scale, field: str) -> alt.X:
    """The axis along which bars grow, with room for the figure behind the longest one."""
    import altair as alt

    low, high = scale.ends
    return alt.X(
        field, type="quantitative", scale=alt.Scale(domain=[low, high * 1.3 - low * 0.3], nice=False), axis=None
    )


def _row(place: int, bar: Bar, unit: str, compared: str) -> dict[str, Any]:
    from ._marks import tip

    before = f"{compared}: {figure(bar.before, unit)}" if compared else ""
    return {
        "place": place, "value": bar.value, "before": bar.before, "thin": bar.thin, "href": bar.href,
        "end": max(bar.value or 0, (bar.before or 0) if compared else 0), "text": figure(bar.value, unit),
        "tip": tip(bar.name, figure(bar.value, unit), before, _remark(bar)),
    }  # fmt: skip
