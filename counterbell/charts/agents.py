"""Agents beside each other: a point each, how sure it is, and the figure of them all as a line."""

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


@dataclass(frozen=True)
class Agent:
    """An agent's figure over `n` rows, with its 95% interval where there is one; thin over too few rows."""

    name: str
    value: float | None
    n: int | None = None
    interval: tuple[float, float] | None = None
    thin: bool = False
    href: str | None = None


def chart(title: str, unit: str, agents: Sequence[Agent], everybody: float | None = None) -> Chart:
    """The agents in the order in which they come; `everybody` is the figure of all of them together."""
    height = ROW_HEIGHT * max(len(agents), 1)
    description = _description(title, unit, agents, everybody)
    return Chart(
        title, description, _table(title, unit, agents), height, lambda palette: _draw(unit, agents, everybody, palette)
    )


def _description(title: str, unit: str, agents: Sequence[Agent], everybody: float | None) -> str:
    known = [agent for agent in agents if agent.value is not None]
    if not known:
        return _("%(title)s: no figures in this period.") % {"title": title}
    least, most = (pick(known, key=lambda agent: agent.value or 0) for pick in (min, max))
    return _("%(title)s by agent: from %(least)s (%(who_least)s) to %(most)s (%(who_most)s); all together %(all)s.") % {
        "title": title, "least": figure(least.value, unit), "who_least": least.name,
        "most": figure(most.value, unit), "who_most": most.name, "all": figure(everybody, unit),
    }  # fmt: skip


def _table(title: str, unit: str, agents: Sequence[Agent]) -> Table:
    rows = [
        [agent.name, figure(agent.value, unit), figure(agent.n, "tickets"), _sureness(agent, unit)] for agent in agents
    ]
    return Table.of([_("Agent"), title, "n", _("Remark")], rows, [agent.href for agent in agents])


def _sureness(agent: Agent, unit: str) -> str:
    interval = ""
    if agent.interval:
        low, high = (figure(end, unit) for end in agent.interval)
        interval = _("between %(low)s and %(high)s") % {"low": low, "high": high}
    return ", ".join(filter(None, [interval, _("thin sample") if agent.thin else ""]))


def _draw(unit: str, agents: Sequence[Agent], everybody: float | None, palette: Palette) -> alt.LayerChart:
    import altair as alt

    from . import _marks
    from .breakdown import rows_down

    ends = [end for agent in agents for end in agent.interval or ()]
    scale = labels.scale([*(agent.value for agent in agents), *ends, everybody], unit, from_nought=unit != "rating")
    low, high = scale.ends
    across = alt.Scale(domain=[low, high + (high - low) * 0.22], nice=False, zero=False)
    x = alt.X("value:Q", scale=across, axis=_marks.figures(scale, grid=True, labelOverlap="greedy", labelSeparation=8))
    y = rows_down([agent.name for agent in agents])
    rows = _rows(agents, unit, scale)
    known = [row for row in rows if row["value"] is not None]
    ranged = [row for row in known if row["low"] is not None]
    hit = _marks.sheet(rows, "hit").mark_rect(opacity=0).encode(y=y, **_marks.pointed())
    look: dict[str, Any] = {
        "filled": True,
        "size": 90,
        "opacity": 1,
        "stroke": palette["main"],
        "strokeWidth": 2,
        "aria": False,
    }
    layers: list[Any] = _of_all(everybody, unit, across, palette)
    layers.append(
        _marks.sheet(ranged).mark_rule(color=palette["main"], strokeWidth=3, opacity=0.35, aria=False)
        .encode(x=alt.X("low:Q", scale=across), x2=alt.X2("high:Q"), y=y)
    )  # fmt: skip
    fill = alt.FillValue(palette["main"], condition={"test": "datum.thin", "value": palette["paper"]})
    layers.append(_marks.sheet(known).mark_point(**look).encode(x=x, y=y, fill=fill))
    text = _marks.sheet(rows).mark_text(align="left", dx=9, fontWeight=600, aria=False)
    layers.append(text.encode(x=alt.X("end:Q", scale=across), y=y, text=alt.Text("text:N")))
    return _marks.layered(*layers, hit)


def _of_all(everybody: float | None, unit: str, across: alt.Scale, palette: Palette) -> list[Any]:
    import altair as alt

    from . import _marks

    if everybody is None:
        return []
    one = _marks.sheet([{"value": everybody, "text": _("all: %(figure)s") % {"figure": figure(everybody, unit)}}])
    x = alt.X("value:Q", scale=across)
    line = one.mark_rule(color=palette["quiet"], strokeWidth=1.5, strokeDash=[6, 4], aria=False).encode(x=x)
    name = one.mark_text(baseline="bottom", color=palette["quiet"], fontWeight=600, aria=False)
    return [line, name.encode(x=x, y=alt.YValue(-5), text=alt.Text("text:N"))]


def _rows(agents: Sequence[Agent], unit: str, scale: labels.Scale) -> list[dict[str, Any]]:
    from ._marks import tip

    rows = []
    for place, agent in enumerate(agents):
        low, high = agent.interval or (None, None)
        n = f"n {figure(agent.n, 'tickets')}" if agent.n is not None else ""
        end = max(value for value in (agent.value, high, scale.ends[0]) if value is not None)
        rows.append(
            {
                "place": place, "value": agent.value, "low": low, "high": high, "end": end, "thin": agent.thin,
                "text": figure(agent.value, unit), "href": agent.href,
                "tip": tip(agent.name, figure(agent.value, unit), n, _sureness(agent, unit)),
            }
        )  # fmt: skip
    return rows
