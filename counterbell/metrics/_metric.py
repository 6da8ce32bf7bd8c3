"""What a metric is made of. A metric is one file here with a `metric` in it; being there is being registered.

A metric says which fact it counts, at which anchor, and with which aggregates. Periods, dimensions, filters and
comparisons are the query's business (`query.py`).
"""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Values = Mapping[str, Any]
"""What the query found for one bucket: aggregate by name; a split part's name gives a dict by the split's values."""

THIN = 10
"""A figure over fewer rows than this is marked as thin."""

Direction = Literal["lower", "higher", "neither"]
Unit = Literal["tickets", "seconds", "rating", "share", "messages", "days"]


@dataclass(frozen=True)
class Part:
    """Aggregates over one fact, each row counted in the bucket in which its anchor falls.

    `aggregates` and `quantiled` name SQL over the fact's columns: an aggregate, or a column of microseconds of which
    median and p90 are wanted. `split` gives each value of a column its own aggregates.
    """

    fact: Literal["tickets", "responses", "spells", "ratings", "conversions"]
    anchor: str
    aggregates: Mapping[str, str]
    quantiled: Mapping[str, str] = field(default_factory=dict)
    base: str = "true"
    split: str | None = None
    slices: str = ""
    sliced: bool = True

    @property
    def identity(self) -> Hashable:
        """What makes it another part than another one."""
        return (
            self.fact, self.anchor, self.base, self.split, self.slices, self.sliced,
            tuple(self.aggregates.items()), tuple(self.quantiled.items()),
        )  # fmt: skip

    @property
    def day(self) -> str:
        """The column with the local day of the anchor."""
        return f"{self.anchor}_day"

    @property
    def moment(self) -> str:
        """The column with the instant of the anchor."""
        return self.anchor if self.anchor in ("since", "until") else f"{self.anchor}_at"

    def column(self, dimension: str) -> str:
        """The column by which the dimension slices this part; tags are a list."""
        if dimension in ("agent", "team", "tag", "intent", "priority"):
            name = "tags" if dimension == "tag" else dimension
            return _SLICES.get((self.fact, self.slices or self.anchor), {}).get(name, name)
        return dimension


_SLICES = {
    ("tickets", anchor): {name: f"{anchor}_{name}" for name in ("agent", "team", "tags", "intent", "priority")}
    for anchor in ("created", "first_response", "first_response_any", "closed")
} | {
    ("tickets", "conversion"): {
        "agent": "conversion_agent", "team": "conversion_team", "tags": "created_tags", "intent": "created_intent",
        "priority": "created_priority",
    },
    ("ratings", "sent"): {name: f"sent_{name}" for name in ("tags", "intent", "priority")},
    ("spells", "until"): {name: f"closed_{name}" for name in ("agent", "team", "tags", "intent", "priority")},
}  # fmt: skip

COUNTED = "left_out is null"

NOT_COUNTED = "Tickets that are spam, deleted or merged away (the report says how many)."
UNKNOWN_STATUSES = (
    "Tickets that are spam, deleted or merged away (the report says how many), and tickets of which not all changes of "
    "status are known (`partly_known` says how many)."
)
UNKNOWN_MESSAGES = (
    "Tickets that are spam, deleted or merged away (the report says how many), and tickets of which the messages are "
    "not known (`partly_known` says how many)."
)


@dataclass(frozen=True)
class Example:
    """A small history (see docs/examples.md for its words) and what the metric says of it."""

    log: str
    value: Any


