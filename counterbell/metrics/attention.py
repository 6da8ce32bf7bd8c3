"""What wants looking at: customers who wait for an answer now, and the metrics that moved most."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.record.entries import instant

from . import metric, metrics
from ._counting import condition_sql
from ._engine import cursor, fetched
from ._facts import Facts, with_facts
from ._metric import THIN, Metric, Part
from .query import Answer, Answered, Condition
from .report import is_better

Number = Callable[[str, Mapping[str, Any]], float | None]
"""The figure of the metric of that key, from all figures of a period."""


def headline(key: str, figures: Mapping[str, Any]) -> float | None:
    """The figure that stands for a metric where nothing else was chosen."""
    return metric(key).headline(figures[key])


@dataclass(frozen=True)
class Waiting:
    """An unresolved ticket whose customer has waited for an answer since `since`; the agent is the assignee."""

    ticket: str
    since: datetime
    waited_seconds: float
    channel: str
    status: str
    agent: str | None
    team: str | None
    intent: str | None
    priority: str | None
    store: str | None
    language: str | None


@dataclass(frozen=True)
class WaitingNow:
    """The customers who have waited longest, longest first, and how many wait in all."""

    as_of: datetime
    tickets: tuple[Waiting, ...]
    total: int


@dataclass(frozen=True)
class Moved:
    """A metric whose headline changed by that share of what it was; `better` is null where neither way is."""

    key: str
    now: float
    before: float
    change: float
    better: bool | None


def waiting(
    shop: Shop,
    *,
    limit: int = 10,
    offset: int = 0,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
) -> WaitingNow:
    """The unresolved tickets whose customer waits for an answer by an agent, whoever has waited longest first."""
    return with_facts(shop, as_of, lambda facts: _waiting(facts, where, int(limit), int(offset)))


def _waiting(facts: Facts, where: tuple[Condition, ...], limit: int, offset: int) -> WaitingNow:
    as_of = instant(facts.as_of_us)
    files = catalog.open_files(facts.months, facts.as_of_us, facts.as_of_us + 1)
    if not files:
        return WaitingNow(as_of, (), 0)
    part = Part("spells", "since", {})
    wanted = ["until is null", "waiting_since is not null", *(condition_sql(part, each) for each in where)]
    source = f"from read_parquet($files) where {' and '.join(wanted)}"
    text = (
        "select ticket, epoch_us(waiting_since), channel, status, agent, team, intent, priority, store, language, "
        f"count(*) over () {source} order by waiting_since, ticket limit {limit} offset {offset}"
    )
    rows = fetched(cursor(), text, {"files": files})
    total = rows[0][-1] if rows else fetched(cursor(), f"select count(*) {source}", {"files": files})[0][0]
    return WaitingNow(as_of, tuple(_row(row, facts.as_of_us) for row in rows), total)


def _row(row: tuple[Any, ...], as_of_us: int) -> Waiting:
    ticket, since_us, *rest, _total = row
    return Waiting(ticket, instant(since_us), (as_of_us - since_us) / 1_000_000, *rest)


def moved(found: Answer, *, most: int = 5, number: Number = headline) -> list[Moved]:
    """The metrics of an answer that moved most against what it was compared with, of those that are not thin.

    What has fallen only so far, since it may still rise, is not among them.
    `number` reads the figure that stands for a metric from those of a period.
    """
    if found.before is None:
        return []
    every = (_moved(key, found.total, found.before.total, number) for key in metrics() if key in found.total.metrics)
    return sorted((each for each in every if each), key=lambda each: -abs(each.change))[:most]


def _moved(key: str, now: Answered, before: Answered, number: Number) -> Moved | None:
    one = metric(key)
    new, old = (number(key, figures.metrics) for figures in (now, before))
    if new is None or not old or new == old or any(_is_thin(one, figures.metrics[key]) for figures in (now, before)):
        return None
    if new < old and one.may_rise(now.metrics[key]):
        return None
    return Moved(key, new, old, (new - old) / abs(old), is_better(one, old, new))


def _is_thin(one: Metric, shaped: Any) -> bool:
    """Whether too little stands behind the figure: of a count, itself."""
    sample = one.sample(shaped)
    if sample is None and one.unit == "tickets":
        return (one.headline(shaped) or 0) < THIN
    return sample is not None and sample < THIN
