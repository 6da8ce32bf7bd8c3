"""How often jumps are told of that are none, and how soon those that are: python bench/alerts.py [--shops 200].

Simulated shops with fixed seeds; with --demo instead the demo shop's year, three times (a made-up shop that is not
quiet: promotions, Christmas, a strike), taken into a temporary installation. Prints the tables of docs/alerts.md.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import quiet_shops

from counterbell.insights.jumps import jumps

if TYPE_CHECKING:
    from counterbell.accounts.models import Shop

LEARNT = 182
"""Days before the fall."""

WATCHED = 90
"""Days after it in which it can be seen."""

DEMO_UNTIL = datetime(2025, 12, 1, tzinfo=UTC)
DEMO_SEEDS = (1, 2, 3)

FALLS = (0.3, 0.5, 1.0)
QUIET = (
    ("CSAT, 5 ratings a day", "ratings", 5, 0.0),
    ("CSAT, 5 ratings a day, the days differ by 0.1", "ratings", 5, 0.1),
    ("CSAT, 500 ratings a day", "ratings", 500, 0.0),
    ("CSAT, 500 ratings a day, the days differ by 0.1", "ratings", 500, 0.1),
    ("a rate of 45 %, 10 tickets a day", "shares", 10, 0.0),
    ("a rate of 45 %, 1,000 tickets a day, the days differ", "shares", 1000, 0.1),
    ("tickets, 10 a day", "counts", 10, 0.0),
    ("tickets, 1,000 a day, the days differ by 10 %", "counts", 1000, 0.1),
    ("a duration, 10 tickets a day", "durations", 10, 0.0),
    ("a duration, 1,000 tickets a day, the days differ by 10 %", "durations", 1000, 0.1),
)


@dataclass(frozen=True)
class Fall:
    """A shop whose CSAT falls."""

    per_day: float
    fall: float
    swing: float


def alarms(kind: str, per_day: float, swing: float, seed: int) -> int:
    """How many jumps are told of in a quiet year."""
    series = quiet_shops.quiet(kind, seed, per_day, swing)
    return sum(jump.seen >= quiet_shops.LEARNING for jump in jumps(series))


def delay(shop: Fall, seed: int) -> float:
    """Days until the fall is seen, 1 is on the evening of its first day; infinite if not within `WATCHED`."""
    series = quiet_shops.ratings(seed, LEARNT + WATCHED, shop.per_day, swing=shop.swing, fall=shop.fall, on=LEARNT)
    seen = [jump.seen - LEARNT + 1 for jump in jumps(series) if jump.seen >= LEARNT and jump.falls]
    return seen[0] if seen else np.inf


def quiet_table(workers: ProcessPoolExecutor, shops: int) -> Iterator[tuple[str, ...]]:
    yield ("a quiet year of", "false alarms a year, on average", "at most, of 20 shops in 19")
    for title, kind, per_day, swing in QUIET:
        told = list(workers.map(partial(alarms, kind, per_day, swing), range(shops), chunksize=5))
        yield title, f"{np.mean(told):.1f}", f"{np.quantile(told, 0.95, method='higher'):.0f}"


def delay_table(workers: ProcessPoolExecutor, shops: int) -> Iterator[tuple[str, ...]]:
    yield (
        "ratings a day", "days differ by", "CSAT falls by", "days until half of the shops see it", "nine of ten",
        "seen within 90 days",
    )  # fmt: skip
    for per_day in (5, 50, 500):
        for swing in (0.0, 0.1):
            for fall in FALLS:
                found = list(workers.map(partial(delay, Fall(per_day, fall, swing)), range(shops), chunksize=5))
                half, most = (np.quantile(found, q, method="higher") for q in (0.5, 0.9))
                seen = f"{np.isfinite(found).mean():.0%}"
                yield str(per_day), f"{swing:g}", f"{fall:g}", _days(half), _days(most), seen


def _days(days: float) -> str:
    return f"{days:.0f}" if np.isfinite(days) else "later"


def markdown(rows: Iterator[tuple[str, ...]]) -> None:
    """Print as it comes."""
    for place, row in enumerate(rows):
        print(f"| {' | '.join(row)} |", flush=True)
        if place == 0:
            print(f"| {' | '.join(['---'] * len(row))} |")


def demo_table() -> Iterator[tuple[str, ...]]:
    """The jumps of the demo shop's year by metric, of several made-up years, with the days of the first one."""
    from counterbell.cli._installation import open_installation

    open_installation()
    from counterbell.insights.marks import marks
    from counterbell.insights.series import WITHOUT_JUMPS
    from counterbell.metrics import metrics

    shops = [demo_shop(seed) for seed in DEMO_SEEDS]
    yield "metric", "jumps in the year, of three shops", "seen in the first one on"
    for key in metrics():
        if key not in WITHOUT_JUMPS:
            found = [marks(shop, key, at=DEMO_UNTIL) for shop in shops]
            counts = ", ".join(str(len(each)) for each in found)
            yield key, counts, ", ".join(f"{mark.seen:%d %b}" for mark in found[0])


def demo_shop(seed: int) -> "Shop":
    """The demo shop with a year of service up to a fixed day."""
    from counterbell.accounts.models import Shop
    from counterbell.demo import entries
    from counterbell.sources._run import run
    from counterbell.sources._stream import Stream

    shop = Shop.objects.create(slug=f"maison-lilas-{seed}")
    made = list(enumerate(entries(until=DEMO_UNTIL, seed=seed, tickets_per_day=45), 1))
    run(shop, "demo", Stream(origin="", entries=lambda _after: iter(made)))
    return shop


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=200, help="simulated shops for each row")
    parser.add_argument("--demo", action="store_true", help="the demo shop instead")
    asked = parser.parse_args()
    if asked.demo:
        with tempfile.TemporaryDirectory() as directory:
            os.environ |= {"COUNTERBELL_DATA": directory, "DATABASE_URL": ""}
            markdown(demo_table())
        return
    with ProcessPoolExecutor() as workers:
        markdown(quiet_table(workers, asked.shops))
        print()
        markdown(delay_table(workers, asked.shops))


if __name__ == "__main__":
    main()
