"""How a duration spreads: how many of its rows lasted how long, beside its mean, median and p90."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.errors import Problem

from . import metric
from ._metric import Counted, Duration, Part, Values
from .periods import Period
from .query import Condition, Question, answer

MINUTE, HOUR, DAY = 60, 3600, 86_400

EDGES_SECONDS = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR),
    *(2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY),
)
"""Steps that people understand, each about twice the one before."""


@dataclass(frozen=True)
class Bin:
    """How many rows lasted longer than `over_seconds` (null: the shortest) and at most `upto_seconds` (null: more)."""

    over_seconds: int | None
    upto_seconds: int | None
    n: int


@dataclass(frozen=True)
class Spread:
    """The bins of a duration, and its figures as a report gives them: n, mean, median, p90, thin, maybe the target."""

    as_of: datetime
    bins: tuple[Bin, ...]
    figures: Mapping[str, Any]


def spread(
    shop: Shop,
    period: Period,
    key: str,
    *,
    business: bool = False,
    edges_seconds: Sequence[int] = EDGES_SECONDS,
    target_seconds: int | None = None,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
) -> Spread:
    """How a duration spreads in a period, by the calendar or (`business`) within opening hours.

    A row on an edge lies in the bin under it, as one that takes just the target is within it. The target is the
    metric's own where none is given. Raises UnknownMetric, or Problem for a metric that is no duration.
    """
    one = metric(key)
    if not isinstance(one, Duration):
        raise Problem(f"{key!r} is no duration. Ask for the spread of resolution_time or another time.")
    if target_seconds is not None:
        one = replace(one, target_seconds=target_seconds)
    binned = _Binned(one, "_bh" if business else "", tuple(sorted(set(edges_seconds))))
    question = Question(period.as_one(), (), where=where, as_of=as_of)
    found = answer(shop, {"spread": binned}, question)
    return Spread(found.as_of, **found.total.metrics["spread"])


@dataclass(frozen=True)
class _Binned(Counted):
    one: Duration
    twin: str
    edges: tuple[int, ...]

    @property
    def parts(self) -> Mapping[str, Part]:
        part = self.one.parts[""]
        column = part.quantiled[f"quantiles{self.twin}"]
        upto = {edge: f"count(case when {column} <= {edge * 1_000_000} then 1 end)" for edge in self.edges}
        aggregates = {f"upto {edge}": counted for edge, counted in upto.items()}
        aggregates |= {name: part.aggregates[name] for name in part.aggregates if name in self._wanted}
        binned = replace(part, aggregates=aggregates, quantiled={f"quantiles{self.twin}": column})
        return {"": binned, **self.one.unknown_parts}

    @property
    def _wanted(self) -> tuple[str, ...]:
        return tuple(f"{name}{self.twin}" for name in ("n", "sum", "within"))

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values, figures = found[""], self.one.twin(found[""], self.twin, quantiles=quantiles)
        upto = [0, *(values.get(f"upto {edge}") or 0 for edge in self.edges), figures["n"]]
        edges = [None, *self.edges, None]
        bins = (
            Bin(over, to, more - less) for (over, to), (less, more) in zip(pairwise(edges), pairwise(upto), strict=True)
        )
        return {"{key}": {"bins": tuple(bins), "figures": figures | self.one.partly_known(found)}}
