"""Freshdesk's business hours, one range a weekday, as opening hours of the shop."""

import re
from typing import Any

from counterbell.accounts.opening_hours import clock_time
from counterbell.record.entries import Hours, Shop, Weekday

from ._rails_zones import zone_of
from ._stream import VendorObject
from ._values import NotReadable, present

WEEK: dict[str, Weekday] = {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun",
}  # fmt: skip
NAMES = (("start_time", "end_time"), ("beginning_of_workday", "end_of_workday"))
DAY = 24 * 60


def of_business_hours(told: VendorObject, currency: str) -> Shop:
    """The shop's settings with the zone and the opening hours of a calendar."""
    zone = zone_of(str(present(told, "time_zone")))
    return Shop(timezone=zone, currency=currency.strip().upper(), hours=[Hours(week=_week(told))])


def _week(told: VendorObject) -> dict[Weekday, list[tuple[str, str]]]:
    days: dict[str, Any] = present(told, "business_hours")
    return {WEEK[name]: [_range(days[name], name)] for name in WEEK if days.get(name)}


def _range(day: VendorObject, name: str) -> tuple[str, str]:
    first, last = next((pair for pair in NAMES if pair[0] in day), NAMES[0])
    opens, closes = _minutes(present(day, first), name), _minutes(present(day, last), name)
    if closes in (0, DAY - 1):  # 11:59 pm is how the end of a day is written
        closes = DAY
    if opens >= closes:
        raise NotReadable(f"The hours of {name} end before they begin.", "business_hours")
    return clock_time(opens), clock_time(closes)


def _minutes(told: object, name: str) -> int:
    """The minute of the day of "8:00 am" or "08:00"."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*([ap])?\.?m?\.?", str(told).strip().lower())
    if not found:
        raise NotReadable(f"{told!r} on {name} is no time of a day.", "business_hours")
    hours, minutes = int(found[1]), int(found[2])
    if found[3]:
        hours = hours % 12 + (12 if found[3] == "p" else 0)
    if hours > 24 or minutes > 59 or hours * 60 + minutes > DAY:
        raise NotReadable(f"{told!r} on {name} is no time of a day.", "business_hours")
    return hours * 60 + minutes
