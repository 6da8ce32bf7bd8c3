"""Satisfaction: how content customers were and how sure that is, how many of those asked answered, what they wrote."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counterbell import formats, words
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.accounts.local_time import day_start
from counterbell.accounts.opening_hours import zone
from counterbell.charts import scores
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.charts.of_report import ReportCharts
from counterbell.insights.marks import marks
from counterbell.insights.series import DAYS
from counterbell.metrics.report import Report
from counterbell.metrics.rows import Page
from counterbell.metrics.satisfaction import Rated, RatedPage
from counterbell.record.entries import instant

from . import metric_charts
from .bar import Bar, Option
from .charting import drawn
from .figures import Head
from .goal_lines import goal_lines
from .look import Look
from .view import View

COMMENTS_A_PAGE = 20


@dataclass(frozen=True)
class Comment:
    """A rating for the list."""

    score: int
    text: str
    ticket: str
    href: str
    beside: str
    at: str
    instant: str

    @property
    def better(self) -> bool | None:
        """Whether it is a good score, or a bad one; null between."""
        return {5: True, 4: True, 3: None}.get(self.score, False)


@dataclass(frozen=True)
class SatisfactionPage:
    """What the template `dashboard/satisfaction.html` shows."""

    look: Look

    @cached_property
    def found(self) -> Report:
        """The figures of the period."""
        return self.look.report(("csat",))

    @property
    def csat(self) -> dict[str, Any]:
        """Those of all of it."""
        return self.found.total.metrics["csat"]  # type: ignore[no-any-return]

    # ---- figures

    @property
    def mean(self) -> str:
        """The mean of the ratings."""
        return formats.number(self.csat["mean"], 2)

    @property
    def mean_between(self) -> str:
        """Its interval."""
        return _between(self.csat["mean_interval"], lambda end: formats.number(end, 2))

    @property
    def share(self) -> str:
        """The share of 4 and 5."""
        return formats.percent(self.csat["share_4_5"])

    @property
    def share_between(self) -> str:
        """Its interval."""
        return _between(self.csat["share_interval"], formats.percent)

    @property
    def share_rows(self) -> str:
        """The ratings with 4 or 5."""
        return metric_charts.rows_of(self.look, "csat")(self.look.view.narrowed_to(score=[4, 5]))

    @property
    def rows(self) -> str:
        """All ratings."""
        return metric_charts.rows_of(self.look, "csat")(self._all)

    @property
    def _all(self) -> View:
        return self.look.view.of_all_rows().changed(sort=None)

    @property
    def n(self) -> str:
        """How many ratings there are."""
        return formats.number(self.csat["n"])

    @property
    def thin(self) -> bool:
        """Whether these are too few."""
        return bool(self.csat["n"] and self.csat["thin"])

    @property
    def change(self) -> words.Change | None:
        """The change of the mean."""
        return Head(self.look.view).change("csat", self.found)

    @property
    def response_rate(self) -> str:
        """How many of those asked answered."""
        return formats.percent(self.csat["response_rate"])

    @property
    def answered(self) -> str:
        """The same in numbers."""
        told = {"part": formats.number(self.csat["answered"]), "whole": formats.number(self.csat["sent"])}
        return _("%(part)s of %(whole)s surveys answered") % told

    @property
    def robots(self) -> str:
        """How many answers are suspected to be a robot's."""
        return formats.number(self.csat["robots"])

    @property
    def is_empty(self) -> bool:
        """Whether nobody was asked and nobody answered."""
        return not (self.csat["n"] or self.csat["sent"])

    @property
    def has_tickets(self) -> bool:
        """Whether the shop has any ticket, whenever."""
        return any(self.look.choices.get("channel", ()))

    # ---- charts

    @property
    def trend(self) -> Figure:
        """The course of the mean."""
        return self._figure("trend")

    @property
    def scores(self) -> Figure:
        """How many gave each score."""
        return self._figure("scores")

    def _figure(self, name: str) -> Figure:
        source, picture = (self.look.to("satisfaction_chart", name, format) for format in ("json", "svg"))
        return by_address(self.chart(name), source, picture)

    def chart(self, name: str) -> Chart:
        """The course (`trend`) or the scores; each mark leads to its ratings."""
        if name == "trend":
            return self._trend()
        counts = {int(score): n for score, n in self.csat["scores"].items()}
        link = metric_charts.rows_of(self.look, "csat")
        hrefs = {score: link(self.look.view.narrowed_to(score=score)) for score, n in counts.items() if n}
        return scores.chart(_("Ratings by score"), counts, self.csat["mean"], hrefs)

    def _trend(self) -> Chart:
        link = metric_charts.rows_of(self.look, "csat")
        charts = ReportCharts(self.found, lambda bucket: link(self.look.view.narrowed_to(bucket=bucket)))
        return charts.trend("csat", goal=goal_lines(self.look).get("csat"), jumps=dict(self._jumps()))

    def _jumps(self) -> Iterator[tuple[int, str]]:
        """By the place of the bucket in which it began: from which level to which the ratings went."""
        shop, period = self.look.shop, self.look.view.period
        at = min(self.look.view.at, instant(period.end_us - 1))
        days = DAYS + (period.end - period.start).days
        for mark in marks(shop, "csat", at=at, where=self.look.view.where, days=days):
            began_us = day_start(zone(shop.timezone), mark.began)
            for place, each in enumerate(self.found.buckets):
                if each.bucket.start_us <= began_us < each.bucket.end_us:
                    yield place, f"{formats.number(mark.usual, 2)} → {formats.number(mark.level, 2)}"

    # ---- comments

    @cached_property
    def listed(self) -> RatedPage:
        """The ratings with a comment, the newest first."""
        offset = (self.look.view.page - 1) * COMMENTS_A_PAGE
        return self.look.ratings(Page(COMMENTS_A_PAGE, offset, "rated_at", descending=True), commented=True)

    @property
    def count(self) -> str:
        """How many comments there are."""
        n = self.listed.total
        return ngettext("%(n)s comment", "%(n)s comments", n) % {"n": formats.number(n)}

    @property
    def comments(self) -> list[Comment]:
        """Those of the page."""
        return [self._comment(rated) for rated in self.listed.ratings]

    def _comment(self, rated: Rated) -> Comment:
        names, here = self.look.names, zone(self.look.shop.timezone)
        agent = names.agent(rated.agent)
        return Comment(
            rated.score,
            rated.comment or _("The comment was erased with its author."),
            rated.ticket,
            self.look.ticket(rated.ticket),
            ", ".join([names.value("channel", rated.channel), agent]),
            formats.moment(rated.rated_at.astimezone(here)),
            rated.rated_at.isoformat(),
        )

    @property
    def filters(self) -> list[Option]:
        """Which scores are listed."""
        chosen = self.look.view.narrowed.scores
        every = Option(_("All scores"), self._comments(self._all), not chosen)
        return [every, *(self._filter(score, score in chosen) for score in scores.SCORES)]

    def _filter(self, score: int, here: bool) -> Option:
        return Option(str(score), self._comments(self.look.view.narrowed_to(score=score)), here)

    def _comments(self, view: View) -> str:
        return self.look.to("satisfaction", view=view, fragment="comments")

    @property
    def place(self) -> str:
        """Which of them the page shows."""
        total, page = self.listed.total, self.look.view.page
        ends = ((page - 1) * COMMENTS_A_PAGE + 1, min(page * COMMENTS_A_PAGE, total), total)
        told = dict(zip(("first", "last", "total"), map(formats.number, ends), strict=True))
        return _("%(first)s to %(last)s of %(total)s") % told

    @property
    def before(self) -> str:
        """The page of newer ones; nothing on the first."""
        page = self.look.view.page
        last = max(-(-self.listed.total // COMMENTS_A_PAGE), 1)
        return self._comments(self.look.view.changed(page=min(page - 1, last))) if page > 1 else ""

    @property
    def after(self) -> str:
        """The page of older ones; nothing on the last."""
        page = self.look.view.page
        more = page * COMMENTS_A_PAGE < self.listed.total
        return self._comments(self.look.view.changed(page=page + 1)) if more else ""


def _between(interval: Sequence[float] | None, text: Callable[[float], str]) -> str:
    if not interval:
        return ""
    low, high = map(text, interval)
    return _("between %(low)s and %(high)s") % {"low": low, "high": high}


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    look = Look.of(request)
    bar = Bar(look, "satisfaction", durations=False)
    told = {"satisfaction": SatisfactionPage(look), "bar": bar, "look": look, "view": look.view}
    return render(request, "dashboard/satisfaction.html", told)


@shop_view()
def chart(request: ShopRequest, name: str, format: str) -> HttpResponse:
    return drawn(SatisfactionPage(Look.of(request)).chart(name), format)
