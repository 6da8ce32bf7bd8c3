"""The page of a metric: its course, spread, breakdown and week, the rows behind it, and how it is counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from textwrap import dedent

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.errors import NotFound
from counterbell.metrics import UnknownMetric, explain, metric
from counterbell.metrics._metric import Duration, Metric
from counterbell.metrics.report import Report

from . import metric_charts
from .bar import Bar
from .breakdown import Breakdown
from .charting import drawn
from .figures import Head
from .look import Look
from .metric_facts import Fact, facts
from .row_list import RowList
from .view import View


@dataclass(frozen=True)
class MetricPage:
    """What the template `dashboard/metric.html` shows."""

    look: Look
    key: str

    @property
    def one(self) -> Metric:
        """The metric."""
        return metric(self.key)

    @property
    def head(self) -> Head:
        """How figures are read."""
        return Head(self.look.view)

    @cached_property
    def found(self) -> Report:
        """The figures of the period."""
        return self.look.report((self.key, *(["left_out"] if self.key != "left_out" else [])))

    @property
    def title(self) -> str:
        """Its name."""
        return words.title_of(self.one)

    @property
    def question(self) -> str:
        """What it answers."""
        return _(self.one.question)

    # ---- figures

    @property
    def value(self) -> str:
        """The headline."""
        return self.head.text(self.key, self.found.total.metrics)

    @property
    def thin(self) -> bool:
        """Whether it stands on too few rows."""
        return self.head.is_thin(self.key, self.found.total.metrics)

    @property
    def stat(self) -> str:
        """Which statistic the headline is, of a duration."""
        return self.head.stat if isinstance(self.one, Duration) else ""

    @property
    def change(self) -> words.Change | None:
        """Its change."""
        return self.head.change(self.key, self.found)

    @property
    def before(self) -> str:
        """What it was."""
        return self.head.text(self.key, self.found.before.total.metrics) if self.found.before else ""

    @cached_property
    def facts(self) -> list[Fact]:
        """What else there is to say of it."""
        return facts(self.look, self.key, self.found)

    # ---- charts

    @property
    def charts(self) -> list[Figure]:
        """Beside the course: how it spreads, and when in the week it happens."""
        there = {"spread": isinstance(self.one, Duration), "week": self.one.behind is not None}
        return [self._figure(name, metric_charts.CHARTS[name](self.look, self.key)) for name in there if there[name]]

    @property
    def trend(self) -> Figure:
        """Its course."""
        return self._figure("trend", metric_charts.trend(self.look, self.key, self.found))

    def _figure(self, name: str, chart: Chart) -> Figure:
        source, picture = (self.look.to("shop_metrics_chart", self.key, name, format) for format in ("json", "svg"))
        return by_address(chart, source, picture)

    @cached_property
    def breakdown(self) -> Breakdown:
        """By a dimension."""
        return Breakdown(self.look, self.key)

    @cached_property
    def listed(self) -> RowList:
        """The rows behind it."""
        return RowList(self.look, self.key, "shop_metrics_one", (self.key,))

    @property
    def narrowed(self) -> str:
        """To what the list is narrowed, in words."""
        return ", ".join(in_words(self.look.view))

    # ---- how it is counted

    @property
    def rule(self) -> list[str]:
        """The rule, by paragraphs."""
        return _(explain.rule(self.key)).split("\n\n")

    @property
    def excluded(self) -> str:
        """What does not count."""
        return _(self.one.excluded)

    @property
    def left_out(self) -> str:
        """How many tickets of the period do not count, and why."""
        return words.left_out(self.found.total.metrics["left_out"])

    @property
    def left_out_rows(self) -> str:
        """Where they are."""
        return self.look.to("shop_metrics_one", "left_out", view=self.look.view.of_all_rows(), fragment="rows")

    @property
    def version(self) -> int:
        """Of the definition."""
        return explain.VERSION

    @property
    def unit(self) -> str:
        """In what it is measured."""
        return _(words.UNITS[self.one.unit])

    @property
    def example(self) -> str:
        """A small history."""
        return dedent(self.one.example.log).strip()

    @property
    def example_value(self) -> str:
        """What the metric says of it."""
        return json.dumps(self.one.example.value)

    @property
    def sql(self) -> str:
        """The SQL that counts it."""
        return "\n\n".join(explain.sql(self.key))


def in_words(view: View) -> Iterator[str]:
    """To what a list of rows is narrowed."""
    from counterbell.charts.labels import bucket_names

    only = view.narrowed
    if only.bucket:
        names = bucket_names(view.period.buckets, view.grain)
        yield names[view.period.buckets.index(only.bucket)]
    if only.over_seconds is not None:
        yield _("over %(time)s") % {"time": formats.duration(only.over_seconds)}
    if only.upto_seconds is not None:
        yield _("up to %(time)s") % {"time": formats.duration(only.upto_seconds)}
    if only.weekday is not None:
        yield formats.weekday(only.weekday)
    if only.hour is not None:
        ends = (datetime(2000, 1, 1, hour % 24, tzinfo=UTC) for hour in (only.hour, only.hour + 1))
        yield " – ".join(map(formats.clock, ends))
    if only.scores:
        yield _("score %(scores)s") % {"scores": ", ".join(map(str, only.scores))}
    if only.commented:
        yield _("with a comment")
    if only.status:
        yield _(words.STATUSES.get(only.status, only.status))
    if only.waiting is not None:
        told = {"time": formats.duration(only.waiting)}
        yield _("waiting for %(time)s or more") % told if only.waiting else _("the customer waits")
    if only.share:
        shares = {"part": _("only those that count as such"), "zero": _("no reply"), "several": _("several replies"),
                  "silent": _("closed silently")}  # fmt: skip
        yield shares.get(only.share) or _(words.REASONS.get(only.share, only.share))


def _look(request: ShopRequest, key: str) -> Look:
    """The look at a metric. Raises NotFound with the nearest metric there is."""
    try:
        metric(key)
    except UnknownMetric as unknown:
        raise NotFound(str(unknown)) from unknown
    return Look.of(request)


@shop_view()
def page(request: ShopRequest, key: str) -> HttpResponse:
    look = _look(request, key)
    bar = Bar(look, "shop_metrics_one", (key,), durations=isinstance(metric(key), Duration))
    told = {"metric": MetricPage(look, key), "bar": bar, "look": look, "view": look.view}
    return render(request, "dashboard/metric.html", told)


@shop_view()
def chart(request: ShopRequest, key: str, name: str, format: str) -> HttpResponse:
    look = _look(request, key)
    return drawn(metric_charts.CHARTS[name](look, key), format)
