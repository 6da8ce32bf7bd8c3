"""How fast the numbers of a dashboard's pages are found in a process that is warm: python bench/overview.py FROM UNTIL.

`overview` is the ten metrics by day with median and p90 and the period before, who waits, what moved, and the flow;
`metric` a page of first response times: course with comparison, spread, heatmap, breakdown by agent, the first 50 rows;
`backlog` the level by status and age, and its oldest 50 tickets; `agents` the table of agents with comparison. All with
nothing kept from before, as after every change of the facts. In turn with the overview DuckDB is asked for the ten
metrics of both periods by hand (by_hand.py). Prints wall and CPU seconds of each run.
"""

import argparse
import json
from collections.abc import Callable
from datetime import date

from questions import RUNS, Asking, both_seconds_of, peak_bytes

KEY = "first_response_time"


class Pages:
    """The pages of the only shop of the installation."""

    def __init__(self, start: date, end: date) -> None:
        self.asking = Asking(start, end, "day", "previous")
        self.shop, self.period = self.asking.shop, self.asking.period

    def overview(self) -> None:
        from counterbell.metrics import TEN
        from counterbell.metrics.attention import moved, waiting
        from counterbell.metrics.flow import flow
        from counterbell.metrics.query import Question, ask

        moved(ask(self.shop, Question(self.period, TEN), "previous"))
        waiting(self.shop)
        flow(self.shop, self.period)

    def metric(self) -> None:
        from counterbell.metrics.heatmap import heatmap
        from counterbell.metrics.query import Question, ask
        from counterbell.metrics.rows import Page, rows
        from counterbell.metrics.spread import spread

        ask(self.shop, Question(self.period, (KEY,)), "previous")
        spread(self.shop, self.period, KEY)
        heatmap(self.shop, self.period, KEY)
        ask(self.shop, Question(self.period.as_one(), (KEY,), by="agent"), "previous")
        rows(self.shop, self.period, KEY, page=Page(50, sort="first_response_seconds", descending=True))

    def backlog(self) -> None:
        from counterbell.metrics.backlog import backlog
        from counterbell.metrics.rows import Page, rows

        backlog(self.shop, self.period)
        rows(self.shop, self.period, "unresolved_tickets", page=Page(50, sort="age_seconds", descending=True))

    def agents(self) -> None:
        from counterbell.metrics.agents import agents

        agents(self.shop, self.period, compare="previous")


def fresh(ask: Callable[[], None]) -> Callable[[], None]:
    """The same when nothing has been asked before."""
    from counterbell.metrics import _engine

    def asked() -> None:
        _engine.forget()
        ask()

    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start", type=date.fromisoformat)
    parser.add_argument("end", type=date.fromisoformat)
    wanted = parser.parse_args()
    pages = Pages(wanted.start, wanted.end)
    found: dict[str, object] = {}
    for name in ("overview", "metric", "backlog", "agents"):
        ask = fresh(getattr(pages, name))
        ask()
        found[name] = [both_seconds_of(ask) for _ in range(RUNS)]
    found["peak_bytes"] = peak_bytes()
    import duckdb

    connection = duckdb.connect()
    connection.execute("set parquet_metadata_cache = true")
    pages.asking.by_hand(connection)
    found["reference"] = [both_seconds_of(lambda: pages.asking.by_hand(connection)) for _ in range(RUNS)]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