class Counted:
    """What the query can count: parts, and the figures they are shaped to."""

    level: ClassVar[bool] = False
    """Whether it looks at the ends of buckets; then it has `moments` too."""

    @property
    def parts(self) -> Mapping[str, Part]:
        """The parts to be counted, by a name of their own."""
        raise NotImplementedError

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        """The figures of a bucket as the report gives them, by key; `{key}` is the key under which it is asked for."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Metric(Counted):
    """A number of the contract: what it asks, how it is counted, and how it is shown."""

    title: str
    question: str
    better: Direction
    words: Mapping[str, str]
    example: Example
    unit: Unit
    excluded: str = NOT_COUNTED
    rows: Literal["tickets", "responses", "ratings", "orders", "open", "flow", "left_out"] = "tickets"
    rows_where: str = "true"

    @property
    def behind(self) -> Part | None:
        """The part whose rows (those of `rows_where`) stand behind the figure; null where they have no one anchor."""
        return next(iter(self.parts.values()), None)

    def averaged(self, *, business: bool = False) -> str | None:
        """SQL over the rows behind it whose average is the headline; null where that is no average."""
        return None

    def headline(self, shaped: Any) -> float | None:
        """The one number of the shaped value that stands for it."""
        return shaped  # type: ignore[no-any-return]

    def headed(self, shaped: Any, *, median: bool) -> float | None:
        """The number that stands for it in a shop that heads its durations with the mean, or with the median."""
        return self.headline(shaped)

    def sample(self, shaped: Any) -> int | None:
        """Over how many rows the headline was taken, where that matters."""
        return None

    def may_rise(self, shaped: Any) -> bool:
        """Whether the headline can still rise by what is yet to come of the rows that are there already."""
        return False


@dataclass(frozen=True, kw_only=True)
class Duration(Metric):
    """Time that passed: n, mean, median, p90 in seconds, by the calendar and (key + `_bh`) within opening hours.

    `unknown`: (anchor, SQL over the tickets) of those of which the source does not tell it.
    """

    fact: Literal["tickets", "responses"]
    anchor: str
    microseconds: str
    business_microseconds: str
    counts: str = "true"
    target_seconds: int | None = None
    unknown: tuple[str, str] | None = None
    unit: Unit = "seconds"

    @property
    def parts(self) -> Mapping[str, Part]:
        aggregates: dict[str, str] = {}
        quantiled: dict[str, str] = {}
        for name, column in (("", self.microseconds), ("_bh", self.business_microseconds)):
            chosen = f"case when {self.counts} then {column} end" if self.counts != "true" else column
            aggregates |= {f"n{name}": f"count({chosen})", f"sum{name}": f"sum({chosen})"}
            quantiled[f"quantiles{name}"] = chosen
            if self.target_seconds is not None:
                within = f"{chosen} <= {self.target_seconds * 1_000_000}"
                aggregates[f"within{name}"] = f"count(case when {within} then 1 end)"
        base = COUNTED if self.fact == "tickets" else "true"
        return {"": Part(self.fact, self.anchor, aggregates, quantiled, base), **self.unknown_parts}

    @property
    def unknown_parts(self) -> Mapping[str, Part]:
        """The part that counts what is left out, where something may be."""
        if self.unknown is None:
            return {}
        anchor, condition = self.unknown
        return {"unknown": Part("tickets", anchor, {"n": f"count(case when {condition} then 1 end)"}, base=COUNTED)}

    def column(self, *, business: bool) -> str:
        """The column with the microseconds, by the calendar or within opening hours."""
        return self.business_microseconds if business else self.microseconds

    def averaged(self, *, business: bool = False) -> str | None:
        return self.column(business=business)

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        unknown = self.partly_known(found)
        return {f"{{key}}{twin}": self.twin(found[""], twin, quantiles=quantiles) | unknown for twin in ("", "_bh")}

    def partly_known(self, found: Mapping[str, Values]) -> dict[str, int]:
        """How many tickets are left out since their source does not tell enough, where that may be."""
        return {} if self.unknown is None else {"partly_known": found["unknown"].get("n") or 0}

    def twin(self, values: Values, twin: str, *, quantiles: bool) -> dict[str, Any]:
        """The figures on one clock: by the calendar, or (`_bh`) within opening hours."""
        n = values.get(f"n{twin}") or 0
        shaped: dict[str, Any] = {"n": n, "mean": seconds(values.get(f"sum{twin}"), n)}
        if quantiles:
            median, p90 = values.get(f"quantiles{twin}") or (None, None)
            shaped |= {"median": seconds(median), "p90": seconds(p90)}
        if self.target_seconds is not None:
            within = values.get(f"within{twin}")
            shaped |= {"target": self.target_seconds, "within_target": share(within, n)}
        return shaped | {"thin": n < THIN}

    def headline(self, shaped: Any) -> float | None:
        return shaped["mean"]  # type: ignore[no-any-return]

    def headed(self, shaped: Any, *, median: bool) -> float | None:
        return shaped["median" if median else "mean"]  # type: ignore[no-any-return]

    def sample(self, shaped: Any) -> int | None:
        return shaped["n"]  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class Count(Metric):
    """How many rows of a fact there are; `unknown` (SQL) are those of which the source does not tell it."""

    fact: Literal["tickets", "responses"] = "tickets"
    anchor: str = "created"
    counts: str = "true"
    unknown: str | None = None
    unit: Unit = "tickets"

    @property
    def parts(self) -> Mapping[str, Part]:
        counted = "count(*)" if self.counts == "true" else f"count(case when {self.counts} then 1 end)"
        unknown = {"unknown": f"count(case when {self.unknown} then 1 end)"} if self.unknown else {}
        return {"": Part(self.fact, self.anchor, {"n": counted, **unknown}, base=COUNTED)}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        known = {"{key}_partly_known": found[""].get("unknown") or 0} if self.unknown else {}
        return {"{key}": found[""].get("n") or 0} | known


@dataclass(frozen=True, kw_only=True)
class Ratio(Metric):
    """Part of a whole, both counted over resolved tickets at their final close; `also` counts more of the whole.

    `known` (SQL): whether the source tells it of a ticket; the others are no part of the whole and counted apart.
    """

    part: str
    known: str
    also: Mapping[str, str] = field(default_factory=dict)
    anchor: str = "closed"
    unit: Unit = "share"

    @property
    def parts(self) -> Mapping[str, Part]:
        counted = {"whole": self.known, "unknown": f"not ({self.known})", "part": self.part, **self.also}
        aggregates = {name: f"count(case when {condition} then 1 end)" for name, condition in counted.items()}
        return {"": Part("tickets", self.anchor, aggregates, base=COUNTED)}

    def averaged(self, *, business: bool = False) -> str | None:
        return f"case when {self.known} then case when {self.part} then 1 else 0 end end"

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values = found[""]
        shaped = ratio(values.get("part"), values.get("whole"))
        shaped |= {name: values.get(name) or 0 for name in self.also}
        return {"{key}": shaped | {"thin": shaped["whole"] < THIN, "partly_known": values.get("unknown") or 0}}

    def headline(self, shaped: Any) -> float | None:
        return shaped["rate"]  # type: ignore[no-any-return]

    def sample(self, shaped: Any) -> int | None:
        return shaped["whole"]  # type: ignore[no-any-return]


def seconds(microseconds: float | None, n: int = 1) -> float | int | None:
    """Microseconds (a sum over n rows) as seconds a row; whole numbers stay whole, nothing stays null."""
    if microseconds is None or n == 0:
        return None
    mean = microseconds / (n * 1_000_000)
    return int(mean) if mean.is_integer() else mean


def share(part: float | None, whole: int | None) -> float | None:
    """Part of a whole; null of nothing."""
    return (part or 0) / whole if whole else None


def ratio(part: int | None, whole: int | None) -> dict[str, Any]:
    """Part, whole and rate."""
    return {"part": part or 0, "whole": whole or 0, "rate": share(part, whole)}


def wilson(part: int, n: int) -> list[float] | None:
    """The 95% interval of a share by Wilson's score (1927); null over nothing."""
    if n == 0:
        return None
    z, p = 1.96, part / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return [middle - half, middle + half]


def mean_interval(n: int, total: int, squares: int) -> list[float] | None:
    """The 95% interval of a mean: mean +- 1.96 x standard error; null for fewer than two."""
    if n < 2:
        return None
    half = 1.96 * math.sqrt((n * squares - total * total) / (n * (n - 1)) / n)
    return [total / n - half, total / n + half]
