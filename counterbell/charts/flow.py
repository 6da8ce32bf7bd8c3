"""Tickets that came and tickets that went, and how many were left unresolved each time."""

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

MOST_ALIKE = 4
"""Where the level is more than so many times the flow, or less than that part of it, it has an axis of its own."""


@dataclass(frozen=True)
class Flow:
    """A bucket: tickets created and closed in it, and the unresolved ones at its end (null where not yet known)."""

    name: str
    created: int
    closed: int
    unresolved: int | None
    tick: str = ""
    running: bool = False
    href: str | None = None


def chart(title: str, flows: Sequence[Flow]) -> Chart:
    """Bars of created and closed tickets with the line of the unresolved."""
    return Chart(title, _description(title, flows), _table(flows), 280, lambda palette: _draw(flows, palette))


def _description(title: str, flows: Sequence[Flow]) -> str:
    level = next((flow.unresolved for flow in reversed(flows) if flow.unresolved is not None), None)
    return _("%(title)s: %(created)s created, %(closed)s closed, %(unresolved)s unresolved at the end.") % {
        "title": title, "created": figure(sum(flow.created for flow in flows), "tickets"),
        "closed": figure(sum(flow.closed for flow in flows), "tickets"), "unresolved": figure(level, "tickets"),
    }  # fmt: skip


def _words() -> tuple[str, str, str]:
    return _("Created"), _("Closed"), _("Unresolved")


def _table(flows: Sequence[Flow]) -> Table:
    rows = [[flow.name, *(figure(value, "tickets") for value in _values(flow))] for flow in flows]
    return Table.of([_("Period"), *_words()], rows, [flow.href for flow in flows])


def _values(flow: Flow) -> tuple[int, int, int | None]:
    return flow.created, flow.closed, flow.unresolved


def _tip(flow: Flow) -> str:
    from ._marks import tip

    lines = [f"{word}: {figure(value, 'tickets')}" for word, value in zip(_words(), _values(flow), strict=True)]
    return tip(flow.name, *lines, _("not over yet") if flow.running else "")


def _draw(flows: Sequence[Flow], palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks

    ticks = [flow.tick for flow in flows]
    scale, level, apart = _scales(flows)
    colour = _marks.series(
        _words(), palette.all(("main", "fourth", "second")), symbolType="square", symbolStrokeWidth=0
    )
    bars = _marks.sheet(_bars(flows)).mark_bar(cornerRadiusEnd=1, aria=False).encode(
        x=_marks.along(ticks, field="left"), x2=alt.X2("right:Q"), y=_marks.up(scale),
        y2=alt.Y2("ground:Q"), color=colour,
        opacity=alt.Opacity("solid:Q", scale=None),
    )  # fmt: skip
    sides: dict[str, Any] = {"orient": "right", "grid": False, "labelColor": palette["second"]} if apart else {}
    x, y = _marks.along(ticks), _marks.up(level, **sides)
    points = _marks.sheet(_level(flows))
    line = points.mark_line(aria=False, strokeWidth=2.5).encode(x=x, y=y, color=colour, detail=alt.Detail("run:N"))
    found = _marks.found(
        [{"place": place, "tip": _tip(flow), "href": flow.href} for place, flow in enumerate(flows)], ticks
    )
    drawn = _marks.layered(bars, line, found)
    if apart:
        drawn = drawn.resolve_scale(y="independent")
    return drawn


def _scales(flows: Sequence[Flow]) -> tuple[labels.Scale, labels.Scale, bool]:
    """The axis of the bars, that of the line, and whether they are two."""
    amounts = [value for flow in flows for value in (flow.created, flow.closed)]
    levels = [flow.unresolved for flow in flows if flow.unresolved is not None]
    most, highest = max([1, *amounts]), max([1, *levels])
    if most / MOST_ALIKE <= highest <= most * MOST_ALIKE:
        both = labels.scale([*amounts, *levels], "tickets")
        return both, both, False
    return labels.scale(amounts, "tickets"), labels.scale(levels, "tickets"), True


def _bars(flows: Sequence[Flow]) -> list[dict[str, Any]]:
    created, closed, _unresolved = _words()
    rows = []
    for place, flow in enumerate(flows):
        same = {"ground": 0, "solid": 0.45 if flow.running else 1}
        rows.append({"left": place - 0.36, "right": place - 0.02, "value": flow.created, "series": created, **same})
        rows.append({"left": place + 0.02, "right": place + 0.36, "value": flow.closed, "series": closed, **same})
    return rows


def _level(flows: Sequence[Flow]) -> list[dict[str, Any]]:
    run, rows = 0, []
    for place, flow in enumerate(flows):
        if flow.unresolved is None:
            run += 1
        else:
            rows.append({"place": place, "value": flow.unresolved, "series": _words()[2], "run": run})
    return rows
