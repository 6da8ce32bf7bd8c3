"""A metric's figure as a view shows it: the statistic and the clock chosen, its change, what stands beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.metrics import metric
from counterbell.metrics._metric import Duration, Metric
from counterbell.metrics.report import Report
from counterbell.words import figure

from .names import Names
from .view import View

Metrics = Mapping[str, Any]
"""The figures of a bucket by metric, as a report gives them."""


@dataclass(frozen=True)
class Head:
    """How a view reads the figure that stands for a metric."""

    view: View

    def shaped(self, key: str, found: Metrics) -> Any:
        """The figures of a metric on the clock chosen."""
        return found[f"{key}_bh" if self.view.business and isinstance(metric(key), Duration) else key]

    def number(self, key: str, found: Metrics) -> float | None:
        """The one number: of a duration in seconds, by the statistic chosen."""
        one, shaped = metric(key), self.shaped(key, found)
        if isinstance(one, Duration):
            return shaped.get(self.view.stat)  # type: ignore[no-any-return]
        return one.headline(shaped)

    def text(self, key: str, found: Metrics) -> str:
        """The number with its unit."""
        return figure(self.number(key, found), metric(key).unit)

    def sample(self, key: str, found: Metrics) -> int | None:
        """Over how many rows it was taken, where that matters."""
        shaped = self.shaped(key, found)
        return None if shaped is None else metric(key).sample(shaped)

    def is_thin(self, key: str, found: Metrics) -> bool:
        """Whether it stands on too few rows."""
        return words.is_thin(metric(key), self.shaped(key, found))

    def change(self, key: str, found: Report) -> words.Change | None:
        """How it changed against the comparison; null without one."""
        if found.before is None:
            return None
        now, then = (self.number(key, total.metrics) for total in (found.total, found.before.total))
        return words.change(metric(key), now, then, may_rise=self.may_rise(key, found.total.metrics))

    def may_rise(self, key: str, found: Metrics) -> bool:
        """Whether the figure can still rise by what is yet to come."""
        return metric(key).may_rise(self.shaped(key, found))

    def name(self, key: str) -> str:
        """What the number is called: the metric, and for durations which statistic if it is not the mean."""
        one = metric(key)
        title = words.title_of(one)
        if isinstance(one, Duration) and self.view.stat != "mean":
            return f"{title} ({self.stat})"
        return title

    @property
    def stat(self) -> str:
        """The statistic chosen, in a word."""
        return {"mean": _("mean"), "median": _("median"), "p90": "p90"}[self.view.stat]


def beside(key: str, found: Metrics, head: Head, names: Names) -> Iterator[str]:
    """What stands beside the number on a tile: the other statistics, the parts, the sureness; a few words each."""
    one, shaped = metric(key), head.shaped(key, found)
    if shaped is None:
        return
    match key:
        case "csat":
            if shaped["mean_interval"]:
                low, high = shaped["mean_interval"]
                yield f"± {formats.number((high - low) / 2, 2)}"
            if shaped["share_4_5"] is not None:
                yield _("%(share)s with 4 or 5") % {"share": formats.percent(shaped["share_4_5"], 0)}
        case "converted_tickets":
            if shaped["rate"] is not None:
                yield _("%(rate)s of all tickets") % {"rate": formats.percent(shaped["rate"])}
            yield from (formats.money(minor, currency) for currency, minor in list(shaped["revenue"].items())[:1])
            if shaped["maturing"]:
                yield _("%(count)s still maturing") % {"count": formats.number(shaped["maturing"])}
        case "tickets_created":
            yield _("%(count)s a day") % {"count": formats.number(shaped / _days_begun(head.view), 1)}
        case "tickets_closed":
            yield from _most_closed(shaped["by_agent"], names)
        case "unresolved_tickets":
            by_status = found.get("unresolved_by_status") or {}
            yield from (f"{names.value('status', status)} {formats.number(n)}" for status, n in by_status.items() if n)
        case _ if isinstance(one, Duration):
            yield from _other_statistics(shaped, head)
        case _ if isinstance(shaped, dict) and shaped.get("whole"):
            told = {"part": formats.number(shaped["part"]), "whole": formats.number(shaped["whole"])}
            yield _("%(part)s of %(whole)s") % told


def _days_begun(view: View) -> int:
    """How many days of the period have begun."""
    first, end = view.days
    return max((min(end, view.today + timedelta(days=1)) - first).days, 1)


def _most_closed(by_agent: Mapping[str, int], names: Names) -> Iterator[str]:
    agents = {agent: n for agent, n in by_agent.items() if agent not in words.ACTORS}
    if agents:
        agent, n = max(agents.items(), key=lambda each: each[1])
        yield f"{names.agent(agent)} {formats.number(n)}"


def _other_statistics(shaped: Metrics, head: Head) -> Iterator[str]:
    texts = {"mean": _("mean %(time)s"), "median": _("median %(time)s"), "p90": _("p90 %(time)s")}
    for stat, text in texts.items():
        if stat != head.view.stat and shaped.get(stat) is not None:
            yield text % {"time": formats.duration(shaped[stat])}


def better_in_words(one: Metric) -> str:
    """Which way is better."""
    return _(words.DIRECTIONS[one.better])
