"""How much a stretch of days speaks against what was usual before it: signed z values, for four kinds of figures.

A z value is the signed root of a likelihood ratio: 0 where the stretch is as usual, below 0 where it is lower, and
about normal with variance 1 while nothing has changed, also over few rows. A series gives many at once.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

SMOOTHING = 0.5
"""Rows added to each score of what was usual, so that a score never seen is not impossible."""

PULL = 50.0
"""A weekday's own mean weighs as much as all days together once it stands on so many rows."""

NEWTON_STEPS = 12


class Spans(NamedTuple):
    """Stretches of days `[starts, ends)` and, of each, the days `[usual_starts, usual_ends)` it is held against."""

    starts: Places
    ends: Places
    usual_starts: Places
    usual_ends: Places


class Compared(NamedTuple):
    """Of each stretch: its z value, its level and the usual one, and over how many rows either was taken."""

    z: Floats
    level: Floats
    usual: Floats
    rows: Floats
    usual_rows: Floats


class Series(Protocol):
    """Figures by day; `left_out` are days that never count as usual."""

    @property
    def usual_days(self) -> int:
        """So many days before a stretch are what was usual, where there are so many."""

    @property
    def least_scale(self) -> float:
        """What z values are divided by at least: 1 where chance alone is known, next to 0 where it must be learnt."""

    @property
    def rows_for_days(self) -> float:
        """With fewer rows a day on average, single days are not compared with each other; only weeks are."""

    def __len__(self) -> int: ...

    def compared(self, spans: Spans, left_out: NDArray[np.bool_]) -> Compared:
        """The stretches against what was usual before them."""

    def matters(self, level: float, usual: float) -> bool:
        """Whether the change is large enough to tell a person of it."""


@dataclass(frozen=True)
class Scores:
    """Rows that each have one of a few values: ratings from 1 to 5, or (0 and 1) parts of a whole.

    Tested by the rate function of the usual distribution (Chernoff, Cramer): among all distributions of the exponential
    family through the usual one, the one with the mean of the stretch. It needs no bell curve, so it holds for five
    ratings and knows that a mean of 4.7 cannot rise by as much as it can fall.
    """

    values: Floats
    counts: Floats
    """Days x values."""
    weekdays: Places
    least_change: float
    usual_days: int = 182
    least_scale: float = 1.0
    rows_for_days: float = 5.0

    def __len__(self) -> int:
        return len(self.counts)

    def compared(self, spans: Spans, left_out: NDArray[np.bool_]) -> Compared:
        kept = np.where(left_out[:, None], 0.0, self.counts)
        usual_counts = _between(kept, spans.usual_starts, spans.usual_ends)
        usual_rows = usual_counts.sum(axis=1)
        smoothed = usual_counts + SMOOTHING * usual_counts.sum(axis=1, keepdims=True).clip(max=1)
        shares = smoothed / smoothed.sum(axis=1, keepdims=True).clip(min=1e-12)
        usual = shares @ self.values
        here = _between(self.counts, spans.starts, spans.ends)
        rows = here.sum(axis=1)
        level = here @ self.values / rows.clip(min=1)
        moved = level - self._of_weekdays(spans, kept, usual, rows)
        reached = np.clip(usual + moved, self.values[0], self.values[-1])
        both = rows * usual_rows / (rows + usual_rows).clip(min=1)
        z = np.sign(moved) * np.sqrt(2 * both * _rate(self.values, shares, reached))
        mean = usual_counts @ self.values / usual_rows.clip(min=1)
        return Compared(np.where(rows > 0, z, 0.0), level, mean, rows, usual_rows)

    def _of_weekdays(self, spans: Spans, kept: Floats, usual: Floats, rows: Floats) -> Floats:
        """What the mean of each stretch should add to nothing but its weekdays: the usual mean, moved by their own."""
        n, total = kept.sum(axis=1), kept @ self.values
        days_n, days_total = (_by_weekday(each, self.weekdays) for each in (n, total))
        usual_n = _between(days_n, spans.usual_starts, spans.usual_ends)
        usual_total = _between(days_total, spans.usual_starts, spans.usual_ends)
        means = (usual_total + PULL * usual[:, None]) / (usual_n + PULL)
        centre = (means * usual_n).sum(axis=1) / usual_n.sum(axis=1).clip(min=1)
        here = _between(_by_weekday(self.counts.sum(axis=1), self.weekdays), spans.starts, spans.ends)
        expected = (means * here).sum(axis=1) / rows.clip(min=1)
        return np.where(usual_n.sum(axis=1) > 0, expected - centre + usual, usual)

    def matters(self, level: float, usual: float) -> bool:
        return abs(level - usual) >= self.least_change


