"""The page of an agent: their figures beside those of the whole shop, their course, channels and tickets."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell import formats, words
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.charts.of_report import ReportCharts
from counterbell.errors import NotFound
from counterbell.metrics import metric
from counterbell.metrics.agents import METRICS
from counterbell.metrics.report import Report
from counterbell.record.models import Agent

from . import metric_charts, sight
from .bar import Bar, Option
from .breakdown import Breakdown
from .charting import drawn
from .figures import Head, Metrics
from .goal_lines import goal_lines
from .look import Look
from .metric_page import in_words
from .row_list import RowList

COURSES = ("tickets_closed", "response_time")


@dataclass(frozen=True)
class Beside:
    """A metric of the agent beside the shop's; the figures lead to their rows."""

    title: str
    value: str
    href: str
    thin: bool
    change: words.Change | None
    shop: str
    shop_href: str


class _OfOne(Breakdown):
    """A breakdown of what one agent did: not by agents."""

    @property
    def options(self) -> list[Option]:
        agents = _(words.DIMENSIONS["agent"])
        return [option for option in super().options if option.text != agents]


@dataclass(frozen=True)
class AgentPage:
    """What the template `dashboard/agent.html` shows; `look` is at the agent alone."""

    look: Look
    agent: str

    @property
    def name(self) -> str:
        """Who it is."""
        return self.look.names.agent(self.agent)

    @property
    def head(self) -> Head:
        """How figures are read."""
        return Head(self.look.view)

    @cached_property
    def of_all(self) -> Look:
        """The same look at the whole shop."""
        return replace(self.look, view=self.look.view.with_values("agent", ()))

    @cached_property
    def found(self) -> Report:
        """The agent's figures."""
        return self.look.report(METRICS, quantiles=self._quantiles)

    @cached_property
    def shop(self) -> Metrics:
        """The shop's."""
        return self.of_all.report(METRICS, quantiles=self._quantiles, whole=True).total.metrics

    @property
    def _quantiles(self) -> bool:
        return self.look.view.stat != "mean"

    @property
    def beside(self) -> list[Beside]:
        """The metrics."""
        return [self._beside(key) for key in METRICS]

    def _beside(self, key: str) -> Beside:
        own = self.found.total.metrics
        return Beside(
            self._title(key),
            self.head.text(key, own),
            self._rows(self.look, key),
            self.head.is_thin(key, own),
            self.head.change(key, self.found),
            self.head.text(key, self.shop),
            self._rows(self.of_all, key),
        )

    def _rows(self, look: Look, key: str) -> str:
        return metric_charts.rows_of(look, key)(look.view.of_the_whole())

    @property
    def share(self) -> str:
        """The share of all tickets closed that the agent closed."""
        closed = metric("tickets_closed")
        own, whole = (closed.headline(each["tickets_closed"]) for each in (self.found.total.metrics, self.shop))
        return formats.percent((own or 0) / whole if whole else None)

    @property
    def revenue(self) -> list[str]:
        """What the agent's tickets sold, by currency."""
        earned = self.found.total.metrics["converted_tickets"]["revenue"]
        return [formats.money(minor, currency) for currency, minor in earned.items()]

    @property
    def revenue_rows(self) -> str:
        """The orders."""
        return self._rows(self.look, "converted_tickets")

    @property
    def figures(self) -> list[Figure]:
        """Courses."""
        return [self._figure(key) for key in COURSES]

    def _figure(self, key: str) -> Figure:
        source, picture = (self.look.to("agents_one_chart", self.agent, key, format) for format in ("json", "svg"))
        return by_address(self.chart(key), source, picture)

    def chart(self, key: str) -> Chart:
        """The course of a metric; each bucket leads to its rows."""
        link = metric_charts.rows_of(self.look, key)
        charts = ReportCharts(
            self.found, lambda bucket: link(self.look.view.narrowed_to(bucket=bucket)), self.head.number
        )
        return charts.trend(key, title=self._title(key), goal=goal_lines(self.look).get(key))

    def _title(self, key: str) -> str:
        return _("Tickets closed") if key == "tickets_closed" else self.head.name(key)

    @cached_property
    def breakdown(self) -> Breakdown:
        """What the agent closed by another dimension."""
        by = self.look.view.by
        view = self.look.view.changed(by="channel" if by in (None, "agent") else by)
        look = replace(self.look, view=view)
        return _OfOne(look, "tickets_closed", "agents_one", (self.agent,))

    @cached_property
    def listed(self) -> RowList:
        """The tickets that the agent closed."""
        return RowList(self.look, "tickets_closed", "agents_one", (self.agent,))

    @property
    def narrowed(self) -> str:
        """To what the list is narrowed, in words."""
        return ", ".join(in_words(self.look.view))

    @property
    def open_rows(self) -> str:
        """The agent's unresolved tickets."""
        return self._rows(self.look, "unresolved_tickets")

    @property
    def everybody(self) -> str:
        """The way back to all agents."""
        view = self.of_all.view.of_the_whole()
        return self.look.to("agents", view=view)


def _look(request: ShopRequest, agent: str) -> Look:
    """The look at an agent alone. Raises NotFound for whom the person may not see, as for who is not there."""
    there = Agent.objects.filter(shop=request.shop, external_id=agent).exists()
    if not (there and sight.may_see(request.membership, agent)):
        raise NotFound(_("There is no agent '%(agent)s' whose figures you can see.") % {"agent": agent})
    look = Look.of(request)
    return replace(look, view=look.view.with_values("agent", (agent,)))


@shop_view()
def page(request: ShopRequest, agent: str) -> HttpResponse:
    look = _look(request, agent)
    shown = AgentPage(look, agent)
    bar = Bar(shown.of_all, "agents_one", (agent,))
    told = {"agent": shown, "bar": bar, "look": look, "view": shown.of_all.view}
    return render(request, "dashboard/agent.html", told)


@shop_view()
def chart(request: ShopRequest, agent: str, key: str, format: str) -> HttpResponse:
    return drawn(AgentPage(_look(request, agent), agent).chart(key), format)
