"""Tickets closed: resolved tickets by the agent who made the final close.

A close by an agent who is not named, or by nobody named at all, goes to the assignee at that time, else to `unknown`.
What automation and customers closed are rows of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import COUNTED, Example, Metric, Part, Unit, Values, share


@dataclass(frozen=True, kw_only=True)
class TicketsClosed(Metric):
    """A count, and the same by closer."""

    unit: Unit = "tickets"

    @property
    def parts(self) -> Mapping[str, Part]:
        return {"by_agent": Part("tickets", "closed", {"n": "count(*)"}, base=COUNTED, split="closed_agent")}

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        by_agent = {agent: values["n"] for agent, values in sorted(found["by_agent"].items())}
        total = sum(by_agent.values())
        shares = {agent: share(n, total) for agent, n in by_agent.items()}
        return {"{key}": {"total": total, "by_agent": by_agent, "share": shares}}

    def headline(self, shaped: Any) -> float | None:
        return shaped["total"]  # type: ignore[no-any-return]


metric = TicketsClosed(
    title="Tickets closed per agent",
    question="How many tickets does each agent settle?",
    better="higher",
    words={"fr": "Tickets fermés par agent", "id": "Jumlah tiket yang ditutup per agen"},
    example=Example(
        log="09:00 T1 customer\n09:30 T1 closed by ann\n09:00 T2 customer\n09:40 T2 closed by automation",
        value={"total": 2, "by_agent": {"ann": 1, "automation": 1}},
    ),
)
