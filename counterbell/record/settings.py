"""What a shop sets, and what follows when it changes."""

from dataclasses import dataclass
from functools import cache
from typing import get_args

import msgspec

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import BadOpeningHours, UnknownTimeZone, read_schedules, zone
from counterbell.errors import Problem

from .entries import FORMAT_VERSION, Hours, Weekday
from .entries import Shop as Told

WEEK: tuple[Weekday, ...] = get_args(Weekday)


@cache
def currencies() -> frozenset[str]:
    """The currencies there are and were, by their ISO 4217 codes."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


class BadSettings(Problem):
    """A setting that cannot be; the sentence says which."""


@dataclass(frozen=True)
class Changed:
    """Whether anything changed, and whether facts depend on it."""

    any: bool
    facts: bool


def told(shop: Shop) -> Told:
    """What the shop has set, as the log format tells it."""
    return Told(
        timezone=shop.timezone,
        currency=shop.currency,
        week_starts="sunday" if shop.week_starts == "sunday" else "monday",
        conversion_days=shop.conversion_days,
        hours=_hours(shop),
    )


def _hours(shop: Shop) -> list[Hours] | None:
    """The opening hours with the days of the week in their order, which a database need not keep."""
    hours = msgspec.convert(shop.hours, list[Hours] | None)
    for season in hours or []:
        season.week = {day: season.week[day] for day in WEEK if day in season.week}
    return hours


def replace(shop: Shop, told: Told) -> Changed:
    """Set what `told` says. Raises BadSettings, and sets nothing, when a part of it cannot be."""
    if told.version != FORMAT_VERSION:
        raise BadSettings(
            f"This log is of version {told.version}; this Counterbell reads version {FORMAT_VERSION}. "
            "Import it with a Counterbell that reads it."
        )
    if told.currency not in currencies():
        raise BadSettings(f"There is no currency {told.currency!r}. Give its ISO 4217 code, such as EUR.")
    try:
        zone(told.timezone)
        read_schedules(told.hours or [])
    except (UnknownTimeZone, BadOpeningHours) as problem:
        raise BadSettings(str(problem)) from None
    values = {
        "timezone": told.timezone,
        "currency": told.currency,
        "week_starts": told.week_starts,
        "conversion_days": told.conversion_days,
        "hours": msgspec.json.decode(msgspec.json.encode(told.hours)),
    }
    differing = {name for name, value in values.items() if getattr(shop, name) != value}
    if not differing and shop.told:
        return Changed(any=False, facts=False)
    for name, value in values.items():
        setattr(shop, name, value)
    shop.told = True
    shop.save(update_fields=[*values, "told"])
    return Changed(any=True, facts=bool(differing & {"timezone", "hours", "conversion_days"}))
