"""Messages per ticket: public messages up to the final close, per resolved ticket.

By customers, agents and automation alike; notes do not count. Tickets of which the messages are not known are left out
and counted apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import COUNTED, THIN, UNKNOWN_MESSAGES, Example, Metric, Part, Unit, Values, share


@dataclass(frozen=True, kw_only=True)
class MessagesPerTicket(Metric):
    """A mean of a count."""

    unit: Unit = "messages"

    @property
    def parts(self) -> Mapping[str, Part]:
        counted = {
            "n": "count(public_messages)",
            "messages": "sum(public_messages)",
            "unknown": "count(case when public_messages is null then 1 end)",
        }
        return {"": Part("tickets", "closed", counted, base=COUNTED)}

    def averaged(self, *, business: bool = False) -> str | None:
        return "public_messages"

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        n, messages = found[""].get("n") or 0, int(found[""].get("messages") or 0)
        shaped = {"n": n, "messages": messages, "mean": share(messages, n), "thin": n < THIN}
        return {"{key}": shaped | {"partly_known": found[""].get("unknown") or 0}}

    def headline(self, shaped: Any) -> float | None:
        return shaped["mean"]  # type: ignore[no-any-return]

    def sample(self, shaped: Any) -> int | None:
        return shaped["n"]  # type: ignore[no-any-return]


metric = MessagesPerTicket(
    title="Messages per ticket",
    question="How many messages does it take to settle a ticket?",
    better="lower",
    rows_where="public_messages is not null",
    excluded=UNKNOWN_MESSAGES,
    words={"fr": "Messages par ticket", "id": "Pesan per tiket"},
    example=Example(
        log="09:00 T1 customer\n09:10 T1 agent\n09:12 T1 note\n09:20 T1 customer\n09:30 T1 closed\n09:40 T1 customer",
        value={"n": 1, "messages": 3, "mean": 3.0},
    ),
)
