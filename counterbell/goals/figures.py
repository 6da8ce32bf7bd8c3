"""The one number of a metric that goals and thresholds look at, as the shop reads it, asked of the one query path."""

from datetime import datetime
from typing import Any, NamedTuple

from counterbell.accounts.models import Shop
from counterbell.metrics import metric
from counterbell.metrics._metric import Metric, wilson
from counterbell.metrics.periods import Period
from counterbell.metrics.query import Question, ask

from .scopes import Scope


class Figure(NamedTuple):
    """The value in the metric's unit, over how many rows it was taken (null: that does not matter), and its interval.

    The value is null where there is nothing to say; the interval, of 95 %, where there is none.
    """

    value: float | None
    rows: int | None
    interval: tuple[float, float] | None


def figure(shop: Shop, key: str, scope: Scope, period: Period, *, at: datetime) -> Figure:
    """The metric of the whole period, as of that instant."""
    question = Question(period, (key,), where=scope.where, as_of=at, quantiles=_by_median(shop, metric(key)))
    return _figure(shop, metric(key), ask(shop, question).total.metrics[key])


def by_day(shop: Shop, key: str, scope: Scope, period: Period, *, at: datetime) -> list[float]:
    """The metric of each day of the period; 0 where there is nothing."""
    question = Question(period, (key,), where=scope.where, as_of=at, quantiles=_by_median(shop, metric(key)))
    figures = (_figure(shop, metric(key), bucket.metrics[key]) for bucket in ask(shop, question).buckets)
    return [each.value or 0.0 for each in figures]


def _by_median(shop: Shop, one: Metric) -> bool:
    """Whether the shop reads this metric by its median."""
    return shop.headline_median and one.unit == "seconds" and not one.level


def _figure(shop: Shop, one: Metric, figures: Any) -> Figure:
    if figures is None:
        return Figure(None, None, None)
    value = one.headed(figures, median=_by_median(shop, one))
    return Figure(value, one.sample(figures), _interval(one, figures))


def _interval(one: Metric, figures: Any) -> tuple[float, float] | None:
    found = figures.get("mean_interval") if isinstance(figures, dict) else None
    if isinstance(figures, dict) and one.unit == "share" and figures["part"] <= figures["whole"]:
        found = wilson(figures["part"], figures["whole"])
    return (found[0], found[1]) if found else None
