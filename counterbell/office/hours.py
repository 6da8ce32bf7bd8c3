"""Opening hours as people write them in a form, and as the record keeps them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from counterbell.accounts.opening_hours import WEEKDAYS, clock_time
from counterbell.errors import Problem
from counterbell.formats import day, weekday

RANGE = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2})?)?\s*(?:-|–|—|à|to|s/d|until)\s*(\d{1,2})(?:[:.h](\d{2})?)?", re.IGNORECASE
)
"""9-12:30, 09:00–18:00, 9h30 à 12h: the hours and minutes of the two ends."""

Minutes = tuple[int, int]


class BadHours(Problem):
    """Opening hours that cannot be; the sentence names the day and says what to do."""


@dataclass
class Season:
    """The opening hours of a stretch of days as texts of a form; without its limits it holds always."""

    from_day: str = ""
    until_day: str = ""
    week: dict[str, str] = field(default_factory=dict)
    """by weekday, such as "09:00-12:30, 13:30-18:00"; empty: closed"""

    @property
    def days(self) -> list[tuple[str, str, str]]:
        """Each weekday with its name and its text."""
        return [(name, weekday(number), self.week.get(name, "")) for number, name in enumerate(WEEKDAYS)]

    @property
    def empty(self) -> bool:
        """Whether nothing at all was written."""
        return not (self.from_day or self.until_day or any(self.week.values()))


def seasons_of(hours: list[dict[str, Any]] | None) -> tuple[list[Season], list[date]]:
    """What the shop has set, as texts, and all its holidays."""
    seasons, holidays = [], set()
    for told in hours or []:
        week = {name: ", ".join("–".join(times) for times in ranges) for name, ranges in told["week"].items()}
        seasons.append(Season(told.get("from") or "", told.get("until") or "", week))
        holidays |= {date.fromisoformat(told_day) for told_day in told.get("holidays", [])}
    return seasons, sorted(holidays)


def seasons_in(form: Mapping[str, str]) -> list[Season]:
    """The seasons that a form was filled with: `from-0`, `until-0`, `mon-0` ... and so on; empty ones are left out."""
    numbers = sorted({int(name[5:]) for name in form if re.fullmatch(r"from-\d{1,3}", name)})
    told = [
        Season(
            form.get(f"from-{number}", "").strip(),
            form.get(f"until-{number}", "").strip(),
            {name: form.get(f"{name}-{number}", "").strip() for name in WEEKDAYS},
        )
        for number in numbers
    ]
    return [season for season in told if not season.empty]


def told_by(seasons: list[Season], holidays: list[date]) -> list[dict[str, Any]] | None:
    """The opening hours as the log format has them; None where nothing is set. Raises BadHours."""
    told = [_told(season, number) for number, season in enumerate(seasons, 1)]
    _refuse_overlapping(told)
    for season in told:
        season["holidays"] = [str(one) for one in sorted(set(holidays)) if _holds(season, one)]
    return told or None


def _told(season: Season, number: int) -> dict[str, Any]:
    first, end = _day(season.from_day), _day(season.until_day)
    if first and end and first >= end:
        raise BadHours(
            _("Schedule %(number)s holds from %(first)s until before %(end)s, which is no day. Let it end later.")
            % {"number": number, "first": day(first), "end": day(end)}
        )
    week = {name: ranges_in(season.week.get(name, ""), name) for name in WEEKDAYS}
    limits = {"from": first and str(first), "until": end and str(end)}
    return {"week": {name: ranges for name, ranges in week.items() if ranges}} | {k: v for k, v in limits.items() if v}


def ranges_in(text: str, name: str) -> list[tuple[str, str]]:
    """The ranges of a weekday, in their order. Raises BadHours for one that is none, is inverted, or overlaps."""
    ranges = sorted(_range(piece.strip(), name) for piece in re.split(r"[,;+]", text) if piece.strip())
    for earlier, later in pairwise(ranges):
        if later[0] < earlier[1]:
            told = {"day": _named(name), "one": _written(earlier), "other": _written(later)}
            raise BadHours(_("%(day)s: %(one)s and %(other)s overlap. Join them or move one.") % told)
    return [(clock_time(opens), clock_time(closes)) for opens, closes in ranges]


def _range(text: str, name: str) -> Minutes:
    told = {"day": _named(name), "range": text}
    found = RANGE.fullmatch(text)
    if found is None:
        raise BadHours(_("%(day)s: “%(range)s” is no range of hours. Write it like 09:00-12:30.") % told)
    hour, minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    opens, closes = hour * 60 + minute, end_hour * 60 + end_minute
    if max(minute, end_minute) > 59 or closes > 24 * 60:
        raise BadHours(_("%(day)s: “%(range)s” has a time that no clock shows.") % told)
    if opens >= closes:
        raise BadHours(
            _(
                "%(day)s: “%(range)s” ends before it begins. Give the earlier time first; past midnight, end at 24:00 "
                "and go on at 00:00 of the next day."
            )
            % told
        )
    return opens, closes


def _refuse_overlapping(told: list[dict[str, Any]]) -> None:
    numbered = sorted(enumerate(told, 1), key=lambda one: one[1].get("from", ""))
    for (one, earlier), (other, later) in pairwise(numbered):
        if not ("until" in earlier and "from" in later and earlier["until"] <= later["from"]):
            raise BadHours(
                _("Schedules %(one)s and %(other)s overlap. Let one end on the day on which the next one begins.")
                % {"one": one, "other": other}
            )


def _holds(season: dict[str, Any], when: date) -> bool:
    return bool(season.get("from", "") <= str(when) < season.get("until", "9999-12-31"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadHours(_("“%(day)s” is no day. Write it like 2025-12-25.") % {"day": text}) from None


def day_in(text: str) -> date | None:
    """The day that was written, if any. Raises BadHours."""
    return _day(text.strip())


def _named(name: str) -> str:
    return weekday(WEEKDAYS.index(name))


def _written(minutes: Minutes) -> str:
    return f"{clock_time(minutes[0])}–{clock_time(minutes[1])}"


def in_words(hours: list[dict[str, Any]] | None) -> str:
    """The opening hours in one line that needs no translation, for the audit log."""
    return " | ".join(map(_season_in_words, hours or []))


def _season_in_words(told: dict[str, Any]) -> str:
    limits = " ".join(f"{sign}{told[key]}" for sign, key in (("≥", "from"), ("<", "until")) if told.get(key))
    week = "; ".join(
        f"{name} {','.join('–'.join(times) for times in told['week'][name])}"
        for name in WEEKDAYS
        if told["week"].get(name)
    )
    return ", ".join(part for part in (limits, week, f"† {len(told.get('holidays', []))}") if part)
