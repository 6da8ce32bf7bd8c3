"""The period of a report and its buckets, half-open, on the calendar of the shop's time zone.

Buckets start at local midnights, so a day can last 23 or 25 hours; hours start at each whole local hour and at each
change of the zone's offset. The first and the last bucket are clipped to the period.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self
from zoneinfo import ZoneInfo

import numpy as np

from counterbell.errors import Problem

from ..accounts.local_time import Days, day_start, starts_of_days, stretches

WeekStarts = Literal["monday", "sunday"]

MAX_BUCKETS = 20_000

_HOUR_US = 3_600_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadPeriod(Problem):
    """A period that cannot be reported on; the sentence says why and what to ask instead."""


class Grain(StrEnum):
    """The length of a bucket, from the finest to the coarsest."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True)
class Bucket:
    """`[start, end)`: local days, or for hours local times with the shop's offset; and the same as instants (UTC)."""

    start: date | datetime
    end: date | datetime
    start_us: int
    end_us: int


@dataclass(frozen=True)
class Period:
    """The local days from `start` until before `end`, cut into buckets of one grain. Made by `Period.of`."""

    start: date
    end: date
    zone: ZoneInfo
    grain: Grain
    week_starts: WeekStarts
    buckets: tuple[Bucket, ...] = field(repr=False)
    seam: date | None = None
    """Where two periods were joined: the first day of the second."""
    undivided: bool = False
    """Whether it is one bucket whatever its grain."""

    @classmethod
    def of(cls, start: date, end: date, zone: ZoneInfo, grain: Grain, week_starts: WeekStarts = "monday") -> Self:
        """The period with its buckets. Raises BadPeriod if it has no day or too many buckets."""
        if end <= start:
            raise BadPeriod(
                f"The period from {start} until {end} has no day. The end is the first day that no longer counts:"
                f" give one after {start}."
            )
        _refuse_too_many(start, end, grain, week_starts)
        if grain is Grain.HOUR:
            buckets = _hours(start, end, zone)
        else:
            buckets = _calendar_buckets(_day_edges(start, end, grain, week_starts), zone)
        return cls(start, end, zone, grain, week_starts, buckets)

    @property
    def start_us(self) -> int:
        """The first instant of the period."""
        return self.buckets[0].start_us

    @property
    def end_us(self) -> int:
        """The first instant after the period."""
        return self.buckets[-1].end_us

    def whole(self) -> Self:
        """The same period as a single bucket."""
        bucket = Bucket(self.start, self.end, self.start_us, self.end_us)
        return replace(self, buckets=(bucket,))

    def as_one(self) -> Self:
        """The same period as a single bucket, and so those it is compared with, for what is asked of all of it."""
        return replace(self.whole(), undivided=True)

    def previous(self) -> Self:
        """The period of the same length just before: in units of the grain if it is whole in them, else in days."""
        try:
            start = self._previous_start()
        except (OverflowError, ValueError) as error:
            raise self._off_the_calendar("before it") from error
        return self._between(start, self.start)

    def joined_to_previous(self) -> Self:
        """This period and the one just before it as one, so that both are counted in one pass."""
        before = self.previous()
        return replace(self, start=before.start, buckets=before.buckets + self.buckets, seam=self.start)

    def segment(self, places: range) -> Self:
        """The period of some of its buckets in a row."""
        buckets = self.buckets[places.start : places.stop]
        start, end = self.start, self.end
        if self.seam is not None:
            start, end = (self.start, self.seam) if places.start == 0 else (self.seam, self.end)
        return replace(self, start=start, end=end, buckets=buckets, seam=None)

    @property
    def seam_us(self) -> int:
        """The first instant of the second of two joined periods."""
        assert self.seam is not None
        return day_start(self.zone, self.seam)

    def year_before(self) -> Self:
        """The same days a year earlier; 29 February becomes the 28th, and no period shrinks to nothing by that."""
        try:
            start, end = _year_earlier(self.start), _year_earlier(self.end)
        except ValueError as error:
            raise self._off_the_calendar("a year earlier") from error
        return self._between(start, max(end, start + timedelta(days=1)))

    def _between(self, start: date, end: date) -> Self:
        if not self.undivided:
            return type(self).of(start, end, self.zone, self.grain, self.week_starts)
        bucket = Bucket(start, end, day_start(self.zone, start), day_start(self.zone, end))
        return replace(self, start=start, end=end, buckets=(bucket,))

    def _previous_start(self) -> date:
        months = _MONTHS.get(self.grain)
        if months and _begins_unit(self.start, months) and _begins_unit(self.end, months):
            years, month = divmod(2 * _month_number(self.start) - _month_number(self.end), 12)
            return date(years, month + 1, 1)
        return self.start - (self.end - self.start)

    def _off_the_calendar(self, where: str) -> BadPeriod:
        return BadPeriod(
            f"The period from {self.start} until {self.end} has nothing {where} to compare with:"
            " the calendar begins with the year 1. Ask for a later period, or without comparison."
        )


