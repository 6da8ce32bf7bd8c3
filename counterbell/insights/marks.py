"""The jumps of a metric with their days, for charts and alerts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

import numpy as np

from counterbell.accounts.models import Shop
from counterbell.metrics import metric
from counterbell.metrics.query import Condition

from .evidence import Series
from .jumps import Jump, jumps
from .series import DAYS, daily


@dataclass(frozen=True)
class Mark:
    """A jump of a metric: from the usual level to another one, both in the metric's unit (durations: the typical one).

    `began` is the likeliest first day, `seen` the day on which it could be told, `ended` the first day on which it was
    over; null while it lasts. `settled`: it ended because the new level has become the usual one. `better` is null for
    metrics of which neither more nor less is better.
    """

    metric: str
    began: date
    seen: date
    ended: date | None
    settled: bool
    usual: float
    level: float
    rows: int | None
    better: bool | None

    @property
    def falls(self) -> bool:
        """Whether the metric went down."""
        return self.level < self.usual


def marks(shop: Shop, key: str, *, at: datetime, where: tuple[Condition, ...] = (), days: int = DAYS) -> list[Mark]:
    """The jumps of a metric within the last days, in the order in which they were seen, as they stood then."""
    told = daily(shop, key, at=at, where=where, days=days)
    better = metric(key).better
    return [
        Mark(
            metric=key,
            began=told.days[jump.began],
            seen=told.days[jump.seen],
            ended=None if jump.ended is None else told.days[jump.ended],
            settled=jump.settled,
            usual=jump.usual,
            level=jump.level,
            rows=None if metric(key).level else jump.rows,
            better=None if better == "neither" else (better == "lower") == jump.falls,
        )
        for jump in _found(_Asked.of(told.series, running=told.running))
    ]


@dataclass(frozen=True)
class _Asked:
    """A series to be searched; the same if its days are."""

    days: tuple[object, ...]
    running: bool
    series: Series = field(compare=False)

    @classmethod
    def of(cls, series: Series, *, running: bool) -> "_Asked":
        told = (each.tobytes() if isinstance(each, np.ndarray) else each for each in vars(series).values())
        return cls((type(series), *told), running, series)


@lru_cache(maxsize=256)
def _found(asked: _Asked) -> tuple[Jump, ...]:
    """The search takes a while, and pages ask again and again for days that have not changed."""
    return tuple(jumps(asked.series, running=asked.running))
