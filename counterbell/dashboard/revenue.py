"""Revenue: the tickets that led to a purchase, what they sold by currency, and who, what and where sold it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterbell import formats, words
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.charts import labels, trend
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.charts.of_report import ReportCharts
from counterbell.metrics.periods import Bucket
from counterbell.metrics.query import DIMENSIONS, Answered
from counterbell.metrics.report import Report

from .bar import Bar, Option
from .charting import drawn
from .figures import Head
from .look import Look
from .metric_page import in_words
from .ranked import Cell, Column, Ranked
from .row_list import RowList
from .view import View

KEY = "converted_tickets"
Converted = dict[str, Any]
"""What a report says of converted tickets: part, whole, rate, orders, revenue, maturing."""

Slice = tuple[str | None, Converted]
"""A value of a dimension with its figures."""


@dataclass(frozen=True)
class Amount:
    """What was earned in a currency, and before."""

    text: str
    currency: str
    change: words.Change | None


@dataclass(frozen=True)
class RevenuePage:
    """What the template `dashboard/revenue.html` shows."""

    look: Look

    @cached_property
    def found(self) -> Report:
        """The figures of the period."""
        return self.look.report((KEY,), quantiles=False)

    @property
    def total(self) -> Converted:
        """Those of all of it."""
        return self.found.total.metrics[KEY]  # type: ignore[no-any-return]

    # ---- figures

    @property
    def converted(self) -> str:
        """How many tickets led to a purchase."""
        return formats.number(self.total["part"])

    @property
    def rate(self) -> str:
        """Of all that were created."""
        return formats.percent(self.total["rate"])

    @property
    def whole(self) -> str:
        """How many those are."""
        return formats.number(self.total["whole"])

    @property
    def created_rows(self) -> str:
        """Where they are."""
        return self.look.to("shop_metrics_one", "tickets_created", view=self._plain, fragment="rows")

    @property
    def orders(self) -> str:
        """How many orders that made."""
        return formats.number(self.total["orders"])

    @property
    def maturing(self) -> str:
        """How many tickets may still lead to one; nothing where none may."""
        n = self.total["maturing"]
        return ngettext("%(n)s ticket still maturing", "%(n)s tickets still maturing", n) % {
            "n": formats.number(n)
        } if n else ""  # fmt: skip

    @property
    def change(self) -> words.Change | None:
        """How the number of converted tickets changed."""
        return Head(self.look.view).change(KEY, self.found)

    @property
    def amounts(self) -> list[Amount]:
        """What was earned, each currency for itself."""
        return [self._amount(currency, minor) for currency, minor in self.total["revenue"].items()]

    def _amount(self, currency: str, minor: int) -> Amount:
        before = self.found.before.total.metrics[KEY]["revenue"].get(currency) if self.found.before else None
        may_rise = bool(self.total["maturing"])
        change = words.change(words.metric_of(KEY), minor, before, may_rise=may_rise) if before else None
        return Amount(formats.money(minor, currency), currency, change)

    @property
    def currencies(self) -> list[str]:
        """The currencies in which anything was earned."""
        return list(self.total["revenue"])

    @property
    def rows(self) -> str:
        """Where the orders are."""
        return self._link(self._plain, "rows")

    @property
    def _plain(self) -> View:
        return self.look.view.of_the_whole()

    def _link(self, view: View, fragment: str) -> str:
        return self.look.to("revenue", view=view, fragment=fragment)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sold."""
        return not self.total["orders"]

    @property
    def window(self) -> int:
        """Within how many days after a ticket an order counts as its own."""
        return self.look.shop.conversion_days

    # ---- charts

    @property
    def cohorts(self) -> Figure:
        """Converted tickets by when they were created."""
        return self._figure("cohorts", self.cohorts_chart())

    @property
    def courses(self) -> list[Figure]:
        """The course of what was earned, a chart for each currency."""
        return [self._figure(currency, self.course_chart(currency)) for currency in self.currencies]

    def _figure(self, name: str, chart: Chart) -> Figure:
        source, picture = (self.look.to("revenue_chart", name, format) for format in ("json", "svg"))
        return by_address(chart, source, picture)

    def cohorts_chart(self) -> Chart:
        """Each cohort leads to its orders."""
        return ReportCharts(self.found, self._of_bucket).cohorts()

    def _of_bucket(self, bucket: Bucket) -> str:
        return self._link(self.look.view.narrowed_to(bucket=bucket), "rows")

    def course_chart(self, currency: str) -> Chart:
        """What the tickets created in each bucket earned in a currency."""
        names = labels.named([each.bucket for each in self.found.buckets], self.look.view.grain)
        before = self.found.before.buckets if self.found.before else []
        points = [
            trend.Point(
                named.name,
                self._earned(each, currency),
                named.tick,
                before=self._earned(before[place], currency) if place < len(before) else None,
                state="maturing" if each.metrics[KEY]["maturing"] else "settled",
                href=self._of_bucket(each.bucket),
            )
            for place, (named, each) in enumerate(zip(names, self.found.buckets, strict=True))
        ]
        compared = formats.days(self.found.before.period.start, self.found.before.period.end) if before else ""  # type: ignore[union-attr]
        title = _("Revenue in %(currency)s, net of refunds") % {"currency": currency}
        return trend.chart(title, currency, points, period=formats.days(*self.look.view.days), compared=compared)

    def _earned(self, each: Answered, currency: str) -> int | None:
        """Null for what has not begun."""
        begun = each.bucket.start_us <= self.found.answer.as_of.timestamp() * 1_000_000
        return each.metrics[KEY]["revenue"].get(currency, 0) if begun else None

    # ---- by a dimension

    @property
    def by(self) -> str:
        """The dimension."""
        return self.look.view.by or "channel"

    @property
    def by_title(self) -> str:
        """The dimension in a word."""
        return _(words.DIMENSIONS[self.by])

    @property
    def options(self) -> list[Option]:
        """The dimensions there are something of, as links."""
        least = {"agent": 1}
        there = [n for n in DIMENSIONS if n == self.by or len(self.look.choices.get(n, ())) >= least.get(n, 2)]
        return [
            Option(
                _(words.DIMENSIONS[name]),
                self._link(self.look.view.changed(by=name, rank=None), "by"),
                name == self.by,
            )
            for name in there
        ]

    @property
    def table(self) -> Ranked[Slice]:
        """What each value of the dimension sold."""
        found = self.look.report((KEY,), by=self.by, quantiles=False, whole=True).total.by
        slices = [(value, each[KEY]) for value, each in found.items() if each[KEY]["whole"] or each[KEY]["orders"]]
        columns = [
            Column[Slice]("name", self.by_title, lambda each: self._name(each).casefold(), self._named),
            self._column("part", _("Converted"), formats.number),
            self._column("rate", _("Rate"), formats.percent),
            self._column("orders", _("Orders"), formats.number),
            *map(self._money, self.currencies),
        ]
        return Ranked(columns, slices, self.look.view, lambda view: self._link(view, "by"), "-part")

    def _name(self, each: Slice) -> str:
        return self.look.names.value(self.by, each[0])

    def _named(self, each: Slice) -> Cell:
        return Cell(self._name(each), self._narrower(each, ""))

    def _narrower(self, each: Slice, fragment: str) -> str:
        return self._link(self._plain.changed(by=self.by).with_values(self.by, (each[0],)), fragment)

    def _column(self, name: str, title: str, text: Callable[[Any], str]) -> Column[Slice]:
        def cell(each: Slice) -> Cell:
            there = name != "rate" and each[1]["orders"]
            return Cell(text(each[1][name]), self._narrower(each, "rows") if there else "")

        return Column(name, title, lambda each: each[1][name], cell)

    def _money(self, currency: str) -> Column[Slice]:
        def cell(each: Slice) -> Cell:
            minor = each[1]["revenue"].get(currency)
            if minor is None:
                return Cell(formats.NOTHING)
            return Cell(formats.money(minor, currency), self._narrower(each, "rows"))

        return Column(currency, currency, lambda each: each[1]["revenue"].get(currency), cell)

    # ---- the list

    @cached_property
    def listed(self) -> RowList:
        """The orders with their tickets."""
        return RowList(self.look, KEY, "revenue", ())

    @property
    def narrowed(self) -> str:
        """To what the list is narrowed, in words."""
        return ", ".join(in_words(self.look.view))

    @property
    def of_tickets(self) -> str:
        """Of how many tickets the orders of the list are, where that is known."""
        found = self._listed_figures()
        if found is None:
            return ""
        n = found["part"]
        return ngettext("of %(n)s converted ticket", "of %(n)s converted tickets", n) % {"n": formats.number(n)}

    def _listed_figures(self) -> Converted | None:
        """By agent and team an order is its own agent's, and a ticket that of its first order."""
        if self.look.view.narrowing or any(self.look.view.values_of(name) for name in ("agent", "team")):
            return None
        bucket = self.look.view.narrowed.bucket
        if bucket is None:
            return self.total
        return next(each for each in self.found.buckets if each.bucket == bucket).metrics[KEY]  # type: ignore[no-any-return]


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    look = Look.of(request)
    told = {"revenue": RevenuePage(look), "bar": Bar(look, "revenue", durations=False), "look": look, "view": look.view}
    return render(request, "dashboard/revenue.html", told)


@shop_view()
def chart(request: ShopRequest, name: str, format: str) -> HttpResponse:
    shown = RevenuePage(Look.of(request))
    return drawn(shown.cohorts_chart() if name == "cohorts" else shown.course_chart(name), format)
