"""Shops with goals: tickets, replies, closes and ratings, many a day, told in few words. Times are UTC, in 2025."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from record.cast import agent, assignment, customer, message, rating, status, survey, ticket
from record.records import SHOP, shop_with, take_in

from counterbell.accounts.models import Shop

Line = dict[str, Any]


def at(told: str) -> datetime:
    """An instant of 2025: "03-12 09:00"."""
    day, _, clock = told.partition(" ")
    return datetime.fromisoformat(f"2025-{day}T{clock or '00:00'}:00+00:00").astimezone(UTC)


def brief(when: datetime) -> str:
    return f"{when:%m-%d %H:%M}"


PEOPLE = [
    agent("ann", name="Ann", team="care"),
    agent("ben", name="Ben", team="returns"),
    customer("kim", email="kim@example.com"),
]


def annas_shop(*histories: list[Line]) -> Shop:
    """A new shop in which Ann (care) and Ben (returns) answer."""
    return shop_with([SHOP, *PEOPLE, *(line for lines in histories for line in lines)])


def more(shop: Shop, *histories: list[Line]) -> None:
    """More of its history."""
    take_in(shop, [line for lines in histories for line in lines])


def settled(
    name: str, when: str, *, hours: float = 1.0, by: str = "ann", replies: int = 1, score: int | None = None
) -> list[Line]:
    """A ticket that was answered and closed after so many hours, and rated at once if a score is told."""
    begun = at(when)
    ends = brief(begun + timedelta(hours=hours))
    lines = [ticket(name, when), message(f"{name}-0", name, when), assignment(name, when, by)]
    for reply in range(1, replies + 1):
        after = brief(begun + timedelta(hours=hours) - timedelta(minutes=2 * (replies - reply) + 1))
        lines.append(message(f"{name}-{reply}", name, after, "agent", agent=by))
        if reply < replies:
            again = brief(begun + timedelta(hours=hours) - timedelta(minutes=2 * (replies - reply)))
            lines.append(message(f"{name}-{reply}k", name, again))
    lines.append(status(name, ends, by="agent", agent=by))
    if score:
        lines += [survey(f"{name}-s", name, ends), rating(f"{name}-s", ends, score)]
    return lines


def open_ticket(name: str, when: str, *, by: str | None = None) -> list[Line]:
    """A ticket that nobody has answered."""
    lines = [ticket(name, when), message(f"{name}-0", name, when)]
    return [*lines, assignment(name, when, by)] if by else lines


def daily(first: str, days: int, a_day: int, **told: Any) -> Iterator[Line]:
    """So many settled tickets on each of these days, from nine o'clock on."""
    for day in range(days):
        for number in range(a_day):
            when = at(first) + timedelta(days=day, hours=9, minutes=5 * number)
            yield from settled(f"{brief(when)}-{number}", brief(when), **told)
