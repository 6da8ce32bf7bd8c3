"""The metrics that look at a moment: how many tickets are open just before a bucket ends, and how old they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from ._metric import Metric, Part, Values, seconds

STATUSES = ("open", "pending", "snoozed")


@dataclass(frozen=True)
class Moment:
    """Rows of spells seen from the end of each bucket: open then (by status, with their ages, or how many of them are
    older than each of `older_seconds`), or (closes) closed in so many days before.
    """

    kind: Literal["open", "age", "older", "closes"]
    days: int = 0
    older_seconds: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _AtTheEnd(Metric):
    rows: Any = "open"
    level: ClassVar[bool] = True

    @property
    def moments(self) -> Mapping[str, Moment]:
        """What is asked of the end of each bucket."""
        raise NotImplementedError

    @property
    def parts(self) -> Mapping[str, Part]:
        return {}


@dataclass(frozen=True, kw_only=True)
class Level(_AtTheEnd):
    """How many tickets are unresolved, in all and by status."""

    @property
    def moments(self) -> Mapping[str, Moment]:
        return {"": Moment("open")}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values = found[""]
        if values.get("future"):
            return {"{key}": None, "unresolved_by_status": None}
        by_status = {status: values.get(status) or 0 for status in STATUSES}
        return {"{key}": sum(by_status.values()), "unresolved_by_status": by_status}


@dataclass(frozen=True, kw_only=True)
class BacklogAge(_AtTheEnd):
    """Age of the oldest and median age, in seconds."""

    @property
    def moments(self) -> Mapping[str, Moment]:
        return {"": Moment("age")}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values = found[""]
        if values.get("future"):
            return {"{key}": None}
        return {"{key}": {"oldest": seconds(values.get("oldest")), "median": seconds(values.get("median"))}}

    def headline(self, shaped: Any) -> float | None:
        return None if shaped is None else shaped["median"]


@dataclass(frozen=True, kw_only=True)
class DaysToClear(_AtTheEnd):
    """Level over mean daily closes."""

    days: int = 28

    @property
    def moments(self) -> Mapping[str, Moment]:
        return {"": Moment("open"), "closes": Moment("closes", self.days)}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        level, closes = found[""], found["closes"].get("n") or 0
        if level.get("future") or not closes:
            return {"{key}": None}
        return {"{key}": sum(level.get(status) or 0 for status in STATUSES) * self.days / closes}
