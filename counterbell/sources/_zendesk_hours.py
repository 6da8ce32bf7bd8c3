"""Zendesk's schedules, minutes of a week, as opening hours of the shop."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from counterbell.accounts.opening_hours import clock_time
from counterbell.record.entries import Hours, Weekday

from ._stream import VendorObject
from ._values import NotReadable, present

DAY = 24 * 60
"""Minutes of a day on the clock."""

WEEK: tuple[Weekday, ...] = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LONGEST_HOLIDAY = timedelta(days=400)


def hours_of(schedule: VendorObject) -> Hours:
    """The opening hours of a schedule, with the holidays that came with it."""
    week: dict[Weekday, list[tuple[str, str]]] = {}
    for start, end in _ranges(present(schedule, "intervals")):
        for day in range(start // DAY, (end - 1) // DAY + 1):
            opens, closes = max(start - day * DAY, 0), min(end - day * DAY, DAY)
            week.setdefault(WEEK[day], []).append((clock_time(opens), clock_time(closes)))
    return Hours(week=week, holidays=sorted(set(_days(schedule.get("holidays") or ()))))


def _ranges(intervals: Iterable[VendorObject]) -> list[tuple[int, int]]:
    """Minutes of the week from Sunday 00:00, in their order."""
    ranges = sorted((int(one["start_time"]), int(one["end_time"])) for one in intervals)
    fit = all(0 <= start < end <= 7 * DAY for start, end in ranges)
    if not fit or any(later[0] < earlier[1] for earlier, later in pairwise(ranges)):
        raise NotReadable(f"The intervals {ranges} are no hours of a week.", "intervals")
    return ranges


def _days(holidays: Iterable[Any]) -> Iterable[date]:
    for holiday in holidays:
        first, last = (date.fromisoformat(str(holiday[field])[:10]) for field in ("start_date", "end_date"))
        if last - first > LONGEST_HOLIDAY:
            raise NotReadable(f"A holiday from {first} to {last} is too long.", "holidays")
        yield from (first + timedelta(days=day) for day in range((last - first).days + 1))
