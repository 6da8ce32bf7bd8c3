"""What charts write: figures with their unit, the round figures of an axis, and the names of buckets."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from counterbell import formats
from counterbell.metrics.periods import Bucket, Grain

MINUTE, HOUR, DAY = 60, 3_600, 86_400
DURATION_STEPS = (
    1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR,
    3 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 10 * DAY, 14 * DAY,
    20 * DAY, 30 * DAY, 50 * DAY,
)  # fmt: skip
"""How far apart the lines of an axis of time may lie, in seconds; beyond, whole multiples of 100 days."""

MOST_NAMED = 12
"""So many buckets may all be named on an axis; of more, only those that begin something."""

MOST_HOURS = 50
"""Of more hours only the days are named, of less every sixth hour."""

MOST_DAYS = 45
"""Of more days only the months are named, of less the weeks."""


@dataclass(frozen=True)
class Scale:
    """The round figures of an axis, the first and the last of them its ends."""

    values: tuple[float, ...]
    texts: tuple[str, ...]

    @property
    def ends(self) -> list[float]:
        """Where the axis begins and ends."""
        return [self.values[0], self.values[-1]]


def scale(values: Sequence[float | None], unit: str, *, lines: int = 4, from_nought: bool = True) -> Scale:
    """The axis on which these figures fit, with about so many lines."""
    known = [value for value in values if value is not None] or [0.0]
    low, high = min(known), max(known)
    if unit == "rating" and not from_nought:
        return _of_ratings(low)
    low = min(low, 0.0)
    step = _step((high - low) / lines or 1, unit)
    first, last = math.floor(low / step), max(math.ceil(high / step), 1)
    round_values = tuple(round(place * step, 9) for place in range(first, last + 1))
    return Scale(round_values, tuple(_short(value, step, unit) for value in round_values))


def _of_ratings(low: float) -> Scale:
    values = [4.0, 4.25, 4.5, 4.75, 5.0] if low >= 4 else [3.0, 3.5, 4.0, 4.5, 5.0] if low >= 3 else [1.0, 2, 3, 4, 5]
    digits = 2 if low >= 4 else 1 if low >= 3 else 0
    return Scale(tuple(values), tuple(formats.number(value, digits) for value in values))


def _step(least: float, unit: str) -> float:
    if unit == "seconds":
        least = MINUTE if least < MINUTE < 4 * least else least  # from a minute on, seconds are not written
        return next((step for step in DURATION_STEPS if step >= least), 100 * DAY * math.ceil(least / (100 * DAY)))
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= least * 0.999)
    return max(round(step), 1) if unit == "tickets" else step


def _short(value: float, step: float, unit: str) -> str:
    """A figure of an axis, with the digits that its step needs."""
    match unit:
        case "seconds":
            return formats.duration(value) if value else "0"
        case "share":
            return formats.percent(value, 0 if step >= 0.01 else 1)
        case "tickets" | "rating" | "messages" | "days":
            return formats.number(value, 0 if step == round(step) else 1 if step * 10 == round(step * 10) else 2)
    return formats.money(round(value), unit)


@dataclass(frozen=True)
class Named:
    """A bucket's name, and what stands beneath it on the axis, if anything does."""

    name: str
    tick: str


def named(buckets: Sequence[Bucket], grain: Grain) -> list[Named]:
    """The names of the buckets of a period."""
    names, ticks = bucket_names(buckets, grain), list(_ticks(buckets, grain))
    return [Named(name, tick) for name, tick in zip(names, ticks, strict=True)]


def bucket_names(buckets: Sequence[Bucket], grain: Grain) -> list[str]:
    """What each bucket is called; the year is named where it is not the same for all."""
    with_year = buckets[0].start.year != buckets[-1].start.year
    names = [_bucket_name(bucket, grain, with_year) for bucket in buckets]
    if len(set(names)) < len(names):  # the clocks went back: an hour comes twice
        names = [f"{name} {bucket.start:%z}" for name, bucket in zip(names, buckets, strict=True)]
    return names


def _bucket_name(bucket: Bucket, grain: Grain, with_year: bool) -> str:
    start, end = bucket.start, bucket.end
    if isinstance(start, datetime):
        return f"{formats.day_of_week(start, with_year=with_year)} {formats.clock(start)}"
    if grain is Grain.DAY:
        return formats.day_of_week(start, with_year=with_year)
    begins, ends = start.day == 1, end.day == 1
    if grain is Grain.MONTH and begins and ends:
        return formats.month(start)
    if grain is Grain.QUARTER and begins and ends and {start.month % 3, end.month % 3} == {1}:
        return formats.quarter(start)
    if grain is Grain.YEAR and begins and ends and start.month == end.month == 1:
        return str(start.year)
    return formats.days(start, end, with_year=with_year)


def _ticks(buckets: Sequence[Bucket], grain: Grain) -> Iterator[str]:
    """A short name for each bucket where they are few; of many, for those that begin a day, week, month or year."""
    few = len(buckets) <= MOST_NAMED
    begins = [True, *(_begins(before, this, grain, len(buckets)) for before, this in pairwise(buckets))]
    for place, bucket in enumerate(buckets):
        if not (few or begins[place]) or (not few and place == 0 and any(begins[1:3])):
            yield ""
        else:
            yield _tick(bucket, grain, len(buckets), first=place == 0)


def _begins(before: Bucket, this: Bucket, grain: Grain, count: int) -> bool:
    start = this.start
    match grain:
        case Grain.HOUR:
            assert isinstance(start, datetime)
            begins_quarter = start.hour % 6 == 0 and start.minute == 0
            return start.day != before.start.day if count > MOST_HOURS else begins_quarter
        case Grain.DAY if count <= MOST_DAYS:
            return start.weekday() == 0
        case Grain.DAY | Grain.WEEK:
            return start.month != before.start.month
        case Grain.MONTH if count <= 36:
            return (start.month - 1) % 3 == 0
    return start.year != before.start.year


def _tick(bucket: Bucket, grain: Grain, count: int, *, first: bool) -> str:
    start = bucket.start
    match grain:
        case Grain.HOUR:
            assert isinstance(start, datetime)
            return formats.short_day(start) if start.hour == 0 else formats.clock(start)
        case Grain.DAY | Grain.WEEK if count <= MOST_DAYS and not (grain is Grain.WEEK and count > MOST_NAMED):
            return formats.short_day(start)
        case Grain.YEAR:
            return str(start.year)
        case Grain.QUARTER:
            return formats.quarter(start)
    return formats.month(start) if start.month == 1 or first else formats.month_name(start)
