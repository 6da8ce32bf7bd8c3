"""What a shop sets, and what follows when it changes."""

from dataclasses import dataclass

import msgspec

from counterbell.accounts.models import Shop
from counterbell.accounts.opening_hours import BadOpeningHours, UnknownTimeZone, read_schedules, zone
from counterbell.errors import Problem

from .entries import Shop as Told

FORMAT_VERSION = 1
"""The version of the log format that this program reads and writes."""


class BadSettings(Problem):
    """A setting that cannot be; the sentence says which."""


@dataclass(frozen=True)
class Changed:
    """Whether anything changed, and whether facts depend on it."""

    any: bool
    facts: bool


def replace(shop: Shop, told: Told) -> Changed:
    """Set what `told` says. Raises BadSettings, and sets nothing, when a part of it cannot be."""
    if told.version > FORMAT_VERSION:
        raise BadSettings(
            f"This log is of version {told.version}; this Counterbell reads version {FORMAT_VERSION}. "
            "Import it with a newer Counterbell."
        )
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
        "hours": msgspec.to_builtins(told.hours),
    }
    differing = {name for name, value in values.items() if getattr(shop, name) != value}
    if not differing and shop.told:
        return Changed(any=False, facts=False)
    for name, value in values.items():
        setattr(shop, name, value)
    shop.told = True
    shop.save()
    return Changed(any=True, facts=bool(differing & {"timezone", "hours", "conversion_days"}))
