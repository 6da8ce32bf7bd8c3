"""The agents beside each other: what each of them closed, how fast they answered, how content their customers were."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from counterbell import formats
from counterbell.accounts.access import ShopRequest, shop_view
from counterbell.charts import agents as chart_of_agents
from counterbell.charts._chart import Chart
from counterbell.charts.figure import Figure, by_address
from counterbell.csv_answers import csv_answer
from counterbell.csv_rows import csv_rows
from counterbell.metrics import metric
from counterbell.metrics._metric import Duration
from counterbell.metrics.agents import NO_PERSONS, Agent, Agents

from .bar import Bar
from .charting import drawn
from .exports import file_name, noted
from .figures import Head
from .look import Look
from .ranked import Cell, Column, Ranked
from .view import View

DURATIONS = ("first_response_time", "response_time", "resolution_time")
CHARTED = ("first_response_time", "csat")


@dataclass(frozen=True)
class AgentsPage:
    """What the template `dashboard/agents.html` shows."""

    look: Look

    @cached_property
    def found(self) -> Agents:
        """The figures of each agent whom the person may see, and of all together."""
        return self.look.agents()

    @property
    def head(self) -> Head:
        """How figures are read."""
        return Head(self.look.view)

    @property
    def persons(self) -> list[Agent]:
        """The agents."""
        return [row for row in self.found.rows if row.agent not in NO_PERSONS]

    @property
    def others(self) -> list[Agent]:
        """What rules, customers and nobody in particular did."""
        return [row for row in self.found.rows if row.agent in NO_PERSONS]

    # ---- the table

    @property
    def table(self) -> Ranked[Agent]:
        """Who did what."""
        columns = [*self._of_tickets(), *(self._of_duration(key) for key in DURATIONS), *self._of_quality()]
        to = self.look.link("agents")
        return Ranked(
            [*columns, *self._of_revenue()], self.persons, self.look.view, to, "-closed", self.others, self.found.total
        )

    def _of_tickets(self) -> Iterator[Column[Agent]]:
        yield Column("name", _("Agent"), lambda row: self.name(row).casefold(), self._named)
        yield Column(
            "closed", _("Closed"), lambda row: row.closed, self._counted("tickets_closed", lambda row: row.closed)
        )
        yield Column("share", _("Share"), lambda row: row.share, lambda row: Cell(formats.percent(row.share)))
        yield Column(
            "replies", _("Replies"), lambda row: row.answers, self._counted("response_time", lambda row: row.answers)
        )

    def _of_duration(self, key: str) -> Column[Agent]:
        titles = {
            "first_response_time": _("First response"),
            "response_time": _("Response"),
            "resolution_time": _("Resolution"),
        }
        return self._of_metric(key, titles[key])

    def _of_quality(self) -> Iterator[Column[Agent]]:
        yield self._of_metric("one_reply_rate", _("One reply"))
        yield self._of_metric("csat", "CSAT", beside=lambda n: f"n {n}")
        yield Column(
            "open",
            _("Open now"),
            lambda row: row.open_now,
            self._counted("unresolved_tickets", lambda row: row.open_now),
        )

    def _of_revenue(self) -> Iterator[Column[Agent]]:
        """A column for each currency: amounts in several are never one number."""
        for currency in self.found.total.revenue or [self.look.shop.currency]:
            title = _("Revenue") if len(self.found.total.revenue) < 2 else f"{_('Revenue')} {currency}"
            yield Column(currency, title, *self._earned(currency))

    def _earned(self, currency: str) -> tuple[Callable[[Agent], int | None], Callable[[Agent], Cell]]:
        def cell(row: Agent) -> Cell:
            if currency not in row.revenue:
                return Cell(formats.NOTHING)
            return Cell(formats.money(row.revenue[currency], currency), self._rows("converted_tickets", row))

        return lambda row: row.revenue.get(currency), cell

    def _of_metric(self, key: str, title: str, *, beside: Callable[[str], str] | None = None) -> Column[Agent]:
        def cell(row: Agent) -> Cell:
            if self.head.number(key, row.figures) is None:
                return Cell(formats.NOTHING)
            told = beside(formats.number(self.head.sample(key, row.figures))) if beside else ""
            thin = self.head.is_thin(key, row.figures)
            return Cell(self.head.text(key, row.figures), self._rows(key, row), told, thin)

        return Column(key, title, lambda row: self.head.number(key, row.figures), cell)

    def _counted(self, key: str, count: Callable[[Agent], int | None]) -> Callable[[Agent], Cell]:
        return lambda row: Cell(formats.number(count(row)), self._rows(key, row) if count(row) else "")

    def _named(self, row: Agent) -> Cell:
        person = row is not self.found.total and row.agent not in NO_PERSONS
        return Cell(self.name(row), self.look.to("agents_one", str(row.agent)) if person else "")

    def name(self, row: Agent) -> str:
        """Whose figures these are."""
        return _("All together") if row is self.found.total else self.look.names.agent(row.agent)

    def _rows(self, key: str, row: Agent) -> str:
        return self.look.to("shop_metrics_one", key, view=self._view_of(row), fragment="rows")

    def _view_of(self, row: Agent) -> View:
        view = self.look.view.of_the_whole()
        return view if row is self.found.total else view.with_values("agent", (row.agent,))

    # ---- charts, export

    @property
    def figures(self) -> list[Figure]:
        """How they compare, where there is anybody to be compared with."""
        return [self._figure(key) for key in CHARTED] if len(self.persons) > 1 else []

    def _figure(self, key: str) -> Figure:
        source, picture = (self.look.to("agents_chart", key, format) for format in ("json", "svg"))
        return by_address(self.chart(key), source, picture)

    def chart(self, key: str) -> Chart:
        """The agents by a metric, who did most first."""
        points = [self._point(key, row) for row in self.persons]
        everybody = self.head.number(key, self.found.total.figures)
        return chart_of_agents.chart(self.head.name(key), metric(key).unit, points, everybody)

    def _point(self, key: str, row: Agent) -> chart_of_agents.Agent:
        shaped = self.head.shaped(key, row.figures)
        interval = tuple(shaped["mean_interval"]) if shaped.get("mean_interval") else None
        return chart_of_agents.Agent(
            self.name(row),
            self.head.number(key, row.figures),
            self.head.sample(key, row.figures),
            interval,
            self.head.is_thin(key, row.figures),
            self._rows(key, row),
        )

    @property
    def export(self) -> str:
        """Where the table is as CSV."""
        return self.look.to("agents_csv")

    def as_rows(self) -> list[dict[str, Any]]:
        """The table as the query gave it: durations in seconds, revenue in minor units."""
        ordered = [*self.table.in_order(self.persons), *self.table.in_order(self.others)]
        return [self._flat(row) for row in ordered]

    def _flat(self, row: Agent) -> dict[str, Any]:
        told: dict[str, Any] = {"agent": row.agent, "name": self.look.names.agents.get(row.agent or "")}
        told |= {"closed": row.closed, "share": row.share, "replies": row.answers}
        for key in (*DURATIONS, "one_reply_rate", "csat"):
            told[self._column(key)] = self.head.number(key, row.figures)
            told[f"{key}.n"] = self.head.sample(key, row.figures)
        told |= {"unresolved_tickets": row.open_now}
        told |= {f"converted_tickets.{name}": row.figures["converted_tickets"][name] for name in ("part", "orders")}
        currencies = self.found.total.revenue
        return told | {f"converted_tickets.revenue.{each}": row.revenue.get(each, 0) for each in currencies}

    def _column(self, key: str) -> str:
        if isinstance(metric(key), Duration):
            return f"{key}{'_bh' if self.look.view.business else ''}.{self.look.view.stat}"
        return {"csat": "csat.mean"}.get(key, f"{key}.rate")

    @property
    def is_nobody(self) -> bool:
        """Whether the person is an agent whom the record does not know."""
        return not (self.look.membership.sees_colleagues or self.look.membership.agent)

    @property
    def is_empty(self) -> bool:
        """Whether nobody did anything."""
        return not self.found.rows


@shop_view()
def page(request: ShopRequest) -> HttpResponse:
    look = Look.of(request)
    told = {"agents": AgentsPage(look), "bar": Bar(look, "agents", grains=False), "look": look, "view": look.view}
    return render(request, "dashboard/agents.html", told)


@shop_view()
def chart(request: ShopRequest, key: str, format: str) -> HttpResponse:
    return drawn(AgentsPage(Look.of(request)).chart(key), format)


@shop_view()
def export(request: ShopRequest) -> HttpResponse:
    """The agents' figures as CSV, a row each."""
    look = Look.of(request)
    rows = AgentsPage(look).as_rows()
    columns = list(rows[0]) if rows else ["agent"]
    lines = csv_rows(columns, (list(row.values()) for row in rows))
    return csv_answer(lines, noted(request, file_name(look, "agents")))
