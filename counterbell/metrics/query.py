"""The one way from facts to numbers: metric x period x grain x dimension x filters x comparison x as-of -> figures.

Screen, CSV, API and command line all ask here. All metrics that share a fact, an anchor and a base are counted in one
pass over it, for the period and the one just before it together. What was found is kept until the facts change.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from counterbell.accounts.models import Shop
from counterbell.errors import Problem, did_you_mean
from counterbell.facts import catalog
from counterbell.record.dirty import DAY_US
from counterbell.record.entries import instant

from . import metric
from ._counting import TOTAL, TOTAL_BEFORE, Conditions, Counting, Found, Slice
from ._facts import Facts, with_facts
from ._metric import Counted, Values
from .periods import Bucket, Period

Comparison = Literal["previous", "year"]

DIMENSIONS = (
    "channel", "store", "agent", "team", "tag", "intent", "language", "country", "priority", "direction"
)  # fmt: skip


class UnknownDimension(Problem):
    """There is no dimension of that name."""


@dataclass(frozen=True)
class Condition:
    """A filter: the dimension has (or, negated, has not) one of the values; null is having none.

    With `every`, which only tags can fulfil, it has all of them.
    """

    dimension: str
    values: tuple[str | None, ...]
    negated: bool = False
    every: bool = False

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read `channel=email,chat` (one of them), `tag!=vip` (none of them), `tag&=vip,late` (all of them) or
        `agent=` (nobody). Raises UnknownDimension or Problem.
        """
        sign = _SIGN.search(text)
        if not sign:
            raise Problem(f"The filter {text!r} has no '='. Write it like channel=email or tag!=vip.")
        name = dimension(text[: sign.start()].strip())
        parts = tuple(value.strip() or None for value in text[sign.end() :].split(","))
        if sign[0] == "&=" and (name != "tag" or None in parts):
            raise Problem(
                f"The filter {text!r} asks for all of several values, which only tags can be. "
                "Write it like tag&=vip,late, or with '=' for one of them."
            )
        return cls(name, parts, negated=sign[0] == "!=", every=sign[0] == "&=")


_SIGN = re.compile("[!&]?=")


@dataclass(frozen=True)
class Question:
    """What is asked of a shop. `as_of` null is now; `quantiles` costs most, so it is asked only where it is shown."""

    period: Period
    metrics: tuple[str, ...]
    by: str | None = None
    where: tuple[Condition, ...] = ()
    as_of: datetime | None = None
    quantiles: bool = True


@dataclass(frozen=True)
class Answered:
    """The figures of one bucket, in all and (when asked by a dimension) by its values."""

    bucket: Bucket
    metrics: dict[str, Any]
    by: dict[str | None, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The figures of a question by bucket and in all, as of when they hold, and those of the period compared with."""

    as_of: datetime
    period: Period
    buckets: list[Answered]
    total: Answered
    before: "Answer | None" = None


def dimension(name: str) -> str:
    """The dimension of that name. Raises UnknownDimension with the nearest name there is."""
    if name not in DIMENSIONS:
        raise UnknownDimension(
            f"There is no dimension {name!r}.{did_you_mean(name, DIMENSIONS)} There are: {', '.join(DIMENSIONS)}."
        )
    return name


def ask(shop: Shop, question: Question, compare: Comparison | None = None) -> Answer:
    """Answer a question about a shop from facts that are up to date.

    Compared with the previous period (the one of the same length just before), both are counted together.
    """
    return answer(shop, {key: metric(key) for key in question.metrics}, question, compare)


def answer(shop: Shop, counted: Mapping[str, Counted], question: Question, compare: Comparison | None = None) -> Answer:
    """The same of anything that can be counted, by the key under which its figures are wanted."""
    return with_facts(shop, question.as_of, lambda facts: _answered(facts, counted, question, compare))


def _answered(facts: Facts, counted: Mapping[str, Counted], question: Question, compare: Comparison | None) -> Answer:
    def answers(period: Period) -> dict[int, Answer]:
        return _Answering(Counting(counted, period, facts.months, facts.as_of_us, facts.window_us), question).answers()

    if compare == "previous":
        found = answers(question.period.joined_to_previous())
        return replace(found[TOTAL], before=found[TOTAL_BEFORE])
    before = answers(question.period.year_before())[TOTAL] if compare == "year" else None
    return replace(answers(question.period)[TOTAL], before=before)


def statements_of(key: str, period: Period) -> list[str]:
    """The SQL that counts a metric, for people to read."""
    anywhere = catalog.Month(Path("facts"), 0, period.end_us, 1)
    counting = Counting({key: metric(key)}, period, [anywhere], period.end_us, window_us=5 * DAY_US)
    counting.dry = True
    counting.count(None, Conditions(()), quantiles=True)
    return [sql.text for sql in counting.asked]


class _Answering:
    """Values on their way to figures."""

    def __init__(self, counting: Counting, question: Question) -> None:
        self.counting, self.question = counting, question

    def answers(self) -> dict[int, Answer]:
        """The answer of each segment of the period, by the place of its total: counted in all, then by slices."""
        conditions, quantiles = Conditions(self.question.where), self.question.quantiles
        self.whole = self.counting.count(None, conditions, quantiles=quantiles)
        self.sliced: Found = {}
        if self.question.by:
            self.sliced = self.counting.count(self.question.by, conditions, quantiles=quantiles)
        values = {value for key, of_part in self.sliced.items() if self._is_sliced(*key) for _, value in of_part}
        self.values = sorted(values, key=lambda value: (value is None, value))
        return {total: self._answer(total, places) for total, places in self.counting.segments.items()}

    def _is_sliced(self, key: str, name: str) -> bool:
        part = self.counting.parts[key].get(name)
        return part is None or part.sliced

    def _answer(self, total: int, places: range) -> Answer:
        period = self.counting.period.segment(places)
        all_of_it = period.whole().buckets[0]
        return Answer(
            instant(self.counting.as_of_us),
            period,
            [self._answered(place, self.counting.period.buckets[place]) for place in places],
            self._answered(total, all_of_it),
        )

    def _answered(self, place: int, bucket: Bucket) -> Answered:
        by = {value: self._shaped(self.sliced, (place, value)) for value in self.values}
        return Answered(bucket, self._shaped(self.whole, (place, None)), by)

    def _shaped(self, found: Found, of: Slice) -> dict[str, Any]:
        shaped: dict[str, Any] = {}
        future = {"future": self.counting.now_of(of[0]) is None}
        for key, one in self.counting.metrics.items():
            for name, value in one.shape(
                self._values(found, key, one, of, future), quantiles=self.question.quantiles
            ).items():
                shaped.setdefault(name.replace("{key}", key), value)
        return shaped

    def _values(self, found: Found, key: str, one: Counted, of: Slice, future: dict[str, bool]) -> dict[str, Values]:
        """What was found for the parts of a metric; what no dimension slices is the same for all slices."""
        values: dict[str, Values] = {
            name: found.get((key, name), {}).get(of if part.sliced else (of[0], None), {})
            for name, part in self.counting.parts[key].items()
        }
        if one.level:
            moments: Iterable[str] = one.moments  # type: ignore[attr-defined]
            values |= {name: {**found.get((key, name), {}).get(of, {}), **future} for name in moments}
        return values