@dataclass(frozen=True)
class Counts:
    """How many things came on each day, against the weekdays of the weeks before (Poisson, widened by the dispersion).

    `last_share` is the part of the last day that has passed, by what is usual for its weekday and hour; days that are
    `silent` say nothing.
    """

    counts: Floats
    weekdays: Places
    least_change: float = 0.15
    last_share: float = 1.0
    silent: NDArray[np.bool_] | None = None
    usual_days: int = 91
    least_scale: float = 1.0
    rows_for_days: float = 0.0

    def __len__(self) -> int:
        return len(self.counts)

    def compared(self, spans: Spans, left_out: NDArray[np.bool_]) -> Compared:
        kept, days, counts = ~left_out, np.ones(len(self)), self.counts
        days[-1] = self.last_share
        if self.silent is not None:
            days, counts = np.where(self.silent, 0.0, days), np.where(self.silent, 0.0, counts)
        seen = _between(_by_weekday(np.where(kept, counts, 0.0), self.weekdays), spans.usual_starts, spans.usual_ends)
        over = _between(_by_weekday(np.where(kept, days, 0.0), self.weekdays), spans.usual_starts, spans.usual_ends)
        mean = seen.sum(axis=1, keepdims=True) / over.sum(axis=1, keepdims=True).clip(min=1)
        profile = (seen + mean) / (over + 1)
        expected = (profile * _between(_by_weekday(days, self.weekdays), spans.starts, spans.ends)).sum(axis=1)
        here = _between(counts[:, None], spans.starts, spans.ends)[:, 0]
        usual_rows = seen.sum(axis=1)
        known = usual_rows / (usual_rows + expected).clip(min=1e-9)
        z = np.sign(here - expected) * np.sqrt(2 * known * _poisson(here, expected))
        length = _between(days[:, None], spans.starts, spans.ends)[:, 0].clip(min=1e-9)
        return Compared(z, here / length, expected / length, np.maximum(here, expected), usual_rows)

    def matters(self, level: float, usual: float) -> bool:
        return abs(level - usual) >= self.least_change * max(usual, 1e-9)


@dataclass(frozen=True)
class Logs:
    """A positive figure of each day (a typical duration, a level) on the log scale, over `rows` rows a day.

    Days without rows say nothing. The scale is learnt from the days themselves (see `dispersion`), so z values are
    in units of one row's standard deviation of 1.
    """

    figures: Floats
    rows: Floats
    weekdays: Places
    least_change: float = 0.2
    usual_days: int = 91
    least_scale: float = 1e-3
    rows_for_days: float = 0.0

    def __len__(self) -> int:
        return len(self.figures)

    def compared(self, spans: Spans, left_out: NDArray[np.bool_]) -> Compared:
        told = np.where(self.rows > 0, np.log(self.figures.clip(min=1e-9)), 0.0)
        kept = np.where(left_out, 0.0, self.rows)
        n_by, total_by = _by_weekday(kept, self.weekdays), _by_weekday(kept * told, self.weekdays)
        usual_n = _between(n_by, spans.usual_starts, spans.usual_ends)
        usual_total = _between(total_by, spans.usual_starts, spans.usual_ends)
        n = usual_n.sum(axis=1)
        mean = usual_total.sum(axis=1) / n.clip(min=1e-9)
        pull = n[:, None] / 28  # as much as four days of an average weekday
        means = (usual_total + pull * mean[:, None]) / (usual_n + pull).clip(min=1e-9)
        here = _between(_by_weekday(self.rows, self.weekdays), spans.starts, spans.ends)
        rows = here.sum(axis=1)
        total = _between((self.rows * told)[:, None], spans.starts, spans.ends)[:, 0]
        centre = (means * usual_n).sum(axis=1) / n.clip(min=1e-9)
        expected = (means * here).sum(axis=1) / rows.clip(min=1e-9) - centre + mean
        level = total / rows.clip(min=1e-9)
        both = rows * n / (rows + n).clip(min=1e-9)
        z = np.where(rows > 0, (level - expected) * np.sqrt(both), 0.0)
        return Compared(z, np.exp(level), np.exp(expected), rows, n)

    def matters(self, level: float, usual: float) -> bool:
        return abs(math.log(max(level, 1e-9) / max(usual, 1e-9))) >= math.log1p(self.least_change)


def _rate(values: Floats, shares: Floats, mean: Floats) -> Floats:
    """sup over t of t x mean - log E exp(t x value), by Newton's method; what one row of that mean speaks against."""
    middle = (values[0] + values[-1]) / 2
    half = (values[-1] - values[0]) / 2
    points = (values - middle) / half
    aim = np.clip((mean - middle) / half, -0.999, 0.999)
    t = np.zeros(len(aim))
    for _ in range(NEWTON_STEPS):
        weights = shares * np.exp(np.clip(t[:, None] * points, -60, 60))
        total = weights.sum(axis=1).clip(min=1e-300)
        first = weights @ points / total
        second = (weights @ points**2 / total - first**2).clip(min=1e-4)
        t = np.clip(t + np.clip((aim - first) / second, -2, 2), -30, 30)
    total = (shares * np.exp(np.clip(t[:, None] * points, -60, 60))).sum(axis=1).clip(min=1e-300)
    rates: Floats = np.maximum(t * aim - np.log(total), 0.0)
    return rates


def _poisson(here: Floats, expected: Floats) -> Floats:
    floor = expected.clip(min=1e-9)
    evidence: Floats = np.maximum(here * np.log(here.clip(min=1e-12) / floor) - (here - floor), 0.0)
    return evidence


def _by_weekday(figures: Floats, weekdays: Places) -> Floats:
    """Days x 7: each day's figure in the column of its weekday."""
    spread = np.zeros((len(figures), 7))
    spread[np.arange(len(figures)), weekdays] = figures
    return spread


def _between(figures: Floats, starts: Places, ends: Places) -> Floats:
    """The sums of the rows from `starts` until before `ends`."""
    sums = np.concatenate((np.zeros((1, figures.shape[1])), np.cumsum(figures, axis=0)))
    return sums[ends] - sums[starts]
