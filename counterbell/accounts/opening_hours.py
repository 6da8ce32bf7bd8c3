"""Opening hours as a shop gives them, checked and brought into one form; and the shop's time zone by its name.

What is allowed is defined in docs/log_format.md. Every refusal names the schedule, the weekday and the range.
"""

import re
import zoneinfo
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from counterbell.errors import Problem

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_FIELDS = ("from", "until", "week", "holidays")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


class BadOpeningHours(Problem):
    """Opening hours that cannot be; the sentence names the place and says what to do."""


class UnknownTimeZone(Problem):
    """A name that is no time zone; the sentence proposes the nearest one."""


class Range(NamedTuple):
    """Open from `opens` until before `closes`, in minutes of the local clock: 1440 is the end of the day."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Schedule:
    """The opening hours of one season: from `from_day` until before `until_day`; None is without limit."""

    from_day: date | None
    until_day: date | None
    week: tuple[tuple[Range, ...], ...]
    """Of each weekday, Monday first, its ranges in their order."""
    holidays: frozenset[date]
    """Days of this season on which the shop is closed."""


def read_schedules(hours: Iterable[msgspec.Struct | Mapping[str, object]]) -> tuple[Schedule, ...]:
    """The schedules in the order of their seasons, from log entries or the same as plain JSON.

    A day that no schedule covers is closed. Raises BadOpeningHours.
    """
    seasons = msgspec.to_builtins(list(hours), str_keys=True)
    numbered = [(number, _schedule(season, f"schedule {number}")) for number, season in enumerate(seasons, start=1)]
    numbered.sort(key=lambda each: each[1].from_day or date.min)
    for earlier, later in pairwise(numbered):
        _refuse_overlapping_schedules(earlier, later)
    return tuple(schedule for _, schedule in numbered)


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises UnknownTimeZone."""
    if name in _zone_names():
        return ZoneInfo(name)
    raise UnknownTimeZone(
        f"There is no time zone {name!r}.{_did_you_mean(_nearest_zone(name))} Give an IANA name such as Europe/Paris."
    )


def _schedule(season: Any, where: str) -> Schedule:
    if not isinstance(season, dict):
        raise _bad(where, f"{season!r} is no schedule. Give an object with `week`, such as {_example()}.")
    _refuse_unknown(season, _FIELDS, "field", where)
    if not isinstance(season.get("week"), dict):
        raise _bad(where, f"it has no `week`. Give the ranges of its weekdays, such as {_example()}.")
    schedule = Schedule(
        from_day=_limit(season.get("from"), f"{where}, from"),
        until_day=_limit(season.get("until"), f"{where}, until"),
        week=_week(season["week"], where),
        holidays=_holidays(season.get("holidays"), f"{where}, holidays"),
    )
    if schedule.from_day and schedule.until_day and schedule.from_day >= schedule.until_day:
        raise _bad(
            where,
            f"it holds from {schedule.from_day} until before {schedule.until_day}, which is no day at all."
            " Let `until` be later than `from`.",
        )
    return schedule


def _week(week: dict[str, Any], where: str) -> tuple[tuple[Range, ...], ...]:
    _refuse_unknown(week, WEEKDAYS, "weekday", where)
    return tuple(_ranges(week.get(weekday, []), f"{where}, {weekday}") for weekday in WEEKDAYS)


def _ranges(ranges: Any, where: str) -> tuple[Range, ...]:
    if not isinstance(ranges, list | tuple):
        raise _bad(where, f"{ranges!r} is no list of ranges. Write it as {_EXAMPLE_RANGES}.")
    ordered = sorted(_range(each, where) for each in ranges)
    for earlier, later in pairwise(ordered):
        if later.opens < earlier.closes:
            raise _bad(where, f"{_in_words(earlier)} and {_in_words(later)} overlap. Join them or move one.")
    return tuple(ordered)


