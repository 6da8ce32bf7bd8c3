"""The weeks, months and quarters of a shop's calendar, as goals mean them."""

from datetime import date, datetime, timedelta
from typing import cast

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.metrics.periods import Grain, Period, WeekStarts


def containing(shop: Shop, name: str, day: date) -> Period:
    """The week, month or quarter in which a day lies, in buckets of a day."""
    start = _start(name, day, shop.week_starts)
    return days(
        shop,
        start,
        _start(name, start + timedelta(days={"week": 7, "month": 32, "quarter": 93}[name]), shop.week_starts),
    )


def running(shop: Shop, name: str, at: datetime) -> Period:
    """The one that is running at that instant."""
    return containing(shop, name, local_day(shop, at))


def before(shop: Shop, period: Period, name: str) -> Period:
    """The one just before."""
    return containing(shop, name, period.start - timedelta(days=1))


def days(shop: Shop, start: date, end: date) -> Period:
    """The days from `start` until before `end`."""
    return Period.of(start, end, zone(shop.timezone), Grain.DAY, cast(WeekStarts, shop.week_starts))


def local_day(shop: Shop, at: datetime) -> date:
    """The shop's day at that instant."""
    return at.astimezone(zone(shop.timezone)).date()


def _start(name: str, day: date, week_starts: str) -> date:
    if name == "week":
        return day - timedelta(days=(day.weekday() + (week_starts == "sunday")) % 7)
    months = 3 if name == "quarter" else 1
    return date(day.year, (day.month - 1) // months * months + 1, 1)
