"""The options by which several commands choose a shop, a period and filters."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer

from counterbell.errors import Problem

Shop = Annotated[str | None, typer.Option("--shop", metavar="SLUG", help="the shop; needed when there are several")]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day, such as 2025-03-01")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="first day after the period")]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="DIM=VALUE", help="filter: channel=email,chat or tag!=vip; several hold together"),
]
AsOf = Annotated[str | None, typer.Option(metavar="TIME", help="as it stood then, such as 2025-03-10T00:00:00Z")]


def period(shop: Any, start: str | None, end: str | None, grain: str) -> Any:
    """The period asked for; by default the 28 days up to and with today."""
    from counterbell.accounts.opening_hours import zone
    from counterbell.metrics.periods import BadPeriod, Grain, Period, parse_day

    where = zone(shop.timezone)
    today = datetime.now(where).date()
    try:
        chosen = Grain(grain)
    except ValueError:
        names = ", ".join(Grain)
        raise BadPeriod(f"There is no grain {grain!r}. There are: {names}.") from None
    last = parse_day(end) if end else today + timedelta(days=1)
    first = parse_day(start) if start else _days_before(last, 28)
    return Period.of(first, last, where, chosen, shop.week_starts)


def _days_before(day: date, days: int) -> date:
    """That day, or the first there is."""
    return date.fromordinal(max(day.toordinal() - days, 1))


def conditions(texts: list[str] | None) -> tuple[Any, ...]:
    """The filters asked for."""
    from counterbell.metrics.query import Condition

    return tuple(Condition.parse(text) for text in texts or [])


def instant(text: str | None) -> datetime | None:
    """The instant of --as-of. Raises Problem for what is none."""
    if text is None:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Problem(f"--as-of {text!r} is no time. Write it like 2025-03-10T00:00:00Z.") from None
    if told.tzinfo is None:
        raise Problem(f"--as-of {text!r} has no offset. Add Z for UTC, or +01:00.")
    try:
        return told.astimezone(UTC)
    except OverflowError:
        raise Problem(f"--as-of {text!r} is off the calendar. Give a time within the years 1 to 9999.") from None
