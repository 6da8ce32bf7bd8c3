"""What people ask in words, as the query takes it: days, grains and instants written as text."""

from datetime import UTC, date, datetime, timedelta

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import zone
from counterbell.errors import Problem

from .periods import BadPeriod, Grain, Period, parse_day

USUAL_DAYS = 28


def period(shop: Shop, start: str | None, end: str | None, grain: str, *, now: datetime) -> Period:
    """The period from one day until before another; by default the 28 days up to and with today. Raises BadPeriod."""
    where = zone(shop.timezone)
    last = parse_day(end) if end else now.astimezone(where).date() + timedelta(days=1)
    first = parse_day(start) if start else _days_before(last, USUAL_DAYS)
    return Period.of(first, last, where, grain_of(grain), shop.week_starts)  # type: ignore[arg-type]


def grain_of(name: str) -> Grain:
    """The grain of that name. Raises BadPeriod with those there are."""
    try:
        return Grain(name)
    except ValueError:
        raise BadPeriod(f"There is no grain {name!r}. There are: {', '.join(Grain)}.") from None


def _days_before(day: date, days: int) -> date:
    """That day, or the first there is."""
    return date.fromordinal(max(day.toordinal() - days, 1))


def instant(text: str | None, name: str) -> datetime | None:
    """The instant written in the option of that name. Raises Problem for what is none."""
    if not text:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(f"{name} {text!r} is no time. Write it like 2025-03-10T00:00:00Z.") from None
    if told.tzinfo is None:
        raise Problem(f"{name} {text!r} has no offset. Add Z for UTC, or +01:00.")
    try:
        return told.astimezone(UTC)
    except OverflowError:
        raise Problem(f"{name} {text!r} is off the calendar. Give a time within the years 1 to 9999.") from None
