"""The unresolved tickets over time: at the end of each bucket by status and by how long they have been there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from counterbell.accounts.models import Shop

from . import metric
from ._level import Moment
from ._metric import Counted, Part, Values
from .periods import Bucket, Period
from .query import Answered, Condition, Question, answer
from .spread import DAY, Bin

AGE_EDGES_SECONDS = (DAY, 3 * DAY, 7 * DAY, 30 * DAY)


@dataclass(frozen=True)
class Level:
    """What was unresolved at the end of a bucket, or is now if that is later; null for the future.

    `by_age` are the tickets by the time since their creation, as half-open bins: over the one, at most the other.
    """

    bucket: Bucket
    unresolved: int | None
    by_status: Mapping[str, int] | None
    by_age: tuple[Bin, ...] | None
    oldest_seconds: float | None
    median_seconds: float | None


@dataclass(frozen=True)
class Backlog:
    """The level over a period, and what it is at its end."""

    as_of: datetime
    buckets: tuple[Level, ...]
    last: Level


def backlog(
    shop: Shop,
    period: Period,
    *,
    edges_seconds: tuple[int, ...] = AGE_EDGES_SECONDS,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
) -> Backlog:
    """The unresolved tickets of a shop over a period, by status and by age class."""
    counted = {key: metric(key) for key in ("unresolved_tickets", "backlog_age")} | {"by_age": _Ages(edges_seconds)}
    found = answer(shop, counted, Question(period, (), where=where, as_of=as_of, quantiles=False))
    return Backlog(found.as_of, tuple(map(_level, found.buckets)), _level(found.total))


def _level(answered: Answered) -> Level:
    figures = answered.metrics
    ages = figures["backlog_age"] or {"oldest": None, "median": None}
    return Level(
        answered.bucket,
        figures["unresolved_tickets"],
        figures["unresolved_by_status"],
        figures["by_age"],
        ages["oldest"],
        ages["median"],
    )


@dataclass(frozen=True)
class _Ages(Counted):
    edges: tuple[int, ...]
    level = True

    @property
    def moments(self) -> Mapping[str, Moment]:
        return {"": Moment("older", older_seconds=self.edges)}

    @property
    def parts(self) -> Mapping[str, Part]:
        return {}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values = found[""]
        if values.get("future"):
            return {"{key}": None}
        older = [values.get("n") or 0, *(values.get(f"over {edge}") or 0 for edge in self.edges), 0]
        edges = pairwise([None, *self.edges, None])
        counts = (more - less for more, less in pairwise(older))
        return {"{key}": tuple(Bin(over, upto, n) for (over, upto), n in zip(edges, counts, strict=True))}
