"""Reports asked for by tests."""

from datetime import date, datetime
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics import metrics
from counterbell.metrics.periods import Grain, Period
from counterbell.metrics.query import Answer, Condition, Question, ask


def report(
    shop: Shop, start: date, end: date, grain: str = "month", *, as_of: datetime | None = None, where: Any = None, **asked: Any
) -> Answer:
    """All metrics of a shop over a period."""
    shop.refresh_from_db()
    period = Period.of(start, end, zone(shop.timezone), Grain(grain), shop.week_starts)
    conditions = tuple(Condition(name, (value,)) for name, value in (where or {}).items())
    keys = asked.pop("keys", tuple(metrics()))
    return ask(shop, Question(period, keys, where=conditions, as_of=as_of, **asked))


def approximately(wanted: Any, found: Any) -> bool:
    """Equal, numbers to 1e-9, and of an object all that is wanted."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and approximately(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(approximately, wanted, found))
    if isinstance(wanted, float) and isinstance(found, int | float):
        return abs(wanted - found) <= 1e-9 * max(1.0, abs(wanted))
    return bool(wanted == found)
