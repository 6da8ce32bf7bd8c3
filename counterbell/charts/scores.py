"""How many customers gave each score from 5 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterbell import formats
from counterbell.words import figure

from ._chart import Chart, Table
from .palette import Palette

if TYPE_CHECKING:
    import altair as alt

ROW_HEIGHT = 34
SCORES = (5, 4, 3, 2, 1)
COLOURS = {5: "main", 4: "main", 3: "before", 2: "alarm", 1: "alarm"}


def chart(title: str, counts: Mapping[int, int], mean: float | None, hrefs: Mapping[int, str] | None = None) -> Chart:
    """The distribution of the scores, by their number; `hrefs` lead to the tickets of a score."""
    links = hrefs or {}
    return Chart(
        title,
        _description(title, counts, mean),
        _table(counts, links),
        ROW_HEIGHT * len(SCORES),
        lambda palette: _draw(counts, links, palette),
    )


def _description(title: str, counts: Mapping[int, int], mean: float | None) -> str:
    return _("%(title)s: %(mean)s on average of %(count)s ratings; %(happy)s gave 4 or 5, %(unhappy)s gave 1 or 2.") % {
        "title": title, "mean": figure(mean, "rating"), "count": figure(sum(counts.values()), "tickets"),
        "happy": _share(counts, 4, 5), "unhappy": _share(counts, 1, 2),
    }  # fmt: skip


def _share(counts: Mapping[int, int], *scores: int) -> str:
    total = sum(counts.values())
    return formats.percent(sum(counts.get(score, 0) for score in scores) / total if total else None, 0)


def _name(score: int) -> str:
    return ngettext("%(count)s star", "%(count)s stars", score) % {"count": formats.number(score)}


def _table(counts: Mapping[int, int], hrefs: Mapping[int, str]) -> Table:
    rows = [[_name(score), figure(counts.get(score, 0), "tickets"), _share(counts, score)] for score in SCORES]
    return Table.of([_("Score"), _("Count"), _("Share")], rows, [hrefs.get(score) for score in SCORES])


def _draw(counts: Mapping[int, int], hrefs: Mapping[int, str], palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks
    from .breakdown import rows_down

    rows = [
        {
            "place": place, "value": counts.get(score, 0), "colour": palette[COLOURS[score]], "href": hrefs.get(score),
            "text": f"{_share(counts, score)}  ({figure(counts.get(score, 0), 'tickets')})",
            "tip": _marks.tip(_name(score), figure(counts.get(score, 0), "tickets"), _share(counts, score)),
        }
        for place, score in enumerate(SCORES)
    ]  # fmt: skip
    most = max([1, *counts.values()])
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, most * 1.4], nice=False), axis=None)
    y = rows_down([_name(score) for score in SCORES])
    base = _marks.sheet(rows)
    bars = base.mark_bar(height=20, aria=False).encode(x=x, y=y, color=alt.Color("colour:N", scale=None))
    written = base.mark_text(align="left", dx=6, fontWeight=600, aria=False).encode(x=x, y=y, text=alt.Text("text:N"))
    hit = _marks.sheet(rows, "hit").mark_rect(opacity=0).encode(y=y, **_marks.pointed())
    return _marks.layered(bars, written, hit)
