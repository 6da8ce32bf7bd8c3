"""When in the week things happen: the rows behind a metric by weekday and hour of the shop's clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.errors import Problem

from . import metric
from ._local import local_hour, weekday
from ._metric import Counted, Duration, Metric, Part, Values, seconds, share
from .periods import Period
from .query import Condition, Question, answer

HOURS = range(24)


@dataclass(frozen=True)
class Cell:
    """One hour of the week: how many rows, and their average (null where the metric is a count, or over nothing)."""

    weekday: int
    hour: int
    n: int
    average: float | None


@dataclass(frozen=True)
class Heatmap:
    """The cells by weekday (Monday is 0; in the order of the shop's week) and hour: `rows[place][hour]`."""

    as_of: datetime
    weekdays: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


def heatmap(
    shop: Shop,
    period: Period,
    key: str,
    *,
    business: bool = False,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
) -> Heatmap:
    """The rows behind a metric by the hour of the week of its anchor: created, replied, closed, rated.

    Hours are those the shop's clock shows, so the one that comes twice in autumn is one. Raises UnknownMetric, or
    Problem for a metric that has no anchor (a level, or a flow of two).
    """
    one = metric(key)
    if one.behind is None:
        raise Problem(f"{key!r} does not happen at hours of the week. Ask for tickets_created or tickets_closed.")
    question = Question(period.as_one(), (), where=where, as_of=as_of, quantiles=False)
    found = answer(shop, {"heat": _Heat(one, one.behind, period, business)}, question)
    cells = found.total.metrics["heat"]
    weekdays = (6, *range(6)) if period.week_starts == "sunday" else tuple(range(7))
    return Heatmap(found.as_of, weekdays, tuple(tuple(cells[day, hour] for hour in HOURS) for day in weekdays))


@dataclass(frozen=True)
class _Heat(Counted):
    one: Metric
    part: Part
    period: Period
    business: bool

    @property
    def parts(self) -> Mapping[str, Part]:
        aggregates = {"n": "count(*)"}
        if column := self.one.averaged(business=self.business):
            aggregates |= {"of": f"count({column})", "sum": f"sum({column})"}
        base = " and ".join(dict.fromkeys((self.part.base, self.one.rows_where)))
        cell = f"({weekday(self.part)} * 24 + {local_hour(self.part, self.period)})"
        return {"": replace(self.part, aggregates=aggregates, quantiled={}, base=base, split=cell)}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        cells: dict[Any, Values] = dict(found[""])
        return {
            "{key}": {
                (day, hour): self._cell(day, hour, cells.get(day * 24 + hour, {})) for day in range(7) for hour in HOURS
            }
        }

    def _cell(self, day: int, hour: int, values: Values) -> Cell:
        average = seconds if isinstance(self.one, Duration) else share
        return Cell(day, hour, values.get("n") or 0, average(values.get("sum"), values.get("of") or 0))
