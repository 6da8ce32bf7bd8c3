"""Messages per ticket: public messages up to the final close, per resolved ticket.

By customers, agents and automation alike; notes do not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import COUNTED, THIN, Example, Metric, Part, Unit, Values, share


@dataclass(frozen=True, kw_only=True)
class MessagesPerTicket(Metric):
    """A mean of a count."""

    unit: Unit = "messages"

    @property
    def parts(self) -> Mapping[str, Part]:
        return {"": Part("tickets", "closed", {"n": "count(*)", "messages": "sum(public_messages)"}, base=COUNTED)}

    def averaged(self, *, business: bool = False) -> str | None:
        return "public_messages"

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        n, messages = found[""].get("n") or 0, int(found[""].get("messages") or 0)
        return {"{key}": {"n": n, "messages": messages, "mean": share(messages, n), "thin": n < THIN}}

    def headline(self, shaped: Any) -> float | None:
        return shaped["mean"]  # type: ignore[no-any-return]

    def sample(self, shaped: Any) -> int | None:
        return shaped["n"]  # type: ignore[no-any-return]


metric = MessagesPerTicket(
    title="Messages per ticket",
    question="How many messages does it take to settle a ticket?",
    better="lower",
    words={"fr": "Messages par ticket", "id": "Pesan per tiket"},
    example=Example(
        log="09:00 T1 customer\n09:10 T1 agent\n09:12 T1 note\n09:20 T1 customer\n09:30 T1 closed\n09:40 T1 customer",
        value={"n": 1, "messages": 3, "mean": 3.0},
    ),
)