def _range(pair: Any, where: str) -> Range:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise _bad(where, f"{pair!r} is no range. Write the two times [from, until], as in {_EXAMPLE_RANGES}.")
    if pair[0] == "24:00":
        raise _bad(where, "24:00 can only be the end of a range. Begin at 00:00 of the next weekday instead.")
    opens = _minute(pair[0], where)
    closes = 24 * 60 if pair[1] == "24:00" else _minute(pair[1], where)
    if closes <= opens:
        raise _bad(
            where,
            f"the range {pair[0]}-{pair[1]} does not end after it begins. Give the earlier time first;"
            " past midnight, end at 24:00 and go on at 00:00 of the next weekday.",
        )
    return Range(opens, closes)


def _minute(time: Any, where: str) -> int:
    if not isinstance(time, str) or not _TIME.fullmatch(time):
        raise _bad(where, f"{time!r} is no time. Write times as HH:MM, from 00:00 to 23:59, or 24:00 as an end.")
    return int(time[:2]) * 60 + int(time[3:])


def _limit(day: Any, where: str) -> date | None:
    return None if day is None else _day(day, where)


def _holidays(days: Any, where: str) -> frozenset[date]:
    if not isinstance(days, list | tuple | None):
        raise _bad(where, f"{days!r} is no list of days. Write it as [2025-12-25, 2025-12-26].")
    return frozenset(_day(day, where) for day in days or [])


def _day(day: Any, where: str) -> date:
    try:
        if isinstance(day, str) and _DAY.fullmatch(day):
            return date.fromisoformat(day)
    except ValueError:
        pass
    raise _bad(where, f"{day!r} is no day of the calendar. Write days as YYYY-MM-DD, such as 2025-12-25.")


def _refuse_unknown(given: dict[str, Any], known: tuple[str, ...], kind: str, where: str) -> None:
    for name in given:
        if name not in known:
            nearest = get_close_matches(name.lower(), known, n=1, cutoff=0.5)
            raise _bad(where, f"there is no {kind} {name!r}.{_did_you_mean(nearest)} There are {', '.join(known)}.")


def _refuse_overlapping_schedules(earlier: tuple[int, Schedule], later: tuple[int, Schedule]) -> None:
    until_day, from_day = earlier[1].until_day, later[1].from_day
    if until_day and from_day and until_day <= from_day:
        return
    raise BadOpeningHours(
        f"Opening hours: schedule {earlier[0]} ({_season(earlier[1])}) and schedule {later[0]} ({_season(later[1])})"
        " overlap. Set `from` and `until` so that one ends where the next one begins."
    )


def _season(schedule: Schedule) -> str:
    if schedule.from_day is None and schedule.until_day is None:
        return "always"
    limits = (("from", schedule.from_day), ("until", schedule.until_day))
    return " ".join(f"{word} {day}" for word, day in limits if day)


def _bad(where: str, sentence: str) -> BadOpeningHours:
    return BadOpeningHours(f"Opening hours, {where}: {sentence}")


_EXAMPLE_RANGES = '[["09:00", "12:30"], ["13:30", "18:00"]]'


def _example() -> str:
    return f'{{"week": {{"mon": {_EXAMPLE_RANGES}}}}}'


def clock_time(minutes: int) -> str:
    """The minutes since midnight as a clock shows them: 09:30, and 24:00 at the end of the day."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _in_words(hours: Range) -> str:
    return f"{clock_time(hours.opens)}-{clock_time(hours.closes)}"


def _did_you_mean(nearest: list[str]) -> str:
    return f" Did you mean {nearest[0]}?" if nearest else ""


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"localtime"})  # that one is the machine's own


def _nearest_zone(name: str) -> list[str]:
    # Etc/GMT+2 is two hours behind UTC: nobody who misspelt a zone means that
    wanted = name.strip().lower().replace(" ", "_")
    names = {each.lower(): each for each in sorted(_zone_names()) if not each.startswith("Etc/")}
    cities = {each.rpartition("/")[2]: full for each, full in names.items()}
    if wanted in cities:
        return [cities[wanted]]
    return [names[each] for each in get_close_matches(wanted, names, n=1)]
