"""Tickets that led to a purchase, by when the ticket was created; younger cohorts can still grow and look so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.words import figure

from . import labels
from ._chart import Chart, Table
from .palette import Palette

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Cohort:
    """The tickets created in a bucket: how many in all, converted, and still so young that they may convert."""

    name: str
    created: int
    converted: int
    maturing: int = 0
    tick: str = ""
    href: str | None = None

    @property
    def rate(self) -> float | None:
        """Converted tickets over all; null over none."""
        return self.converted / self.created if self.created else None


def chart(title: str, cohorts: Sequence[Cohort]) -> Chart:
    """Bars of converted tickets: full where the cohort is mature, hollow and dashed where it can still grow."""
    return Chart(title, _description(title, cohorts), _table(cohorts), 240, lambda palette: _draw(cohorts, palette))


def _description(title: str, cohorts: Sequence[Cohort]) -> str:
    created, converted = sum(one.created for one in cohorts), sum(one.converted for one in cohorts)
    sentence = _(
        "%(title)s: %(converted)s of %(created)s tickets led to a purchase (%(rate)s); %(maturing)s still may."
    )
    return sentence % {
        "title": title, "converted": figure(converted, "tickets"), "created": figure(created, "tickets"),
        "rate": formats.percent(converted / created if created else None),
        "maturing": figure(sum(one.maturing for one in cohorts), "tickets"),
    }  # fmt: skip


def _table(cohorts: Sequence[Cohort]) -> Table:
    rows = [
        [one.name, *(figure(count, "tickets") for count in (one.created, one.converted)), formats.percent(one.rate),
         figure(one.maturing, "tickets")]
        for one in cohorts
    ]  # fmt: skip
    header = [_("Period"), _("Created"), _("Converted"), _("Rate"), _("Still maturing")]
    return Table.of(header, rows, [one.href for one in cohorts])


def _tip(one: Cohort) -> str:
    from ._marks import tip

    count = _("%(part)s of %(whole)s") % {
        "part": figure(one.converted, "tickets"),
        "whole": figure(one.created, "tickets"),
    }
    maturing = _("%(count)s still maturing") % {"count": figure(one.maturing, "tickets")}
    return tip(one.name, f"{count} ({formats.percent(one.rate)})", maturing if one.maturing else "")


def _draw(cohorts: Sequence[Cohort], palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks

    ticks = [one.tick for one in cohorts]
    scale = labels.scale([one.converted for one in cohorts], "tickets")
    names = [_("mature"), _("still maturing")]
    rows = [
        {
            "place": place, "left": place - 0.36, "right": place + 0.36, "value": one.converted, "ground": 0,
            "young": one.maturing > 0,
            "series": names[1] if one.maturing else names[0], "tip": _tip(one), "href": one.href,
        }
        for place, one in enumerate(cohorts)
    ]  # fmt: skip
    x, y, main = _marks.along(ticks, field="left"), _marks.up(scale), palette["main"]
    full = _marks.sheet(rows).mark_bar(strokeWidth=1.5, stroke=main, aria=False).encode(
        x=x, x2=alt.X2("right:Q"), y=y, y2=alt.Y2("ground:Q"),
        color=_marks.series(
            names, [main, palette["heat-1"]], symbolType="square", symbolStrokeColor=main, symbolStrokeWidth=1.5
        ),
        strokeDash=alt.StrokeDashValue([1, 0], condition={"test": "datum.young", "value": [3, 3]}),
    )  # fmt: skip
    written = [
        {"place": row["place"], "value": row["value"], "text": figure(one.converted, "tickets")}
        for row, one in zip(rows, cohorts, strict=True)
    ]
    layers = [full]
    if len(cohorts) <= labels.MOST_NAMED:
        layers.append(_marks.named_above(written, _marks.along(ticks), y, palette, dy=-4))
    return _marks.layered(*layers, _marks.found(rows, ticks))
