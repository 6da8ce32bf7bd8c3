"""How fast questions are answered in a process that is warm: python bench/questions.py weeks|headlines FROM UNTIL.

`weeks` asks the ten metrics of the period by week, compared as told, each time with nothing kept, and in turn asks
DuckDB the same by hand (by_hand.py); the figures must be equal. `headlines` asks the ten of the period by day with
comparison, with nothing kept and then again. Prints the seconds (of `weeks`: wall and CPU) of each run and the
peak memory of ours.
"""

import argparse
import json
import math
import resource
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, cast

import by_hand

LONG_ENOUGH_SECONDS = 20.0
RUNS = 7


def seconds_of(ask: Callable[[], object]) -> float:
    """The wall seconds that asking takes."""
    return both_seconds_of(ask)[0]


def both_seconds_of(ask: Callable[[], object]) -> tuple[float, float]:
    """The wall and the CPU seconds that asking takes."""
    began, cpu_began = time.perf_counter(), time.process_time()
    ask()
    return time.perf_counter() - began, time.process_time() - cpu_began


def peak_bytes() -> int:
    """Of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Asking:
    """The only shop of the installation, and a question about it."""

    def __init__(self, start: date, end: date, grain: str, compare: Any) -> None:
        from counterbell.cli._installation import open_installation, the_shop

        open_installation()
        from counterbell.accounts.opening_hours import zone
        from counterbell.metrics.periods import Grain, Period, WeekStarts

        self.shop = the_shop(None)
        week_starts = cast(WeekStarts, self.shop.week_starts)
        self.period = Period.of(start, end, zone(self.shop.timezone), Grain(grain), week_starts)
        self.compare = compare

    def ours(self, *, quantiles: bool = True) -> Any:
        """The report."""
        from counterbell.metrics import TEN
        from counterbell.metrics.query import Question
        from counterbell.metrics.report import report

        return report(self.shop, Question(self.period, TEN, quantiles=quantiles), self.compare)

    def fresh(self, *, quantiles: bool = True) -> Any:
        """The report, when nothing has been asked before."""
        from counterbell.metrics import _engine

        _engine.forget()
        return self.ours(quantiles=quantiles)

    def by_hand(self, connection: Any) -> list[by_hand.Asked]:
        """The same asked of DuckDB by hand: the period, and what it is compared with."""
        from counterbell.facts import catalog

        now = datetime.now(UTC)
        months = catalog.months(self.shop, round(now.timestamp() * 1_000_000))
        before = self.period.previous() if self.compare == "previous" else self.period.year_before()
        answers = []
        for asked in (self.period, before):

            def files(fact: str, asked: Any = asked) -> list[str]:
                if fact == "spells":
                    return catalog.open_files(months, asked.start_us, asked.end_us)
                return catalog.files(months, fact, asked.start_us, asked.end_us)

            maturing_after = datetime.fromtimestamp(now.timestamp() - self.shop.conversion_days * 86_400, UTC)
            told = (asked.start, asked.end, asked.grain.value)
            answers.append(by_hand.ask(connection, files, told, maturing_after.replace(tzinfo=None)))
        return answers


def differences(report: Any, asked: by_hand.Asked) -> Iterable[str]:
    """Where the figures of a report differ from those found by hand, in words."""
    found = asked.by_bucket()
    for answered in [*report.buckets, report.total]:
        bucket = None if answered is report.total else answered.bucket.start
        ours = flat(answered.metrics)
        theirs = found.get(bucket, {})
        for name in sorted(ours.keys() | theirs.keys()):
            if name in theirs and not same(ours.get(name), theirs[name]):
                yield f"{name} of {bucket or 'all'}: {ours.get(name)} in the report, {theirs[name]} by hand"
            if name not in theirs and ours[name] and name in _COMPARED:
                yield f"{name} of {bucket or 'all'}: {ours[name]} in the report, nothing by hand"


_COMPARED = {
    *("tickets_created", "tickets_closed.total", "one_reply_rate.whole", "converted_tickets.orders", "csat.sent"),
    *("resolution_time.n", "resolution_time_bh.n", "response_time.n", "response_time_bh.n", "first_response_time.n"),
    *("unresolved_by_status.open", "unresolved_by_status.pending", "csat.scores.5", "converted_tickets.whole"),
}


def flat(figures: dict[str, Any], before: str = "") -> dict[str, Any]:
    """`{"csat": {"sent": 3}}` as `{"csat.sent": 3}`."""
    named: dict[str, Any] = {}
    for name, value in figures.items():
        named |= flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return named


def same(ours: Any, theirs: Any) -> bool:
    return math.isclose(ours or 0, theirs or 0, rel_tol=1e-9, abs_tol=1e-6)


def weeks(asking: Asking) -> dict[str, Any]:
    """Seconds of ours and of the same by hand, in turn, so that both see the same machine."""
    import duckdb

    report = asking.fresh()
    peak = peak_bytes()
    connection = duckdb.connect()
    connection.execute("set parquet_metadata_cache = true")
    answers = asking.by_hand(connection)
    wrong = [*differences(report, answers[0]), *(differences(report.before, answers[1]))]
    ours: list[tuple[float, float]] = []
    reference: list[tuple[float, float]] = []
    while len(ours) < RUNS and sum(wall for wall, _ in ours + reference) < LONG_ENOUGH_SECONDS:
        ours.append(both_seconds_of(asking.fresh))
        reference.append(both_seconds_of(lambda: asking.by_hand(connection)))
    return {"ours": ours, "reference": reference, "peak_bytes": peak, "wrong": wrong}


def headlines(asking: Asking, *, quantiles: bool) -> dict[str, Any]:
    """Seconds of the report with nothing kept, and when everything asked before still holds."""
    asking.fresh(quantiles=quantiles)
    fresh = [seconds_of(lambda: asking.fresh(quantiles=quantiles)) for _ in range(RUNS)]
    kept = [seconds_of(lambda: asking.ours(quantiles=quantiles)) for _ in range(3 * RUNS)]
    return {"fresh": fresh, "kept": kept, "peak_bytes": peak_bytes()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["weeks", "headlines"])
    parser.add_argument("start", type=date.fromisoformat)
    parser.add_argument("end", type=date.fromisoformat)
    parser.add_argument("--compare", choices=["previous", "year"], default="previous")
    parser.add_argument("--quantiles", action="store_true")
    wanted = parser.parse_args()
    grain = "week" if wanted.what == "weeks" else "day"
    asking = Asking(wanted.start, wanted.end, grain, wanted.compare)
    if wanted.what == "weeks":
        found = weeks(asking)
    else:
        found = headlines(asking, quantiles=wanted.quantiles)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
