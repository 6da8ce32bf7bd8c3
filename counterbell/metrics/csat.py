"""CSAT: ratings from 1 to 5 by the customers.

The last rating given within 24 hours of the first one on a survey is the rating; it belongs to the period of that first
answer. Suspected robots are kept apart. The response rate is surveys answered over surveys sent, both by the date of
sending and under the same filters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import THIN, Example, Metric, Part, Unit, Values, mean_interval, share, wilson

SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Csat(Metric):
    """A mean of scores with all that belongs to it."""

    unit: Unit = "rating"

    @property
    def parts(self) -> Mapping[str, Part]:
        counted = {f"score_{score}": f"count(case when score = {score} then 1 end)" for score in SCORES}
        sent = {"sent": "count(*)", "answered": "count(rated_at)", "robots": "sum(robots)"}
        return {"": Part("ratings", "rated", counted), "sent": Part("ratings", "sent", sent)}

    def averaged(self, *, business: bool = False) -> str | None:
        return "score"

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        scores = {score: found[""].get(f"score_{score}") or 0 for score in SCORES}
        n, total = sum(scores.values()), sum(score * count for score, count in scores.items())
        good = scores[4] + scores[5]
        sent, answered = (found["sent"].get(name) or 0 for name in ("sent", "answered"))
        return {
            "{key}": {
                "n": n,
                "mean": share(total, n),
                "mean_interval": mean_interval(n, total, sum(s * s * count for s, count in scores.items())),
                "share_4_5": share(good, n),
                "share_interval": wilson(good, n),
                "scores": {str(score): count for score, count in scores.items()},
                "sent": sent,
                "answered": answered,
                "response_rate": share(answered, sent),
                "robots": int(found["sent"].get("robots") or 0),
                "thin": n < THIN,
            }
        }

    def headline(self, shaped: Any) -> float | None:
        return shaped["mean"]  # type: ignore[no-any-return]

    def sample(self, shaped: Any) -> int | None:
        return shaped["n"]  # type: ignore[no-any-return]


metric = Csat(
    title="Customer satisfaction (CSAT)",
    question="Are customers content with the service?",
    better="higher",
    rows="ratings",
    words={"fr": "Satisfaction client (CSAT)", "id": "Kepuasan pelanggan (CSAT)"},
    example=Example(
        log="""
            09:00 T1 customer
            10:00 T1 survey
            10:05 T1 rated 2
            10:10 T1 rated 4
            09:00 T2 customer
            11:00 T2 survey
        """,
        value={"n": 1, "mean": 4.0, "share_4_5": 1.0, "sent": 2, "response_rate": 0.5},
    ),
)
