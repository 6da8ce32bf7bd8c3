"""Backlog: the unresolved tickets over time, how old they are, which are oldest, and how long they take to clear."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.charts import backlog as chart_of_backlog
from counterbell.charts import labels
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.charts.of_report import ReportCharts
from counterbell.metrics._level import STATUSES
from counterbell.metrics.backlog import Backlog, Level
from counterbell.metrics.report import Report
from counterbell.metrics.spread import Bin

from . import metric_charts
from .bar import Bar
from .charting import drawn
from .figures import Head
from .look import Look
from .metric_facts import Fact
from .metric_page import in_words
from .row_list import RowList
from .view import View


@dataclass(frozen=True)
class BacklogPage:
    """What the template `dashboard/backlog.html` shows."""

    look: Look

    @cached_property
    def found(self) -> Report:
        """Level, days to clear and flow."""
        return self.look.report(("unresolved_tickets", "days_to_clear", "net_flow"), quantiles=False)

    @cached_property
    def levels(self) -> Backlog:
        """The level by status and by age."""
        return self.look.backlog()

    @property
    def last(self) -> Level:
        """The level at the end of the period, or now if that is later."""
        return self.levels.last

    @property
    def head(self) -> Head:
        """How figures are read."""
        return Head(self.look.view)

    # ---- figures

    @property
    def unresolved(self) -> str:
        """How many tickets are unresolved."""
        return formats.number(self.last.unresolved)

    @property
    def change(self) -> words.Change | None:
        """How that changed."""
        return self.head.change("unresolved_tickets", self.found)

    @property
    def rows(self) -> str:
        """Where they are."""
        return self._link(self._all)

    @property
    def _all(self) -> View:
        return self.look.view.of_all_rows().changed(sort=None)

    def _link(self, view: View) -> str:
        return self.look.to("backlog", view=view, fragment="rows")

    @property
    def statuses(self) -> list[Fact]:
        """The same by status."""
        counts = self.last.by_status or {}
        return [
            Fact(_(words.STATUSES[status]), formats.number(counts[status]), self._narrowed(status=status))
            for status in STATUSES
            if status in counts
        ]

    @property
    def ages(self) -> list[Fact]:
        """The same by age, the youngest first."""
        return [
            Fact(
                self._class(each),
                formats.number(each.n),
                self._narrowed(over=each.over_seconds, upto=each.upto_seconds),
            )
            for each in self.last.by_age or ()
        ]

    def _narrowed(self, **told: object) -> str:
        return self._link(self.look.view.narrowed_to(**told))  # type: ignore[arg-type]

    @property
    def oldest(self) -> str:
        """The age of the oldest."""
        return formats.duration(self.last.oldest_seconds)

    @property
    def median_age(self) -> str:
        """The median age."""
        return formats.duration(self.last.median_seconds)

    @property
    def days_to_clear(self) -> str:
        """How long it takes to clear at the pace of the last weeks."""
        return self.head.text("days_to_clear", self.found.total.metrics)

    @property
    def net_flow(self) -> str:
        """By how much the level grew."""
        net = self.found.total.metrics["net_flow"]
        return f"+{formats.number(net)}" if net > 0 else formats.number(net)

    @property
    def flow_rows(self) -> str:
        """The tickets that came and went."""
        return metric_charts.rows_of(self.look, "net_flow")(self._all)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is unresolved."""
        return not self.last.unresolved

    @property
    def is_future(self) -> bool:
        """Whether the period has not begun."""
        return self.last.unresolved is None

    # ---- charts

    @property
    def status_figure(self) -> Figure:
        """The level by status."""
        return self._figure("status")

    @property
    def others(self) -> list[Figure]:
        """The level by age, and how it changed."""
        return [self._figure(name) for name in ("age", "flow")]

    def _figure(self, name: str) -> Figure:
        source, picture = (self.look.to("backlog_chart", name, format) for format in ("json", "svg"))
        return by_address(self.chart(name), source, picture)

    def chart(self, name: str) -> Chart:
        """A chart by its name."""
        match name:
            case "status":
                return chart_of_backlog.by_status(_("Unresolved tickets by status"), list(self._by_status()))
            case "age":
                classes = [self._class(each) for each in self.last.by_age or ()]
                return chart_of_backlog.by_age(
                    _("Unresolved tickets by age"), classes, list(self._by_age(len(classes)))
                )
        link = metric_charts.rows_of(self.look, "net_flow")
        charts = ReportCharts(self.found, lambda bucket: link(self.look.view.narrowed_to(bucket=bucket)))
        return charts.trend("net_flow")

    def _class(self, each: Bin) -> str:
        if each.over_seconds is None:
            return _("up to %(time)s") % {"time": formats.duration(each.upto_seconds)}
        if each.upto_seconds is None:
            return _("over %(time)s") % {"time": formats.duration(each.over_seconds)}
        return f"{formats.duration(each.over_seconds)} – {formats.duration(each.upto_seconds)}"

    def _by_status(self) -> Iterator[chart_of_backlog.Level]:
        for each, level in self._levels():
            counts = tuple(level.by_status[status] for status in STATUSES) if level.by_status else None
            yield self._level(each, level, counts)

    def _by_age(self, classes: int) -> Iterator[chart_of_backlog.Level]:
        for each, level in self._levels():
            counts = tuple(found.n for found in level.by_age) if level.by_age and classes else None
            yield self._level(each, level, counts)

    def _levels(self) -> Iterator[tuple[labels.Named, Level]]:
        named = labels.named([level.bucket for level in self.levels.buckets], self.look.view.grain)
        return zip(named, self.levels.buckets, strict=True)

    def _level(self, each: labels.Named, level: Level, counts: tuple[int, ...] | None) -> chart_of_backlog.Level:
        now_us = self.levels.as_of.timestamp() * 1_000_000
        running = level.bucket.start_us <= now_us < level.bucket.end_us
        href = None if counts is None else self._link(self.look.view.narrowed_to(bucket=level.bucket))
        return chart_of_backlog.Level(each.name, counts, each.tick, running, href)

    # ---- the list

    @cached_property
    def listed(self) -> RowList:
        """The unresolved tickets, the oldest first."""
        return RowList(self.look, "unresolved_tickets", "backlog", ())

    @property
    def narrowed(self) -> str:
        """To what the list is narrowed, in words."""
        return ", ".join(in_words(self.look.view))

    @property
    def by_age(self) -> str:
        """The list with the oldest first."""
        return self._link(self.look.view.changed(sort=None))

    @property
    def by_waiting(self) -> str:
        """The list with the customer who has waited longest first."""
        return self._link(self.look.view.changed(sort="waiting_since"))


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    look = Look.of(request)
    told = {"backlog": BacklogPage(look), "bar": Bar(look, "backlog", durations=False), "look": look, "view": look.view}
    return render(request, "dashboard/backlog.html", told)


@shop_view()
def chart(request: ShopRequest, name: str, format: str) -> HttpResponse:
    return drawn(BacklogPage(Look.of(request)).chart(name), format)
