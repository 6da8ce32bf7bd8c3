"""The clock of a time zone: at which instant a local day starts, and on which local day an instant falls.

Instants are int64 microseconds since 1970-01-01 UTC. A reading is what a local clock shows, as int64 microseconds
between 1970-01-01 00:00 and the shown date and time, each read off the calendar without a zone.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Microseconds = NDArray[np.int64]
Days = NDArray[np.datetime64]

DAY_US = 86_400_000_000

_SECOND_US = 1_000_000
_DAY_SECONDS = 86_400
# zone rules are asked for within datetime's range only, a few days inside so that no offset leads out of it
_FIRST_SECOND = int(datetime(1, 1, 4, tzinfo=UTC).timestamp())
_LAST_SECOND = int(datetime(9999, 12, 28, tzinfo=UTC).timestamp())


class Stretch(NamedTuple):
    """`[start_us, end_us)`, all through which the local clocks are `offset_us` ahead of UTC."""

    start_us: int
    end_us: int
    offset_us: int


class _Clock(NamedTuple):
    """A zone's offsets over some years: offsets_us[0] holds until changes_us[0], offsets_us[1] from there on, ..."""

    changes_us: Microseconds
    offsets_us: Microseconds


def day_start(zone: ZoneInfo, day: date) -> int:
    """The first instant of that local day; where its midnight does not exist, the change of the clocks.

    A day that a zone left out altogether is empty: it starts with the next one.
    """
    return int(day_starts_us(zone, day, day)[0])


def day_starts_us(zone: ZoneInfo, first_day: date, last_day: date) -> Microseconds:
    """The first instants of all days from `first_day` to `last_day`, both included."""
    days = np.arange(np.datetime64(first_day, "D"), np.datetime64(last_day, "D") + 1)
    return starts_of_days(zone, days)


def starts_of_days(zone: ZoneInfo, days: Days) -> Microseconds:
    """The first instants of these local days (datetime64[D], in any order)."""
    midnights = days.astype("datetime64[D]").astype(np.int64) * DAY_US
    changes_us, offsets_us = _clock(zone, *years_around(midnights))
    shown_before_change = np.maximum.accumulate(changes_us + offsets_us[:-1])
    which = np.searchsorted(shown_before_change, midnights, side="right")
    begins = np.concatenate((np.array([np.iinfo(np.int64).min]), changes_us))
    starts: Microseconds = np.maximum(begins[which], midnights - offsets_us[which])
    return starts


def local_days(zone: ZoneInfo, instants_us: Microseconds) -> NDArray[np.int32]:
    """The local day of each instant, in days since 1970-01-01: the last one whose start is not after it."""
    if not instants_us.size:
        return np.empty(0, np.int32)
    first_day, starts = _starts_of_years(zone, *years_around(instants_us))
    return (np.searchsorted(starts, instants_us, side="right") + (first_day - 1)).astype(np.int32)


def instants_of(zone: ZoneInfo, readings_us: Microseconds) -> Microseconds:
    """When local clocks show these readings: one shown twice is the first; one skipped takes the offset before."""
    changes_us, offsets_us = _clock(zone, *years_around(readings_us))
    shown_around_change = changes_us + np.maximum(offsets_us[:-1], offsets_us[1:])
    return readings_us - offsets_us[np.searchsorted(shown_around_change, readings_us, side="right")]


def stretches(zone: ZoneInfo, start_us: int, end_us: int) -> list[Stretch]:
    """`[start_us, end_us)` cut at every change of the zone's offset; none if it is empty."""
    changes_us, offsets_us = _clock(zone, *years_around(np.array([start_us, end_us])))
    first, last = np.searchsorted(changes_us, [start_us, end_us], side="right")
    edges = [start_us, *changes_us[first:last].tolist(), end_us]
    offsets = offsets_us[first : last + 1].tolist()
    return [
        Stretch(start, end, offset)
        for (start, end), offset in zip(pairwise(edges), offsets, strict=True)
        if start < end
    ]


def years_around(microseconds: Microseconds) -> tuple[int, int]:
    """The years (first, last) that hold all these instants or readings, and in every zone a year to spare."""
    if not microseconds.size:
        return 1970, 1970
    span = np.array([microseconds.min(), microseconds.max()], "datetime64[us]").astype("datetime64[Y]").astype(np.int64)
    first, last = np.clip(span + 1970, 1, 9999).tolist()
    return first - 1, last + 1


def first_day_of(year: int) -> int:
    """The year's 1 January in days since 1970-01-01; also of the years 0 and 10000, that `date` cannot tell."""
    return int(np.datetime64(year - 1970, "Y").astype("datetime64[D]").astype(np.int64))


@lru_cache(maxsize=64)
def _starts_of_years(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[int, Microseconds]:
    first_day = first_day_of(first_year)
    starts = starts_of_days(zone, np.arange(first_day, first_day_of(last_year + 1)).astype("datetime64[D]"))
    starts.flags.writeable = False
    return first_day, starts


@lru_cache(maxsize=256)
def _clock(zone: ZoneInfo, first_year: int, last_year: int) -> _Clock:
    changes = [change for year in range(first_year, last_year + 1) for change in _changes(zone, year)]
    offset_before = _offset_seconds(zone, first_day_of(first_year) * _DAY_SECONDS)
    clock = _Clock(
        np.array([second for second, _ in changes], np.int64) * _SECOND_US,
        np.array([offset_before, *(offset for _, offset in changes)], np.int64) * _SECOND_US,
    )
    for column in clock:
        column.flags.writeable = False
    return clock


@lru_cache(maxsize=16_384)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """The seconds (since 1970 UTC) within a UTC year at which the offset changes, each with its new offset in seconds.

    The offset is looked at once a day, which finds every change: no zone has ever changed twice within three days.
    """
    midnights = range(first_day_of(year) * _DAY_SECONDS, first_day_of(year + 1) * _DAY_SECONDS + 1, _DAY_SECONDS)
    seen = [(second, _offset_seconds(zone, second)) for second in midnights]
    return tuple(
        (_change_between(zone, earlier, later), offset)
        for (earlier, offset_before), (later, offset) in pairwise(seen)
        if offset != offset_before
    )


def _change_between(zone: ZoneInfo, earlier: int, later: int) -> int:
    """The first second after `earlier` with the offset that holds at `later`."""
    offset = _offset_seconds(zone, later)
    seconds = range(earlier + 1, later)
    return earlier + 1 + bisect_left(seconds, True, key=lambda second: _offset_seconds(zone, second) == offset)


def _offset_seconds(zone: ZoneInfo, second: int) -> int:
    within = min(max(second, _FIRST_SECOND), _LAST_SECOND)
    offset = datetime.fromtimestamp(within, zone).utcoffset()
    assert offset is not None  # an aware datetime has one
    return offset.days * _DAY_SECONDS + offset.seconds
