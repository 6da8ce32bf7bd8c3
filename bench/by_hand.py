"""The ten metrics by the best SQL that a person would write over the Parquet files: one query a fact and anchor.

Each query gives one row a bucket (and part); its columns are named like the figures of the report. Where a figure is an
exact quantile, the query also counts the whole period (bucket null); what can be added up is added up here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

Figures = dict[str, Any]
Files = Callable[[str], list[str]]
"""The Parquet files of a fact table that a period needs."""

TARGET_US = 3600 * 1_000_000


def duration(name: str, column: str) -> dict[str, str]:
    """The figures of a duration: its rows, their mean, and both quantiles in one pass."""
    return {
        f"{name}.n": f"count({column})",
        f"{name}.mean": f"sum({column}) / (1e6 * count({column}))",
        f"{name}.quantiles": f"quantile_cont({column}, [0.5, 0.9])",
    }


def within(name: str, column: str) -> dict[str, str]:
    return {f"{name}.within_target": f"count(*) filter ({column} <= {TARGET_US}) / count({column})"}


@dataclass(frozen=True)
class Query:
    """A query over the rows of a fact whose `anchor` lies in the period."""

    fact: str
    anchor: str
    figures: Mapping[str, str]
    where: str = "true"
    part: str | None = None
    with_total: bool = False

    def text(self, start: date, end: date, grain: str) -> str:
        """The SQL, but for the files."""
        bucket = f"cast(date_trunc('{grain}', {self.anchor}_day) as date)"
        columns = ", ".join(f'{expression} as "{name}"' for name, expression in self.figures.items())
        grouped = f"grouping sets (({bucket}), ())" if self.with_total else "1, 2"
        return (
            f"select {bucket} as bucket, {self.part or 'null'} as part, {columns} from read_parquet($files) "
            f"where {self.where} and {self.anchor}_day >= '{start}' and {self.anchor}_day < '{end}' group by {grouped}"
        )


COUNTED = "left_out is null"

QUERIES = (
    Query(
        "tickets",
        "created",
        {
            "tickets_created": "count(*)",
            "converted_tickets.whole": "count(*)",
            "converted_tickets.part": "count(*) filter (converted)",
            "converted_tickets.maturing": "count(*) filter (created_at > $maturing_after)",
        },
        COUNTED,
    ),
    Query(
        "tickets",
        "first_response",
        duration("first_response_time", "first_response_us")
        | duration("first_response_time_bh", "first_response_business_us"),
        COUNTED,
        with_total=True,
    ),
    Query(
        "tickets",
        "closed",
        duration("resolution_time", "resolution_us")
        | within("resolution_time", "resolution_us")
        | duration("resolution_time_bh", "resolution_business_us")
        | within("resolution_time_bh", "resolution_business_us")
        | {
            "tickets_closed.total": "count(*)",
            "one_reply_rate.whole": "count(*)",
            "one_reply_rate.part": "count(*) filter (touch = 'one')",
            "one_reply_rate.zero": "count(*) filter (touch = 'zero')",
            "one_reply_rate.several": "count(*) filter (touch = 'several')",
            "automated_resolution_rate.whole": "count(*)",
            "automated_resolution_rate.part": "count(*) filter (automated = 'automated')",
            "automated_resolution_rate.silent": "count(*) filter (automated = 'silent')",
        },
        COUNTED,
        with_total=True,
    ),
    Query("tickets", "closed", {"tickets_closed.by_agent": "count(*)"}, COUNTED, part="closed_agent"),
    Query(
        "responses",
        "replied",
        duration("response_time", "waited_us") | duration("response_time_bh", "waited_business_us"),
        "counts_human",
        with_total=True,
    ),
    Query("ratings", "rated", {"csat.scores": "count(*)"}, "score is not null", part="score"),
    Query(
        "ratings",
        "sent",
        {"csat.sent": "count(*)", "csat.answered": "count(rated_at)", "csat.robots": "sum(robots)"},
    ),
    Query(
        "conversions",
        "created",
        {"converted_tickets.orders": "count(*)", "converted_tickets.revenue": "sum(paid - refunded)"},
        "ticket is not null",
        part="currency",
    ),
)


def level_text(start: date, end: date, grain: str) -> str:
    """The steps of the level: what began less what ended, by bucket (null: before the period) and status."""
    return (
        f"select case when day >= '{start}' then cast(date_trunc('{grain}', day) as date) end as bucket, "
        "status as part, "
        'sum(step) as "unresolved_by_status" from ('
        "select since_day as day, status, count(*) as step from read_parquet($files) group by all union all "
        "select until_day, status, -count(*) from read_parquet($files) where until_day is not null group by all"
        f") where day < '{end}' group by 1, 2"
    )


@dataclass(frozen=True)
class Asked:
    """The answers of all queries on a period, as DuckDB gave them: columns and rows."""

    start: date
    answers: list[tuple[list[str], Sequence[tuple[Any, ...]]]]

    def by_bucket(self) -> dict[date | None, Figures]:
        """The figures of each bucket by its first day, and (null) those of the whole period."""
        found: dict[date | None, Figures] = defaultdict(dict)
        *flows, level = self.answers
        for columns, rows in flows:
            for bucket, part, *values in rows:
                start = None if bucket is None else max(bucket, self.start)
                for name, value in zip(columns[2:], values, strict=True):
                    _put(found[start], name, part, value)
            if not any(row[0] is None for row in rows):
                _add_up(found, columns[2:])
        _level(found, level[1], self.start)
        return found


def ask(
    connection: duckdb.DuckDBPyConnection, files: Files, period: tuple[date, date, str], maturing_after: Any
) -> Asked:
    """Run all the queries on a period: from, until, grain."""
    answers = []
    for query in QUERIES:
        answers.append(_run(connection, query.text(*period), files(query.fact), maturing_after))
    answers.append(_run(connection, level_text(*period), files("spells"), maturing_after))
    return Asked(period[0], answers)


def _run(
    connection: duckdb.DuckDBPyConnection, text: str, files: list[str], maturing_after: Any
) -> tuple[list[str], Sequence[tuple[Any, ...]]]:
    if not files:
        return ["bucket", "part"], []
    bound = {"maturing_after": maturing_after} if "$maturing_after" in text else {}
    answer = connection.execute(text, {"files": files, **bound})
    return [column[0] for column in answer.description], answer.fetchall()


def _put(figures: Figures, name: str, part: Any, value: Any) -> None:
    if name.endswith(".quantiles"):
        measure = name.removesuffix("quantiles")
        figures[f"{measure}median"], figures[f"{measure}p90"] = (each / 1e6 for each in value or (0, 0))
    elif name == "converted_tickets.orders":
        figures[name] = figures.get(name, 0) + value
    else:
        figures[name if part is None else f"{name}.{part}"] = value


def _add_up(found: dict[date | None, Figures], names: list[str]) -> None:
    buckets = [figures for bucket, figures in found.items() if bucket is not None]
    for figures in buckets:
        for name, value in figures.items():
            if any(name == each or name.startswith(f"{each}.") for each in names):
                found[None][name] = found[None].get(name, 0) + value


def _level(found: dict[date | None, Figures], steps: Sequence[tuple[Any, ...]], start: date) -> None:
    by_bucket: dict[date | None, dict[str, int]] = defaultdict(dict)
    for bucket, status, step in steps:
        day = None if bucket is None else max(bucket, start)
        by_bucket[day][status] = by_bucket[day].get(status, 0) + step
    level = dict(by_bucket.pop(None, {}))
    for day in sorted(day for day in found if day is not None):
        for status, step in by_bucket[day].items():
            level[status] = level.get(status, 0) + step
        found[day] |= {f"unresolved_by_status.{status}": open_then for status, open_then in level.items()}
    found[None] |= {f"unresolved_by_status.{status}": open_then for status, open_then in level.items()}
