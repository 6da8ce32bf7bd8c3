"""Jumps: where a metric left what is usual for it, when that could be seen, and when it was over.

On each day the last 1, 2, 3, ... 42 days are held against what was usual before them (the same weekdays where they
differ); the largest z value, divided by the root of how much more the days and weeks of this shop differ among
themselves than chance alone would have them, must pass `THRESHOLD`. This is a likelihood ratio test over a limited
window (Lai 1995): near the fastest for every size of change, and its answer for a day depends on nothing but the series
up to that day. The threshold is calibrated by `bench/alerts.py`; docs/alerts.md has what was measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .evidence import Compared, Series, Spans

THRESHOLD = 3.0
WINDOWS = np.array([1, 2, 3, 4, 5, 7, 10, 14, 21, 28, 42])
"""Days over which a change may show; a large one shows in one day, a small one of a small shop needs weeks."""

MORE_WHILE_RUNNING = 1.0
"""So much more a day that is not over must show: it is looked at many times."""

LEAST_ROWS = 5
"""Fewer rows than this in a stretch say nothing, however odd they are."""

LEAST_USUAL_ROWS = 30
LEAST_USUAL_DAYS = 28
SETTLED_AFTER = 28
"""Days after which a level that has stayed is the usual one."""

CALM = 1.5
CALM_DAYS = np.array([7, 14])
"""A jump is over when neither of these last days is further out than CALM, in its direction."""

QUANTILE, QUANTILE_OF_NORMAL = 0.7, 1.0364
LEAST_BLOCKS = 4

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Jump:
    """A metric that left what was usual: places of days in the series, levels in the metric's unit.

    `began` is the likeliest first day, `seen` the day at whose end it could be told, `ended` the first day on which it
    was over (null: it is not). Once it has lasted four weeks the new level is the usual one (`settled`).
    """

    began: int
    seen: int
    ended: int | None
    settled: bool
    usual: float
    level: float
    rows: int
    z: float

    @property
    def falls(self) -> bool:
        """Whether the metric went down."""
        return self.z < 0


def jumps(series: Series, *, running: bool = False, threshold: float = THRESHOLD) -> list[Jump]:
    """All jumps of a series, in the order in which they were seen; only the last one may not have ended.

    `running`: the last day is not over, so that it will be looked at again.
    """
    return list(_Watch(series, running, threshold).jumps())


class _Watch:
    """Going through the days, as somebody would have on each evening."""

    def __init__(self, series: Series, running: bool, threshold: float) -> None:
        self.series, self.threshold = series, threshold
        self.unfinished = len(series) - 1 if running else len(series)
        self.left_out: Bools = np.zeros(len(series), bool)
        self.since, self.usual_since = 0, 0
        self._scale: tuple[int, float] = (-1, 1.0)

    def jumps(self) -> Iterator[Jump]:
        running: Jump | None = None
        for day in range(LEAST_USUAL_DAYS, len(self.series)):
            if running is None:
                running = self._begun(day)
                continue
            running = self._gone_on(running, day)
            if running.ended is not None:
                yield running
                self._rearm(running, day)
                running = None
        if running:
            yield running

    def _begun(self, day: int) -> Jump | None:
        found = self._compared(day, WINDOWS)
        if found is None:
            return None
        compared, starts = found
        z = np.where(
            (compared.rows >= LEAST_ROWS) & (compared.usual_rows >= LEAST_USUAL_ROWS), compared.z, 0.0
        ) / self.scale(day)
        best = int(np.argmax(np.abs(z)))
        level, usual = float(compared.level[best]), float(compared.usual[best])
        needed = self.threshold + (MORE_WHILE_RUNNING if day == self.unfinished else 0)
        if abs(z[best]) < needed or not self.series.matters(level, usual):
            return None
        return Jump(int(starts[best]), day, None, False, usual, level, round(compared.rows[best]), float(z[best]))

    def _gone_on(self, jump: Jump, day: int) -> Jump:
        """The jump at the end of a later day: its level over all its days, and whether it is over."""
        if day == self.unfinished:
            return jump
        if day - jump.began >= SETTLED_AFTER:
            return replace(jump, ended=day, settled=True)
        starts = np.maximum(day + 1 - CALM_DAYS, jump.seen)
        recent = self._of(starts, day, jump.began)
        if np.all(recent.z * np.sign(jump.z) < CALM * self.scale(day)) and day > jump.seen:
            return replace(jump, ended=day)
        whole = self._of(np.array([jump.began]), day, jump.began)
        return replace(jump, level=float(whole.level[0]), rows=round(float(whole.rows[0])))

    def _of(self, starts: NDArray[np.int64], day: int, began: int) -> Compared:
        """Stretches up to the day against what was usual before the jump began."""
        self.left_out[began : day + 1] = True
        usual = max(began - self.series.usual_days, self.usual_since)
        like = np.ones(len(starts), np.int64)
        return self.series.compared(Spans(starts, like * (day + 1), like * usual, like * began), self.left_out)

    def _rearm(self, jump: Jump, day: int) -> None:
        """Begin anew: what was out of the usual never counts as usual, unless it has become so."""
        self.since = day
        self.left_out[jump.began : day] = not jump.settled
        self.left_out[day:] = False
        if jump.settled:
            self.usual_since, self.since = jump.began, day
        self._scale = (-1, 1.0)

    def _compared(self, day: int, windows: NDArray[np.int64]) -> tuple[Compared, NDArray[np.int64]] | None:
        starts = day + 1 - windows
        usual_starts = np.maximum(starts - self.series.usual_days, self.usual_since)
        known = np.concatenate(([0], np.cumsum(~self.left_out)))
        starts_ok = (starts >= self.since) & (starts > usual_starts)
        starts_ok &= known[np.maximum(starts, 0)] - known[np.maximum(usual_starts, 0)] >= LEAST_USUAL_DAYS
        if not starts_ok.any():
            return None
        starts, usual_starts = starts[starts_ok], usual_starts[starts_ok]
        spans = Spans(starts, np.full(len(starts), day + 1), usual_starts, starts)
        return self.series.compared(spans, self.left_out), starts

    def scale(self, day: int) -> float:
        """How many times wider z values of this shop are than chance alone has it: looked at anew each week."""
        week = day - day % 7
        if self._scale[0] != week:
            self._scale = (week, dispersion(self.series, week, self.usual_since, self.left_out))
        return self._scale[1]


def dispersion(series: Series, day: int, since: int, left_out: Bools) -> float:
    """The spread of z values of single days and of weeks before a day, each against all of them.

    A quantile of their sizes rather than their variance, so that a few odd days do not hide the next ones.
    """
    first = max(day - series.usual_days, since)
    return max(series.least_scale, *(_spread(series, (first, day), length, left_out) for length in (1, 7)))


def _spread(series: Series, usual: tuple[int, int], length: int, left_out: Bools) -> float:
    first, last = usual
    starts = np.array(
        [start for start in range(last - length, first - 1, -length) if not left_out[start : start + length].any()]
    )
    if len(starts) < LEAST_BLOCKS:
        return 0.0
    spans = Spans(starts, starts + length, np.full(len(starts), first), np.full(len(starts), last))
    found = series.compared(spans, left_out)
    told = found.rows > 0
    if told.sum() < LEAST_BLOCKS or (length == 1 and found.rows.mean() < series.rows_for_days):
        return 0.0
    n, n_all = found.rows[told], found.usual_rows[told]  # a block is part of what it is held against
    sizes = np.abs(found.z[told]) * np.sqrt((n_all + n) / (n_all - n).clip(min=1))
    return float(np.quantile(sizes, QUANTILE) / QUANTILE_OF_NORMAL)
