"""What /metrics tells a Prometheus server."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

REQUESTS = Histogram(
    "counterbell_request_seconds",
    "Time to answer, by page",
    ["page", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5, 15),
)
LOOP_RUNS = Counter("counterbell_loop_runs", "Rounds of the loops", ["loop", "outcome"])
LOOP_SECONDS = Gauge("counterbell_loop_seconds", "How long the last round of a loop took", ["loop"])
STREAMS = Gauge("counterbell_open_streams", "Pages that are told what has changed")


def exposition() -> bytes:
    """All of it in the text format."""
    return generate_latest(REGISTRY)