def parse_day(text: str) -> date:
    """The day written as YYYY-MM-DD. Raises BadPeriod."""
    if not _DAY.fullmatch(text):
        raise BadPeriod(f"{text!r} is not a day. Write it as YYYY-MM-DD, such as 2025-03-31.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPeriod(f"There is no day {text} in the calendar. Check its month and its day.") from error


def _hours(start: date, end: date, zone: ZoneInfo) -> tuple[Bucket, ...]:
    edges = _hour_edges(zone, day_start(zone, start), day_start(zone, end))
    try:
        named = [(_local_time(zone, edge), edge) for edge in edges]
    except ValueError as error:
        raise BadPeriod(f"Not all hours from {start} until {end} are on the calendar. Keep off its ends.") from error
    return tuple(Bucket(a, b, a_us, b_us) for (a, a_us), (b, b_us) in pairwise(named))


def _hour_edges(zone: ZoneInfo, start_us: int, end_us: int) -> list[int]:
    inner: set[int] = set()
    for stretch in stretches(zone, start_us, end_us):
        since_whole_hour = (stretch.start_us + stretch.offset_us) % _HOUR_US
        inner.add(stretch.start_us)
        inner.update(range(stretch.start_us - since_whole_hour + _HOUR_US, stretch.end_us, _HOUR_US))
    return [start_us, *sorted(inner - {start_us}), end_us]


def _local_time(zone: ZoneInfo, instant_us: int) -> datetime:
    """With a fixed offset, since two times in one ZoneInfo compare by the clock: an hour that comes twice is equal."""
    local = datetime.fromtimestamp(instant_us // 1_000_000, zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)


def _calendar_buckets(edges: Days, zone: ZoneInfo) -> tuple[Bucket, ...]:
    named = list(zip(edges.tolist(), starts_of_days(zone, edges).tolist(), strict=True))
    return tuple(Bucket(a, b, a_us, b_us) for (a, a_us), (b, b_us) in pairwise(named))


def _day_edges(start: date, end: date, grain: Grain, week_starts: WeekStarts) -> Days:
    """The days at which buckets start, and the end of the last one."""
    first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
    units = _unit_starts(start, end, grain, week_starts)
    inner = units[(units > first) & (units < last)]
    return np.concatenate((np.array([first]), inner, np.array([last])))


def _unit_starts(start: date, end: date, grain: Grain, week_starts: WeekStarts) -> Days:
    """The first days of the calendar's units, at least all those within the period."""
    if grain in _MONTHS:
        first, last = _month_number(start) // _MONTHS[grain] * _MONTHS[grain], _month_number(end) + 1
        months = np.arange(first, last, _MONTHS[grain]) - 1970 * 12
        return months.astype("datetime64[M]").astype("datetime64[D]")
    step = 7 if grain is Grain.WEEK else 1
    first_weekday = 0 if week_starts == "monday" else 6
    since = (start.weekday() - first_weekday) % step
    return np.arange(np.datetime64(start, "D") - since, np.datetime64(end, "D"), step)


def _refuse_too_many(start: date, end: date, grain: Grain, week_starts: WeekStarts) -> None:
    count = _count(start, end, grain, week_starts)
    if count <= MAX_BUCKETS:
        return
    coarser = list(Grain)[list(Grain).index(grain) + 1 :]
    fitting = next(each for each in coarser if _count(start, end, each, week_starts) <= MAX_BUCKETS)
    raise BadPeriod(
        f"The period from {start} until {end} by {grain} would have {count:,} buckets; at most {MAX_BUCKETS:,} can be"
        f" shown. Ask for it by {fitting}, or for a shorter period."
    )


def _count(start: date, end: date, grain: Grain, week_starts: WeekStarts) -> int:
    """The buckets of a period; its hours as if every day had 24, which is out by the few changes of clocks."""
    if grain is Grain.HOUR:
        return (end - start).days * 24
    return len(_day_edges(start, end, grain, week_starts)) - 1


def _begins_unit(day: date, months: int) -> bool:
    return day.day == 1 and (day.month - 1) % months == 0


def _month_number(day: date) -> int:
    """The months since January of the year 0."""
    return day.year * 12 + day.month - 1


def _year_earlier(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)
