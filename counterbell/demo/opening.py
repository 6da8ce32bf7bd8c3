"""When somebody is at the desk of the demo shop: opening hours, a summer schedule, French public holidays."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from counterbell.record.entries import Hours

ZONE = ZoneInfo("Europe/Paris")
MIDNIGHT = time(0)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Week = dict[Weekday, list[tuple[str, str]]]

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _week(workday: list[tuple[str, str]], saturday: list[tuple[str, str]]) -> Week:
    workdays: Week = dict.fromkeys(WEEKDAYS[:5], workday)
    return {**workdays, "sat": saturday, "sun": []}


USUAL = _week([("09:00", "12:30"), ("13:30", "18:00")], [("10:00", "16:00")])
SUMMER = _week([("09:00", "12:30"), ("14:00", "17:00")], [("10:00", "13:00")])


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian rule."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> list[date]:
    """The eleven public holidays of France."""
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    moving = [easter(year) + timedelta(days=days) for days in (1, 39, 50)]
    return sorted([date(year, month, day) for month, day in fixed] + moving)


def schedules(first: date, last: date) -> list[Hours]:
    """The opening hours season by season from one year to another; the last season goes on without an end."""
    years = range(first.year, last.year + 1)
    turns = [date(year, month, 1) for year in years for month in (7, 9)]
    holidays = [day for year in years for day in public_holidays(year)]
    seasons = zip([None, *turns], [*turns, None], strict=True)
    return [
        Hours(
            week=USUAL if number % 2 == 0 else SUMMER,
            from_=start,
            until=end,
            holidays=[day for day in holidays if _holds(start, end, day)],
        )
        for number, (start, end) in enumerate(seasons)
    ]


def _holds(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day < end)


def days_between(first: date, last: date) -> Iterator[date]:
    """Every date from the first to the last one, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def local(day: date, moment: time = MIDNIGHT) -> datetime:
    """The UTC instant of a local date and time of day."""
    return datetime.combine(day, moment, ZONE).astimezone(UTC)


class Opening:
    """The opening times from one date to another, for asking when work gets done."""

    def __init__(self, first: date, last: date) -> None:
        self.schedules = schedules(first, last)
        ranges = [stretch for day in days_between(first, last) for stretch in self._stretches(day)]
        self._opens = [start for start, _ in ranges]
        self._closes = [end for _, end in ranges]

    def _stretches(self, day: date) -> list[tuple[datetime, datetime]]:
        hours = next(season for season in self.schedules if _holds(season.from_, season.until, day))
        if day in hours.holidays:
            return []
        ranges = hours.week[WEEKDAYS[day.weekday()]]
        return [(local(day, time.fromisoformat(start)), local(day, time.fromisoformat(end))) for start, end in ranges]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is at the desk at this instant."""
        number = bisect_right(self._closes, at)
        return number < len(self._opens) and self._opens[number] <= at

    def after(self, at: datetime, work: timedelta) -> datetime:
        """The instant at which so much opening time has gone by since `at`."""
        for number in range(bisect_right(self._closes, at), len(self._opens)):
            start = max(at, self._opens[number])
            available = self._closes[number] - start
            if work < available:
                return start + work
            work -= available
        return self._closes[-1] + work
