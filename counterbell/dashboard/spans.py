"""Periods that people name: today, the last 28 days, last month; on the calendar of the shop."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from counterbell.metrics.periods import Grain, WeekStarts

Days = tuple[date, date]
"""The first day, and the first that no longer belongs to it."""

DAY = timedelta(days=1)


def _last(days: int) -> Callable[[date, WeekStarts], Days]:
    return lambda today, _week: (today - (days - 1) * DAY, today + DAY)


def _week(today: date, week_starts: WeekStarts) -> date:
    return today - ((today.weekday() + (week_starts == "sunday")) % 7) * DAY


def _month(today: date, back: int = 0, months: int = 1) -> date:
    """The first day of the month, quarter (3) or year (12) of that day, or of one so many before."""
    number = today.year * 12 + today.month - 1
    year, month = divmod((number // months - back) * months, 12)
    return date(year, month + 1, 1)


def _unit(months: int, back: int) -> Callable[[date, WeekStarts], Days]:
    def days(today: date, _week: WeekStarts) -> Days:
        first = _month(today, back, months)
        return (first, _month(today, back - 1, months)) if back else (first, today + DAY)

    return days


SPANS: dict[str, tuple[Promise, Callable[[date, WeekStarts], Days]]] = {
    "today": (later("Today"), _last(1)),
    "yesterday": (later("Yesterday"), lambda today, _week: (today - DAY, today)),
    "7d": (later("Last 7 days"), _last(7)),
    "28d": (later("Last 28 days"), _last(28)),
    "90d": (later("Last 90 days"), _last(90)),
    "this_week": (later("This week"), lambda today, week: (_week(today, week), today + DAY)),
    "last_week": (later("Last week"), lambda today, week: (_week(today, week) - 7 * DAY, _week(today, week))),
    "this_month": (later("This month"), _unit(1, 0)),
    "last_month": (later("Last month"), _unit(1, 1)),
    "this_quarter": (later("This quarter"), _unit(3, 0)),
    "last_quarter": (later("Last quarter"), _unit(3, 1)),
    "this_year": (later("This year"), _unit(12, 0)),
    "last_year": (later("Last year"), _unit(12, 1)),
}
"""By name: what it is called, and its days seen from today; what is not over runs until today."""

USUAL = "28d"


def fitting_grain(days: int) -> Grain:
    """The grain that shows so many days best."""
    steps = ((2, Grain.HOUR), (92, Grain.DAY), (200, Grain.WEEK), (1100, Grain.MONTH), (3660, Grain.QUARTER))
    return next((grain for most, grain in steps if days <= most), Grain.YEAR)
