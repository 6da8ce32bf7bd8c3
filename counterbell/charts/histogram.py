"""How long things took: how many fell into each span of time, with the median, the 90th percentile and the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.words import figure

from . import labels
from ._chart import Chart, Table
from .labels import DAY, HOUR, MINUTE
from .palette import Palette

if TYPE_CHECKING:
    import altair as alt

EDGES_SECONDS = (
    0, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY,
    3 * DAY, 7 * DAY,
)  # fmt: skip
"""Spans in which people think of waiting; the last one has no end."""


@dataclass(frozen=True)
class Span:
    """How many took at least `start` and less than `end` seconds (null: no end)."""

    start: float
    end: float | None
    count: int
    href: str | None = None


@dataclass(frozen=True)
class Marks:
    """Figures of the whole, in seconds; null where there are none."""

    median: float | None = None
    p90: float | None = None
    target: float | None = None
    within_target: float | None = None


def chart(title: str, spans: Sequence[Span], marks: Marks) -> Chart:
    """The histogram; spans are drawn equally wide, whatever they last."""
    return Chart(
        title, _description(title, spans, marks), _table(spans), 260, lambda palette: _draw(spans, marks, palette)
    )


def _description(title: str, spans: Sequence[Span], marks: Marks) -> str:
    told = {
        "title": title, "count": figure(sum(span.count for span in spans), "tickets"),
        "median": figure(marks.median, "seconds"), "p90": figure(marks.p90, "seconds"),
        "share": formats.percent(marks.within_target, 0), "target": figure(marks.target, "seconds"),
    }  # fmt: skip
    sentence = _("%(title)s: %(count)s in all, half of them within %(median)s and nine of ten within %(p90)s.") % told
    if marks.target is None or marks.within_target is None:
        return sentence
    return f"{sentence} {_('%(share)s are within the target of %(target)s.') % told}"


def _table(spans: Sequence[Span]) -> Table:
    total = sum(span.count for span in spans)
    rows = [[_name(span), figure(span.count, "tickets"), _share(span, total)] for span in spans]
    return Table.of([_("Time"), _("Count"), _("Share")], rows, [span.href for span in spans])


def _share(span: Span, total: int) -> str:
    return formats.percent(span.count / total if total else None)


def _name(span: Span) -> str:
    if span.end is None:
        return _("%(time)s and longer") % {"time": figure(span.start, "seconds")}
    if not span.start:
        return _("under %(time)s") % {"time": figure(span.end, "seconds")}
    return f"{figure(span.start, 'seconds')} – {figure(span.end, 'seconds')}"


def place_of(seconds: float, spans: Sequence[Span]) -> float:
    """Where a time stands on the axis of the spans: edge 0 at 0, edge 1 at 1, and evenly between two edges."""
    for place, span in enumerate(spans):
        if span.end is None:
            return place + 0.5
        if seconds < span.end:
            return place + max(seconds - span.start, 0) / (span.end - span.start)
    return float(len(spans))


def _draw(spans: Sequence[Span], marks: Marks, palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks

    total = sum(span.count for span in spans)
    scale = labels.scale([span.count for span in spans], "tickets")
    edges = {place: figure(span.start, "seconds") if span.start else "0" for place, span in enumerate(spans)}
    axis = alt.Axis(
        values=list(edges), labelExpr=_marks.texts(edges), labelOverlap="greedy", labelSeparation=6, title=None
    )
    across = alt.Scale(domain=[0, len(spans)], nice=False)
    rows = [
        {
            "left": place, "right": place + 1, "value": span.count, "ground": 0, "href": span.href,
            "within": marks.target is None or (span.end is not None and span.end <= marks.target),
            "tip": _marks.tip(_name(span), figure(span.count, "tickets"), _share(span, total)),
        }
        for place, span in enumerate(spans)
    ]  # fmt: skip
    bars = _marks.sheet(rows, "seen").mark_bar(cornerRadiusEnd=2, stroke=palette["paper"], strokeWidth=2)
    drawn = bars.encode(
        x=alt.X("left:Q", scale=across, axis=axis), x2=alt.X2("right:Q"), y=_marks.up(scale), y2=alt.Y2("ground:Q"),
        color=alt.ColorValue(palette["before"], condition={"test": "datum.within", "value": palette["main"]}),
        **_marks.pointed(),
    )  # fmt: skip
    return _marks.layered(drawn, *_lines(spans, marks, palette, across))


def _lines(spans: Sequence[Span], marks: Marks, palette: Palette, across: alt.Scale) -> list[alt.Chart]:
    """Median, 90th percentile and target as lines, their names above each other where they would touch."""
    import altair as alt

    from . import _marks

    told = [
        (marks.target, _("target %(time)s"), palette["goal"]),
        (marks.median, _("median %(time)s"), palette["ink"]),
        (marks.p90, _("p90 %(time)s"), palette["alarm"]),
    ]
    layers = []
    there = sorted((seconds, name, colour) for seconds, name, colour in told if seconds is not None)
    for height, (seconds, told_as, colour) in enumerate(there):
        place = place_of(seconds, spans)
        to_the_left = place > len(spans) * 0.6 or (not height and place > len(spans) * 0.25)
        dash = [6, 4] if seconds == marks.target else [1, 0]
        top = -14 - 16 * (len(there) - 1 - height)
        one = _marks.sheet([{"left": place, "text": told_as % {"time": figure(seconds, "seconds")}}])
        x = alt.X("left:Q", scale=across)
        layers.append(
            one.mark_rule(color=colour, strokeWidth=1.5, strokeDash=dash, aria=False).encode(
                x=x, y=alt.YValue(top - 2), y2=alt.Y2Value("height")
            )
        )
        look: dict[str, Any] = {
            "align": "right" if to_the_left else "left",
            "dx": -5 if to_the_left else 5,
            "baseline": "middle",
            "color": colour,
        }
        name = one.mark_text(**look, fontWeight=600, aria=False)
        layers.append(name.encode(x=x, y=alt.YValue(top + 4), text=alt.Text("text:N")))
    return layers
