"""Net flow: tickets created and reopened, less all closes; the change of the number of unresolved tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._metric import Example, Metric, Part, Unit, Values


@dataclass(frozen=True, kw_only=True)
class NetFlow(Metric):
    """Openings less closings."""

    unit: Unit = "tickets"

    @property
    def parts(self) -> Mapping[str, Part]:
        return {
            "": Part("spells", "since", {"opened": "count(case when opens then 1 end)"}),
            "closed": Part("spells", "until", {"closed": "count(case when closes then 1 end)"}),
        }

    @property
    def behind(self) -> Part | None:
        return None

    def shape(self, found: Mapping[str, Values], *, quantiles: bool) -> dict[str, Any]:
        return {"{key}": (found[""].get("opened") or 0) - (found["closed"].get("closed") or 0)}


metric = NetFlow(
    title="Net flow",
    question="Does the backlog grow or shrink?",
    better="lower",
    rows="flow",
    words={"fr": "Flux net", "id": "Arus bersih"},
    example=Example(log="09:00 T1 customer\n09:10 T2 customer\n09:30 T1 closed", value=1),
)
