"""The agents beside each other: what each of them closed, how fast they answer, how content their customers are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterbell.accounts.models import Shop

from .periods import Period
from .query import Answer, Comparison, Condition, Question, ask

METRICS = (
    "tickets_closed",
    "first_response_time",
    "response_time",
    "resolution_time",
    "one_reply_rate",
    "csat",
    "unresolved_tickets",
    "converted_tickets",
)

NO_PERSONS = ("automation", "customer", "unknown", None)
"""Who is credited where no agent is: a rule or bot, the customer, nobody named; null is nobody at all."""


@dataclass(frozen=True)
class Agent:
    """One agent's figures of a period, each as a report gives it; `figures` holds all of them by metric.

    `share` is that of all tickets closed; `answers` are the waits of customers that the agent ended; `open_now` the
    unresolved tickets assigned at the end of the period; `revenue` is by currency, in minor units.
    """

    agent: str | None
    closed: int
    share: float | None
    answers: int
    open_now: int | None
    revenue: Mapping[str, int]
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Agents:
    """One row for each agent, who closed most first, and whoever is no person last; and all of them together."""

    as_of: datetime
    rows: tuple[Agent, ...]
    total: Agent
    before: "Agents | None" = None


def agents(
    shop: Shop,
    period: Period,
    *,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
    compare: Comparison | None = None,
    quantiles: bool = True,
) -> Agents:
    """The figures of each agent of a shop in a period."""
    question = Question(period.as_one(), METRICS, "agent", where, as_of, quantiles)
    found = ask(shop, question, compare)
    return _agents(found, None if found.before is None else _agents(found.before))


def _agents(found: Answer, before: Agents | None = None) -> Agents:
    whole = found.total.metrics
    total = whole["tickets_closed"]["total"]
    rows = (_agent(name, figures, total) for name, figures in found.total.by.items())
    return Agents(
        found.as_of, tuple(sorted(filter(_did_something, rows), key=_place)), _agent(None, whole, total), before
    )


def _did_something(row: Agent) -> bool:
    return bool(row.closed or row.answers or row.open_now or row.revenue or row.figures["csat"]["n"])


def _place(row: Agent) -> tuple[bool, int, str]:
    return row.agent in NO_PERSONS, -row.closed, row.agent or ""


def _agent(name: str | None, figures: Mapping[str, Any], total: int) -> Agent:
    closed = figures["tickets_closed"]["total"]
    return Agent(
        agent=name,
        closed=closed,
        share=closed / total if total else None,
        answers=figures["response_time"]["n"],
        open_now=figures["unresolved_tickets"],
        revenue=figures["converted_tickets"]["revenue"],
        figures=figures,
    )
