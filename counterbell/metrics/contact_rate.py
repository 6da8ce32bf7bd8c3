"""Contact rate: tickets created per order placed in the same period.

Orders that were never paid and test orders do not count. A filter narrows the tickets, never the orders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import COUNTED, Example, Metric, Part, Unit, Values, ratio


@dataclass(frozen=True, kw_only=True)
class ContactRate(Metric):
    """Tickets over orders."""

    unit: Unit = "share"

    @property
    def parts(self) -> Mapping[str, Part]:
        return {
            "": Part("tickets", "created", {"part": "count(*)"}, base=COUNTED),
            "orders": Part("conversions", "placed", {"whole": "count(*)"}, base="ticket is null", sliced=False),
        }

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        return {"{key}": ratio(found[""].get("part"), found["orders"].get("whole"))}

    def headline(self, shaped: Any) -> float | None:
        return shaped["rate"]  # type: ignore[no-any-return]

    def sample(self, shaped: Any) -> int | None:
        return shaped["whole"]  # type: ignore[no-any-return]


metric = ContactRate(
    title="Contact rate",
    question="How many tickets come for each order?",
    better="lower",
    words={"fr": "Taux de contact", "id": "Rasio kontak"},
    example=Example(
        log="09:00 T1 customer\n11:00 T1 order 10.00 EUR\n12:00 T1 order 20.00 EUR",
        value={"part": 1, "whole": 2, "rate": 0.5},
    ),
)
