"""Converted tickets: tickets that led to a purchase within the conversion window.

The window is 5 days unless the shop says otherwise. An order is credited to one ticket at most: the same person's most
recent counted ticket created before it. Test orders and orders that were never paid do not count. Revenue is what was
paid less what was refunded, by currency. Tickets younger than the window are still maturing. By agent: the last one to
reply before the order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import COUNTED, Example, Metric, Part, Unit, Values, ratio


@dataclass(frozen=True, kw_only=True)
class ConvertedTickets(Metric):
    """A count with its rate, orders and revenue."""

    unit: Unit = "tickets"

    @property
    def parts(self) -> Mapping[str, Part]:
        counted = {
            "whole": "count(*)",
            "part": "count(case when converted then 1 end)",
        }
        money = {"orders": "count(*)", "minor": "sum(paid - refunded)"}
        return {
            "": Part("tickets", "created", counted, base=COUNTED, slices="conversion"),
            "maturing": Part(
                "tickets",
                "created",
                {"n": "count(*)"},
                base=f"{COUNTED} and created_at > $maturing_after",
                slices="conversion",
            ),
            "revenue": Part("conversions", "created", money, base="ticket is not null", split="currency"),
        }

    @property
    def behind(self) -> Part | None:
        return self.parts["revenue"]

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        values, revenue = found[""], found["revenue"]
        return {
            "{key}": {
                **ratio(values.get("part"), values.get("whole")),
                "orders": sum(of_currency["orders"] for of_currency in revenue.values()),
                "revenue": {currency: int(revenue[currency]["minor"]) for currency in sorted(revenue)},
                "maturing": found["maturing"].get("n") or 0,
            }
        }

    def headline(self, shaped: Any) -> float | None:
        return shaped["part"]  # type: ignore[no-any-return]

    def may_rise(self, shaped: Any) -> bool:
        return bool(shaped["maturing"])


metric = ConvertedTickets(
    title="Converted tickets",
    question="How many conversations lead to a purchase, and what is it worth?",
    better="higher",
    rows="orders",
    words={"fr": "Tickets convertis", "id": "Tiket yang dikonversi"},
    example=Example(
        log="09:00 T1 customer\n09:30 T1 agent\n11:00 T1 order 49.90 EUR\n09:00 T2 customer",
        value={"part": 1, "whole": 2, "rate": 0.5, "orders": 1, "revenue": {"EUR": 4990}},
    ),
)
