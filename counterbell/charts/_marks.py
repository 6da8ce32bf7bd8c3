"""What several kinds of chart are put together from: rows, axes, lines across, and what the pointer finds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import altair as alt

from .labels import Scale
from .palette import Palette

Row = Mapping[str, Any]

NEW_LINE = "\n"

LETTER_PIXELS, SYMBOL_PIXELS, AXIS_PIXELS = 6.5, 36, 80
"""What a letter of a legend takes on average, its symbol with the space around it, and what stands left of the legend.

The `room` that there is in all is a parameter of its own (`render`): the drawing's own width depends on the legend.
"""


def sheet(rows: Iterable[Row], name: str = "") -> alt.Chart:
    """An empty chart over these rows, as one text: Altair copies all it is given, again and again. See `with_rows`."""
    data = alt.InlineData(values=json.dumps([dict(row) for row in rows], ensure_ascii=False))
    return alt.Chart(data, name=name) if name else alt.Chart(data)


def with_rows(definition: dict[str, Any]) -> dict[str, Any]:
    """A finished definition with its rows as rows again."""
    return {**definition, "datasets": {name: json.loads(rows) for name, rows in definition["datasets"].items()}}


def layered(*layers: Any) -> alt.LayerChart:
    """One upon the other, the last one on top."""
    return cast(alt.LayerChart, alt.layer(*layers))


def along(ticks: Sequence[str], *, field: str = "place") -> alt.X:
    """The axis along which buckets stand, one at each whole number from 0."""
    there = {place: tick for place, tick in enumerate(ticks) if tick}
    axis = alt.Axis(values=list(there), labelExpr=texts(there), labelOverlap="greedy", labelSeparation=8, title=None)
    return alt.X(field, type="quantitative", scale=_ends([-0.5, len(ticks) - 0.5]), axis=axis)


def up(scale: Scale, field: str = "value", *, axis: bool = True, **more: Any) -> alt.Y:
    """The upward axis of figures."""
    return alt.Y(field, type="quantitative", scale=_ends(scale.ends), axis=figures(scale, **more) if axis else None)


def figures(scale: Scale, **more: Any) -> alt.Axis:
    """An axis with the round figures of a scale, written as they are."""
    written = dict(zip(scale.values, scale.texts, strict=True))
    return alt.Axis(values=list(scale.values), labelExpr=texts(written), **{"title": None, **more})


def texts(written: Mapping[float, str] | Mapping[int, str]) -> str:
    """A Vega expression that gives the text of an axis value."""
    keys = {(int(value) if value == int(value) else value): text for value, text in written.items()}
    return f"({json.dumps(keys, ensure_ascii=False)})[datum.value] || ''"


def series(names: Sequence[str], colours: Sequence[str], **more: Any) -> alt.Color:
    """The colours of several things, with a legend above if there are several: side by side where there is room."""
    needs_pixels = sum(len(name) * LETTER_PIXELS + SYMBOL_PIXELS for name in names) + AXIS_PIXELS
    columns = alt.ExprRef(f"room < {needs_pixels} ? 1 : {len(names)}")
    legend = alt.Legend(columns=columns, **more) if len(names) > 1 else None
    return alt.Color("series:N", scale=alt.Scale(domain=list(names), range=list(colours)), legend=legend)


def found(rows: Sequence[Row], ticks: Sequence[str]) -> alt.Chart:
    """What the pointer and the keyboard find: a column over each bucket, with its `tip` and the way to its tickets."""
    wide = [{"left": row["place"] - 0.5, "right": row["place"] + 0.5, **_of(row, "tip", "href")} for row in rows]
    columns = sheet(wide, "hit").mark_rect(opacity=0)
    drawn: alt.Chart = columns.encode(x=along(ticks, field="left"), x2=alt.X2("right:Q"), **pointed())
    return drawn


def pointed() -> dict[str, Any]:
    """The encodings of a mark that says its `tip` and leads to its `href`."""
    link = alt.Href(condition={"test": "datum.href != null", "field": "href", "type": "nominal"}, value=None)
    return {"tooltip": alt.Tooltip("tip:N"), "description": alt.Description("tip:N"), "href": link}


def across(value: float, text: str, y: alt.Y, colour: str, room: tuple[str, str]) -> alt.LayerChart:
    """A dashed line across the chart at a figure, named at its `left` or `right` end, `above` or `below` it."""
    end, side = room
    one = sheet([{"value": value, "text": text}])
    line = one.mark_rule(color=colour, strokeWidth=1.5, strokeDash=[6, 4], aria=False).encode(y=y)
    look: dict[str, Any] = {"align": end, "dx": 4 if end == "left" else -4}
    look |= {"baseline": "bottom", "dy": -4} if side == "above" else {"baseline": "top", "dy": 5}
    name = one.mark_text(**look, color=colour, fontWeight=600, aria=False)
    return layered(line, name.encode(y=y, text=alt.Text("text:N"), x=alt.XValue(0 if end == "left" else "width")))


def named_above(rows: Iterable[Row], x: alt.X, y: alt.Y, palette: Palette, **more: Any) -> alt.Chart:
    """Figures written above their points."""
    look: dict[str, Any] = {
        "baseline": "bottom",
        "dy": -8,
        "fontWeight": 600,
        "color": palette["ink"],
        "aria": False,
        **more,
    }
    drawn: alt.Chart = sheet(rows).mark_text(**look).encode(x=x, y=y, text=alt.Text("text:N"))
    return drawn


def tip(name: str, *lines: str) -> str:
    """What is said of a mark: its name, then a line for each figure."""
    return NEW_LINE.join([name, *(line for line in lines if line)])


def _ends(ends: Sequence[float]) -> alt.Scale:
    return alt.Scale(domain=list(ends), nice=False, zero=False)


def _of(row: Row, *names: str) -> dict[str, Any]:
    return {name: row.get(name) for name in names}
