"""Who answers the customers of the demo shop: eight colleagues in three teams, their days off and their ways."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random

from counterbell.record.entries import Agent

from .chance import Urn
from .opening import ZONE, days_between
from .season import Season

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
TUESDAY_TO_SATURDAY = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Colleague:
    """An agent: `pace` multiplies the usual waits, `warmth` lifts (or lowers) how content customers are."""

    id: str
    name: str
    team: str
    languages: tuple[str, ...]
    pace: float
    warmth: float
    workdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    share: float = 1.0
    female: bool = True
    started_after: float = 0.0
    """Part of the year that was over when this colleague joined."""

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    def entry(self) -> Agent:
        return Agent(id=self.id, name=self.name, email=f"{self.id}@maison-lilas.example", team=self.team)


COLLEAGUES = (
    Colleague("elodie", "Élodie Marchand", "Accueil", ("fr", "en"), 0.85, 0.45, share=0.45),
    Colleague("camille", "Camille Besson", "Accueil", ("fr",), 0.65, 0.1, share=1.3),
    Colleague("lucas", "Lucas Ferrand", "Accueil", ("fr", "en"), 1.0, -0.05, TUESDAY_TO_SATURDAY, female=False),
    Colleague("manon", "Manon Joly", "Accueil", ("fr", "en"), 1.3, 0.2, TUESDAY_TO_SATURDAY, 0.8, started_after=0.5),
    Colleague("nadia", "Nadia Cherif", "Retours", ("fr",), 0.75, 0.6, share=1.2),
    Colleague("thomas", "Thomas Guérin", "Retours", ("fr", "en"), 1.6, -0.6, share=0.9, female=False),
    Colleague("ayu", "Ayu Lestari", "International", ("id", "en"), 0.9, 0.5),
    Colleague("oliver", "Oliver Hayes", "International", ("en",), 1.2, -0.1, TUESDAY_TO_SATURDAY, female=False),
)

ILL_IN_THE_STRIKE = ("camille", "oliver")
RETURNS_TOPICS = ("money", "faulty")
TRANSLATED_TO = "en"
"""Whoever reads this can help out with a translator where nobody speaks the customer's language."""
CARRIED_OVER = 0.7
"""How much of a day's work still weighs on the next one."""
WORST_LOAD = 3.0
PRESSURE_GROWS = 2.6
"""Waits grow faster than the load: this is the power of it that they grow with."""


class Staff:
    """Who is at work on which day, and how much there is to do for each of them."""

    lead = COLLEAGUES[0]

    def __init__(self, season: Season, dice: Random) -> None:
        self._season = season
        self._joined = {one.id: season.days[int(len(season.days) * one.started_after)] for one in COLLEAGUES}
        self._off = {one.id: _days_off(season.days, dice) for one in COLLEAGUES}
        for colleague in ILL_IN_THE_STRIKE:
            self._off[colleague].update(days_between(*season.strike))
        self._rosters: dict[tuple[date, str, str], Urn[Colleague]] = {}

    def at_work(self, day: date) -> list[Colleague]:
        """Those who work on this date; if nobody does, the lead looks after the shop."""
        return [one for one in COLLEAGUES if self._works(one, day)] or [self.lead]

    def pick(self, at: datetime, language: str, group: str, dice: Random) -> Colleague:
        """Somebody who is at work then, rather one of the team that the question is for."""
        day = at.astimezone(ZONE).date()
        roster = self._rosters.get((day, language, group))
        if roster is None:
            roster = self._rosters[day, language, group] = self._roster(day, language, group)
        return roster.draw(dice)

    def is_at_work(self, colleague: Colleague, at: datetime) -> bool:
        return self._works(colleague, at.astimezone(ZONE).date())

    def pressure(self, day: date) -> float:
        """How long waits are on this date, against the year's middle: work of the last days over hands."""
        return self._pressures.get(day, 1.0)

    @cached_property
    def _pressures(self) -> dict[date, float]:
        loads = {}
        work = hands = 0.0
        for day in self._season.days:
            work = CARRIED_OVER * work + self._season.tickets(day)
            hands = CARRIED_OVER * hands + (sum(one.share for one in self.at_work(day)) if day.weekday() < 6 else 0.0)
            loads[day] = work / max(hands, 1.0)
        usual = sorted(loads.values())[len(loads) // 2]
        return {day: min(load / usual, WORST_LOAD) ** PRESSURE_GROWS for day, load in loads.items()}

    def _works(self, colleague: Colleague, day: date) -> bool:
        return (
            day.weekday() in colleague.workdays
            and day >= self._joined[colleague.id]
            and day not in self._off[colleague.id]
        )

    def _roster(self, day: date, language: str, group: str) -> Urn[Colleague]:
        present = self.at_work(day)
        speakers = [one for one in present if language in one.languages]
        if not speakers:
            speakers = [one for one in present if TRANSLATED_TO in one.languages] or present
        return Urn({one: one.share * _fit(one, language, group) for one in speakers})


def _fit(colleague: Colleague, language: str, group: str) -> float:
    returns = 3.0 if (colleague.team == "Retours") == (group in RETURNS_TOPICS) else 1.0
    return returns * (3.0 if colleague.languages[0] == language else 1.0)


def _days_off(days: list[date], dice: Random) -> set[date]:
    """Two weeks in summer, a week in winter and a handful of single days."""
    off = set(dice.sample(days, 5))
    for year in {day.year: None for day in days}:
        summer = date(year, 7, 6) + timedelta(weeks=dice.randrange(7))
        winter = date(year, 2, 9) + timedelta(weeks=dice.randrange(4))
        off.update(days_between(summer, summer + timedelta(days=13)))
        off.update(days_between(winter, winter + timedelta(days=6)))
    return off
