"""Days on which figures are not as usual for a reason that is known: holidays, and the first open day after each."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import Schedule, read_schedules

LONGEST_PAUSE = timedelta(days=14)
"""So far before the first day a holiday is looked for that it may still follow."""


def out_of_the_ordinary(shop: Shop, days: Sequence[date]) -> NDArray[np.bool_]:
    """Which of these days (one after the other) are holidays of the shop's opening hours, or the first one after.

    A holiday on a weekday that is closed anyway is none. After a holiday on a Saturday the first open day is Monday.
    """
    found: dict[date, bool] = {}
    schedules, after_holiday = read_schedules(shop.hours or []), False
    day = days[0] - LONGEST_PAUSE if days and schedules else date.max
    while days and day <= days[-1]:
        if schedule := _would_open(schedules, day):
            is_holiday = day in schedule.holidays
            found[day] = is_holiday or after_holiday
            after_holiday = is_holiday
        day += timedelta(days=1)
    return np.array([found.get(day, False) for day in days], bool)


def _would_open(schedules: Sequence[Schedule], day: date) -> Schedule | None:
    """The schedule that holds on the day, if the shop opens on such a weekday."""
    for one in schedules:
        if (one.from_day is None or one.from_day <= day) and (one.until_day is None or day < one.until_day):
            return one if one.week[day.weekday()] else None
    return None
