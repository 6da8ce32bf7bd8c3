"""The tickets not yet resolved, over time, in layers: by their status, or by how old they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from counterbell.words import figure

from . import labels
from ._chart import Chart, Table
from .palette import SERIES, Palette

if TYPE_CHECKING:
    import altair as alt

AGES = ("heat-2", "heat-3", "heat-4", "heat-5", "heat-6")
"""The colours of classes of age, from the youngest."""


@dataclass(frozen=True)
class Level:
    """The level at the end of a bucket, by layer in the order of their names; null where it is not yet known."""

    name: str
    counts: tuple[int, ...] | None
    tick: str = ""
    running: bool = False
    href: str | None = None


def by_status(title: str, levels: Sequence[Level]) -> Chart:
    """Open, pending and snoozed tickets."""
    return chart(title, (_("open"), _("pending"), _("snoozed")), levels, SERIES)


def by_age(title: str, classes: Sequence[str], levels: Sequence[Level]) -> Chart:
    """Classes of age, the youngest first: the older, the stronger."""
    return chart(title, classes, levels, AGES[-len(classes) :])


def chart(title: str, layers: Sequence[str], levels: Sequence[Level], colours: Sequence[str]) -> Chart:
    """The layers upon each other, the first one at the bottom."""
    table = _table(layers, levels)
    return Chart(
        title, _description(title, layers, levels), table, 260, lambda palette: _draw(layers, levels, colours, palette)
    )


def _description(title: str, layers: Sequence[str], levels: Sequence[Level]) -> str:
    known = [level for level in levels if level.counts is not None]
    if not known:
        return _("%(title)s: no figures in this period.") % {"title": title}
    first, last = known[0], known[-1]
    listed = ", ".join(
        f"{layer} {figure(count, 'tickets')}" for layer, count in zip(layers, last.counts or (), strict=True)
    )
    return _("%(title)s: %(before)s (%(first)s), then %(now)s (%(last)s): %(listed)s.") % {
        "title": title, "before": _total(first), "first": first.name, "now": _total(last), "last": last.name,
        "listed": listed,
    }  # fmt: skip


def _total(level: Level) -> str:
    return figure(None if level.counts is None else sum(level.counts), "tickets")


def _figures(level: Level, layers: Sequence[str]) -> list[str]:
    return [figure(count, "tickets") for count in level.counts or [None] * len(layers)]


def _table(layers: Sequence[str], levels: Sequence[Level]) -> Table:
    rows = [[level.name, _total(level), *_figures(level, layers)] for level in levels]
    return Table.of([_("Period"), _("In all"), *layers], rows, [level.href for level in levels])


def _draw(layers: Sequence[str], levels: Sequence[Level], colours: Sequence[str], palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks

    ticks = [level.tick for level in levels]
    scale = labels.scale([sum(level.counts) for level in levels if level.counts is not None], "tickets")
    inset = 0.08 if len(levels) <= 60 else 0
    rows = [row for place, level in enumerate(levels) for row in _stacked(place, level, layers, inset)]
    bars = _marks.sheet(rows).mark_bar(
        cornerRadiusEnd=0, stroke=palette["paper"], strokeWidth=0.75 if inset else 0, aria=False
    )
    drawn = bars.encode(
        x=_marks.along(ticks, field="left"), x2=alt.X2("right:Q"), y=_marks.up(scale, "low"), y2=alt.Y2("high:Q"),
        opacity=alt.Opacity("solid:Q", scale=None),
        color=_marks.series(
            layers, palette.all(tuple(colours[: len(layers)])), symbolType="square", symbolStrokeWidth=0
        ),
    )  # fmt: skip
    found = [{"place": place, "tip": _tip(level, layers), "href": level.href} for place, level in enumerate(levels)]
    return _marks.layered(drawn, _marks.found(found, ticks))


def _stacked(place: int, level: Level, layers: Sequence[str], inset: float) -> list[dict[str, Any]]:
    low, rows = 0, []
    for layer, count in zip(layers, level.counts or [0] * len(layers), strict=True):
        rows.append(
            {
                "left": place - 0.5 + inset, "right": place + 0.5 - inset, "low": low, "high": low + count,
                "series": layer, "solid": 0.55 if level.running else 1,
            }
        )  # fmt: skip
        low += count
    return [row for row in rows if row["high"] != row["low"]]


def _tip(level: Level, layers: Sequence[str]) -> str:
    from ._marks import tip

    lines = [f"{layer}: {text}" for layer, text in zip(layers, _figures(level, layers), strict=True)]
    return tip(level.name, _total(level), *lines, _("not over yet") if level.running else "")
