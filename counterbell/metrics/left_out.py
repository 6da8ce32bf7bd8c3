"""Left out: tickets created in the period that are not counted, by reason.

One reason each: merged into another ticket, else spam, else deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import Example, Metric, Part, Unit, Values

REASONS = ("merged", "spam", "deleted")


@dataclass(frozen=True, kw_only=True)
class LeftOut(Metric):
    """A count by reason."""

    unit: Unit = "tickets"

    @property
    def parts(self) -> Mapping[str, Part]:
        counted = {reason: f"count(case when left_out = '{reason}' then 1 end)" for reason in REASONS}
        return {"": Part("tickets", "created", counted, base="left_out is not null")}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        return {"{key}": {reason: found[""].get(reason) or 0 for reason in REASONS}}

    def headline(self, shaped: Any) -> float | None:
        return float(sum(shaped.values()))


metric = LeftOut(
    title="Tickets left out",
    question="How many tickets are not counted, and why?",
    better="neither",
    rows="left_out",
    excluded="Nothing; this is the list of what the other metrics leave out.",
    words={"fr": "Tickets non comptés", "id": "Tiket yang tidak dihitung"},
    example=Example(
        log="09:00 T1 customer\n09:30 T2 customer\n09:31 T2 spam\n09:40 T3 customer\n09:41 T3 merged T1",
        value={"merged": 1, "spam": 1, "deleted": 0},
    ),
)
