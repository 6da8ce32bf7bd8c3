"""Reports asked for by tests."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics import metrics
from counterbell.metrics.periods import Grain, Period, WeekStarts
from counterbell.metrics.query import Answer, Comparison, Condition, Question, ask

Figures = dict[str, Any]


def period_of(shop: Shop, start: date, end: date, grain: str = "month") -> Period:
    """A period on the shop's calendar."""
    shop.refresh_from_db()
    return Period.of(start, end, zone(shop.timezone), Grain(grain), cast(WeekStarts, shop.week_starts))


def conditions(where: Mapping[str, str | None] | None) -> tuple[Condition, ...]:
    """Filters: of each dimension one value."""
    return tuple(Condition(name, (value,)) for name, value in (where or {}).items())


def report(
    shop: Shop,
    start: date,
    end: date,
    grain: str = "month",
    *,
    as_of: datetime | None = None,
    where: Mapping[str, str | None] | None = None,
    compare: Comparison | None = None,
    **asked: Any,
) -> Answer:
    """All metrics of a shop over a period."""
    keys = asked.pop("keys", tuple(metrics()))
    question = Question(period_of(shop, start, end, grain), keys, where=conditions(where), as_of=as_of, **asked)
    return ask(shop, question, compare)


def approximately(wanted: Any, found: Any) -> bool:
    """Equal, numbers to 1e-9, and of an object all that is wanted."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and approximately(value, found[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(approximately, wanted, found))
    if isinstance(wanted, float) and isinstance(found, int | float):
        return abs(wanted - found) <= 1e-9 * max(1.0, abs(wanted))
    return bool(wanted == found)


COUNTS = {
    "tickets_created", "unresolved_tickets", "open", "pending", "snoozed", "reopened", "net_flow", "n", "sent",
    "answered", "robots", "part", "whole", "zero", "several", "silent", "orders", "maturing", "total", "messages",
    "merged", "spam", "deleted", "partly_known", "reopened_partly_known",
}  # fmt: skip
COUNTED_BY_VALUE = {"scores", "revenue", "by_agent"}
LEVELS = {"unresolved_tickets", "unresolved_by_status"}


def counts(figures: Figures) -> dict[str, int]:
    """The counts among the figures, by their path: what adds up."""
    found: dict[str, int] = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            inner = value if name in COUNTED_BY_VALUE else counts(value)
            found |= {f"{name}.{path}": number for path, number in inner.items()}
        elif name in COUNTS:
            found[name] = value or 0
    return found


def added_up(parts: list[dict[str, int]]) -> dict[str, int]:
    """The sums of counts by their path, without those that are 0."""
    paths = {path for part in parts for path in part}
    sums = {path: sum(part.get(path, 0) for part in parts) for path in paths}
    return {path: number for path, number in sums.items() if number}
