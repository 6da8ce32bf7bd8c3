"""The jumps of a metric with their days, for charts and alerts."""

from dataclasses import dataclass
from datetime import date, datetime

from counterbell.accounts.models import Shop
from counterbell.metrics import metric
from counterbell.metrics.query import Condition

from .jumps import jumps
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
        for jump in jumps(told.series, running=told.running)
    ]
