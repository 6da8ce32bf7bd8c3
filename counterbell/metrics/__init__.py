"""The metrics, one file each, found by being there. `counterbell metrics` lists them."""

from functools import cache
from importlib import import_module
from pathlib import Path

from counterbell.errors import Problem, did_you_mean

from ._metric import Metric

TEN = (
    "tickets_created",
    "unresolved_tickets",
    "resolution_time",
    "response_time",
    "first_response_time",
    "csat",
    "one_reply_rate",
    "automated_resolution_rate",
    "converted_tickets",
    "tickets_closed",
)
"""The ten that the product is about, in the order in which they are shown."""

_QUESTIONS = (
    "agents", "asked", "attention", "backlog", "beside", "choices", "explain", "flow", "heatmap", "narrowing",
    "periods", "query", "report", "rows", "satisfaction", "spread",
)  # fmt: skip
"""The files that ask; all others are metrics."""


class UnknownMetric(Problem):
    """There is no metric of that name."""


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by key: the ten first, then the others by name."""
    files = {path.stem for path in Path(__file__).parent.glob("*.py")}
    others = sorted(name for name in files - set(TEN) - set(_QUESTIONS) if not name.startswith("_"))
    return {name: import_module(f".{name}", __package__).metric for name in (*TEN, *others)}


def metric(key: str) -> Metric:
    """The metric of that key. Raises UnknownMetric with the nearest name there is."""
    if key not in metrics():
        raise UnknownMetric(
            f"There is no metric {key!r}.{did_you_mean(key, metrics())} `counterbell metrics` lists them all."
        )
    return metrics()[key]
