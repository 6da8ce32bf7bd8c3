"""Business time: how much of an interval falls within the shop's opening hours, to the microsecond.

From is inclusive, until exclusive. A local time that exists twice is the first, one that does not exist is read with
the offset before the change; ranges that a change of clocks makes overlap count once (METRICS, rule 5).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ..accounts.local_time import DAY_US, Microseconds, first_day_of, instants_of, years_around
from ..accounts.opening_hours import Schedule

NEVER = np.iinfo(np.int64).max
"""In place of an instant that does not come."""

_MINUTE_US = 60_000_000
_ORIGIN_YEAR = 2000
_ORIGIN_US = np.array([first_day_of(_ORIGIN_YEAR) * DAY_US])


class _Openings(NamedTuple):
    """The stretches during which a shop is open over some years, in order and apart, and what was open before each."""

    starts_us: Microseconds
    ends_us: Microseconds
    opened_before_us: Microseconds


@dataclass(frozen=True)
class OpenTime:
    """The open time of a shop with these schedules (of `read_schedules`) in this zone.

    A shop that has told no opening hours has no OpenTime: its business durations are null. With schedules that never
    open, every duration is 0.
    """

    zone: ZoneInfo
    schedules: tuple[Schedule, ...]

    def open_us(self, instants_us: Microseconds) -> Microseconds:
        """The open microseconds from the start of 2000 UTC up to each instant (below 0 for instants before it).

        Never falls; the difference of two is the business time of the half-open interval between them.
        """
        first_year, last_year = years_around(instants_us)
        span = min(first_year, _ORIGIN_YEAR - 1), max(last_year, _ORIGIN_YEAR)
        openings = _openings(self.zone, self.schedules, *span)
        return _opened_until(openings, instants_us) - _opened_until(openings, _ORIGIN_US)

    def between(self, start_us: Microseconds, end_us: Microseconds) -> Microseconds:
        """The business microseconds of each interval `[start_us, end_us)`."""
        return self.open_us(end_us) - self.open_us(start_us)

    def reached(self, start_us: Microseconds, open_us: Microseconds) -> Microseconds:
        """The first instant at which so much open time (1 us at least) has passed since each start.

        NEVER where that is not within the two years after it.
        """
        first_year, last_year = years_around(start_us)
        openings = _openings(self.zone, self.schedules, min(first_year, _ORIGIN_YEAR - 1), last_year + 2)
        starts_us, ends_us, opened_before_us = openings
        if not starts_us.size:
            return np.full(start_us.shape, NEVER, np.int64)
        wanted_us = _opened_until(openings, start_us) + open_us
        which = np.maximum(np.searchsorted(opened_before_us, wanted_us, side="left") - 1, 0)
        found = starts_us[which] + wanted_us - opened_before_us[which]
        return np.where(found <= ends_us[which], found, NEVER)


def _opened_until(openings: _Openings, instants_us: Microseconds) -> Microseconds:
    starts_us, ends_us, opened_before_us = openings
    if not starts_us.size:
        return np.zeros(instants_us.shape, np.int64)
    last = np.maximum(np.searchsorted(starts_us, instants_us, side="right") - 1, 0)
    return opened_before_us[last] + np.clip(instants_us, starts_us[last], ends_us[last]) - starts_us[last]


@lru_cache(maxsize=64)
def _openings(zone: ZoneInfo, schedules: tuple[Schedule, ...], first_year: int, last_year: int) -> _Openings:
    days = np.arange(first_day_of(first_year), first_day_of(last_year + 1))
    readings = [pair for schedule in schedules for pair in _readings(schedule, days)]
    nothing = np.empty(0, np.int64)
    opens = instants_of(zone, np.concatenate([nothing, *(opens for opens, _ in readings)]))
    closes = instants_of(zone, np.concatenate([nothing, *(closes for _, closes in readings)]))
    starts_us, ends_us = _merged(opens, closes)
    opened_before_us = np.cumsum(ends_us - starts_us) - (ends_us - starts_us)
    return _Openings(starts_us, ends_us, opened_before_us)


def _readings(schedule: Schedule, days: NDArray[np.int64]) -> Iterator[tuple[Microseconds, Microseconds]]:
    """What the local clocks show when the shop opens and closes: a pair of columns for each range of the week."""
    open_days = days[_holds_on(schedule, days)]
    weekdays = (open_days + 3) % 7  # 1970-01-01 was a Thursday
    for weekday, ranges in enumerate(schedule.week):
        midnights = open_days[weekdays == weekday] * DAY_US
        for opens, closes in ranges:
            yield midnights + opens * _MINUTE_US, midnights + closes * _MINUTE_US


def _holds_on(schedule: Schedule, days: NDArray[np.int64]) -> NDArray[np.bool_]:
    calendar = days.astype("datetime64[D]")
    holds = ~np.isin(calendar, np.array(sorted(schedule.holidays), "datetime64[D]"))
    if schedule.from_day:
        holds &= calendar >= np.datetime64(schedule.from_day)
    if schedule.until_day:
        holds &= calendar < np.datetime64(schedule.until_day)
    return holds


def _merged(opens: Microseconds, closes: Microseconds) -> tuple[Microseconds, Microseconds]:
    """The stretches in order, those that touch or overlap as one, without those that a change of clocks emptied."""
    real = opens < closes
    order = np.argsort(opens[real], kind="stable")
    starts, reached = opens[real][order], np.maximum.accumulate(closes[real][order])
    apart = starts[1:] > reached[:-1]
    if not starts.size:
        return starts, reached
    return starts[np.concatenate(([True], apart))], reached[np.concatenate((apart, [True]))]
