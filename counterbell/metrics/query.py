"""The one way from facts to numbers: metric x period x grain x dimension x filters x as-of -> figures.

Screen, CSV, API and command line all ask here. All metrics that share a fact, an anchor and a base are counted in one
pass over it. What was found is kept until the facts change.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from counterbell.accounts.models import Shop
from counterbell.errors import Problem, did_you_mean
from counterbell.facts import catalog
from counterbell.facts.build import refresh
from counterbell.facts.engines.duckdb import connect
from counterbell.record.dirty import DAY_US
from counterbell.record.entries import instant, microseconds

from . import metric
from ._level import Moment
from ._metric import Metric, Part, Values
from .periods import Bucket, Grain, Period

DIMENSIONS = (
    "channel", "store", "agent", "team", "tag", "intent", "language", "country", "priority", "direction"
)  # fmt: skip


class UnknownDimension(Problem):
    """There is no dimension of that name."""


@dataclass(frozen=True)
class Condition:
    """A filter: the dimension has (or, negated, has not) one of the values; null is having none."""

    dimension: str
    values: tuple[str | None, ...]
    negated: bool = False

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read `channel=email,chat`, `tag!=vip` or `agent=` (nobody). Raises UnknownDimension or Problem."""
        name, sign, values = text.partition("!=" if "!=" in text else "=")
        if not sign:
            raise Problem(f"The filter {text!r} has no '='. Write it like channel=email or tag!=vip.")
        parts = tuple(value.strip() or None for value in values.split(","))
        return cls(dimension(name.strip()), parts, sign == "!=")


@dataclass(frozen=True)
class Question:
    """What is asked of a shop. `as_of` null is now; `quantiles` costs most, so it is asked only where it is shown."""

    period: Period
    metrics: tuple[str, ...]
    by: str | None = None
    where: tuple[Condition, ...] = ()
    as_of: datetime | None = None
    quantiles: bool = True


@dataclass(frozen=True)
class Answered:
    """The figures of one bucket, in all and (when asked by a dimension) by its values."""

    bucket: Bucket
    metrics: dict[str, Any]
    by: dict[str | None, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The figures of a question, and as of when they hold."""

    as_of: datetime
    buckets: list[Answered]


def dimension(name: str) -> str:
    """The dimension of that name. Raises UnknownDimension with the nearest name there is."""
    if name not in DIMENSIONS:
        raise UnknownDimension(
            f"There is no dimension {name!r}.{did_you_mean(name, DIMENSIONS)} There are: {', '.join(DIMENSIONS)}."
        )
    return name


def ask(shop: Shop, question: Question) -> Answer:
    """Answer a question about a shop from facts that are up to date."""
    as_of = question.as_of or datetime.now(UTC)
    refresh(shop)
    months = catalog.months(shop, microseconds(as_of))
    return _Asking(question, months, microseconds(as_of), window_us=shop.conversion_days * DAY_US).answer()


def statements_of(key: str, period: Period) -> list[str]:
    """The SQL that counts a metric, for people to read."""
    anywhere = catalog.Month(Path("facts"), 0, period.end_us, 1)
    asking = _Asking(Question(period, (key,)), [anywhere], period.end_us, window_us=5 * DAY_US, dry=True)
    asking.answer()
    return [sql.text for sql in asking.asked]


Slice = tuple[int, str | None]
"""(bucket, value of the dimension asked by)"""


class _Asking:
    """One question on its way to its answer."""

    def __init__(
        self, question: Question, months: list[catalog.Month], as_of_us: int, *, window_us: int, dry: bool = False
    ) -> None:
        self.question, self.period, self.as_of_us = question, question.period, as_of_us
        self.months, self.window_us, self.dry = months, window_us, dry
        self.metrics: dict[str, Metric] = {key: metric(key) for key in question.metrics}
        self.asked: list[_Sql] = []
        self.place = {bucket.start: place for place, bucket in enumerate(self.period.buckets)}

    def answer(self) -> Answer:
        """The answer: counted without slices, and once more sliced where a dimension is asked for."""
        whole = self._found(None)
        sliced = self._found(self.question.by) if self.question.by else {}
        values = sorted({value for of_part in sliced.values() for _, value in of_part}, key=lambda v: (v is None, v))
        buckets = []
        for place, bucket in enumerate(self.period.buckets):
            by = {value: self._shaped(sliced, (place, value)) for value in values}
            buckets.append(Answered(bucket, self._shaped(whole, (place, None)), by))
        return Answer(instant(self.as_of_us), buckets)

    def _shaped(self, found: "_Found", of: Slice) -> dict[str, Any]:
        shaped: dict[str, Any] = {}
        future = {"future": self.period.buckets[of[0]].start_us > self.as_of_us}
        for key, one in self.metrics.items():
            values: dict[str, Values] = {
                name: found.get((key, name), {}).get(of, {}) for name in (*one.parts, *(one.moments if one.level else ()))  # type: ignore[attr-defined]
            }
            if one.level:
                values = {name: {**part, **future} for name, part in values.items()}
                values = self._aged(values, of[0])
            for name, value in one.shape(values, quantiles=self.question.quantiles).items():
                shaped.setdefault(name.format(key=key), value)
        return shaped

    def _aged(self, values: dict[str, Values], place: int) -> dict[str, Values]:
        """Creation times of the open tickets, seen from the end of the bucket, are ages."""
        now = min(self.period.buckets[place].end_us, self.as_of_us)
        if self.period.buckets[place].end_us <= self.as_of_us:
            now = self.period.buckets[place].end_us
        return {
            name: {**part, "oldest": now - part["first"], "median": now - part["middle"]} if "first" in part else part
            for name, part in values.items()
        }

    # ---- counting

    def _found(self, by: str | None) -> "_Found":
        found: _Found = {}
        for (fact, anchor, base, split, slices, sliced), parts in self._passes().items():
            like = Part(fact, anchor, {}, base=base, split=split, slices=slices, sliced=sliced)  # type: ignore[arg-type]
            self._count(like, parts, by if sliced else None, found)
        for key, one in self.metrics.items():
            if one.level:
                for name, moment in one.moments.items():  # type: ignore[attr-defined]
                    found[key, name] = self._at_ends(moment, by)
        return found

    def _passes(self) -> "dict[tuple[Any, ...], dict[tuple[str, str], Part]]":
        """The parts of all metrics by what can be counted in one pass."""
        passes: dict[tuple[Any, ...], dict[tuple[str, str], Part]] = {}
        for key, one in self.metrics.items():
            for name, part in one.parts.items():
                of_pass = (part.fact, part.anchor, part.base, part.split, part.slices, part.sliced)
                passes.setdefault(of_pass, {})[key, name] = part
        return passes

    def _count(self, like: Part, parts: dict[tuple[str, str], Part], by: str | None, found: "_Found") -> None:
        selected, names = self._aggregates(parts)
        sql = _select(
            files=self._files(like.fact, level=False),
            bucket=self._bucket(like),
            by=like.column(by) if by else None,
            tag=by == "tag",
            split=like.split,
            aggregates=selected,
            where=[like.base, self._within(like), *self._conditions(like)],
        )
        for row in self._rows(sql):
            of = (self._place(row[0]), row[1])
            for place, (part, name) in enumerate(names, start=3):
                values = found.setdefault(part, {}).setdefault(of, {})
                if like.split:
                    values = values.setdefault(row[2], {})
                values[name] = row[place]
        for part in parts:
            found.setdefault(part, {})

    def _aggregates(self, parts: dict[tuple[str, str], Part]) -> tuple[list[str], list[tuple[tuple[str, str], str]]]:
        """The expressions to select (each once), and for each what it is called and in which part."""
        selected: list[str] = []
        names: list[tuple[tuple[str, str], str]] = []
        for key, part in parts.items():
            wanted = dict(part.aggregates)
            if self.question.quantiles:
                wanted |= {name: f"quantile_cont({column}, [0.5, 0.9])" for name, column in part.quantiled.items()}
            for name, expression in wanted.items():
                selected.append(expression)
                names.append((key, name))
        return selected, names

    def _at_ends(self, moment: Moment, by: str | None) -> "dict[Slice, dict[str, Any]]":
        column = moment.column(by) if by else None
        if moment.kind == "open":
            return self._levels(column, tag=by == "tag")
        edges = [(bucket.end_us, self._last(bucket)) for bucket in self.period.buckets]
        if moment.kind == "age":
            there = "f.since < e.ends and (f.until is null or f.until >= e.ends)"
            aggregates = [
                "min(epoch_us(f.created_at))", "quantile_cont(epoch_us(f.created_at), 0.5)"
            ]  # fmt: skip
            names = ["first", "middle"]
            rows = [(place, end) for place, (end, _) in enumerate(edges)]
            edge_sql = ", ".join(f"({place}, make_timestamp({end}))" for place, end in rows)
            source = f"(values {edge_sql}) e(bucket, ends) join read_parquet($files) f on {there}"
        else:
            there = "f.closes and f.until > e.since and f.until <= e.ends"
            aggregates, names = ["count(*)"], ["n"]
            edge_sql = ", ".join(
                f"({place}, make_timestamp({last - moment.days * DAY_US}), make_timestamp({last}))"
                for place, (_, last) in enumerate(edges)
            )
            source = f"(values {edge_sql}) e(bucket, since, ends) join read_parquet($files) f on {there}"
        like = Part("spells", "until" if moment.kind == "closes" else "since", {})
        sql = _select(
            files=self._files("spells", level=True, before_us=moment.days * DAY_US),
            source=source,
            bucket="e.bucket",
            by=column,
            tag=by == "tag",
            split=None,
            aggregates=aggregates,
            where=self._conditions(like),
        )
        return {(row[0], row[1]): dict(zip(names, row[3:], strict=True)) for row in self._rows(sql)}

    def _last(self, bucket: Bucket) -> int:
        """The last instant that a bucket's level sees: just before its end, or now."""
        return bucket.end_us - 1 if bucket.end_us <= self.as_of_us else self.as_of_us

    def _levels(self, column: str | None, *, tag: bool) -> "dict[Slice, dict[str, Any]]":
        """Open tickets by status at each bucket's end: what began before it less what ended before it."""
        steps: dict[str | None, list[dict[str, int]]] = {}
        for anchor, sign in (("since", 1), ("until", -1)):
            like = Part("spells", anchor, {})
            sql = _select(
                files=self._files("spells", level=True),
                bucket=self._bucket(like, from_the_beginning=True),
                by=column,
                tag=tag,
                split="status",
                aggregates=["count(*)"],
                where=[self._within(like, from_the_beginning=True), *self._conditions(Part("spells", "since", {}))],
            )
            for when, value, status, count in self._rows(sql):
                places = steps.setdefault(value, [{} for _ in self.period.buckets])
                at = places[0 if when is None else self._place(when)]
                at[status] = at.get(status, 0) + sign * count
        return {(place, value): level for value, places in steps.items() for place, level in _running(places)}

    # ---- the parts of a query

    def _files(self, fact: str, *, level: bool, before_us: int = 0) -> list[str]:
        return catalog.files(self.months, fact, self.period.start_us - before_us, self.period.end_us, level=level)

    def _bucket(self, part: Part, *, from_the_beginning: bool = False) -> str:
        """The start of the bucket in which the anchor falls; null for before the period."""
        if self.period.grain == Grain.HOUR:
            return f"{_HOUR}{part.moment}"
        start = _day(self.period.start)
        truncated = _truncated(part.day, self.period)
        return f"case when {part.day} >= {start} then {truncated} end" if from_the_beginning else truncated

    def _within(self, part: Part, *, from_the_beginning: bool = False) -> str:
        if self.period.grain == Grain.HOUR:
            since, until = (f"make_timestamp({us})" for us in (self.period.start_us, self.period.end_us))
            return f"{part.moment} < {until}" + ("" if from_the_beginning else f" and {part.moment} >= {since}")
        since, until = _day(self.period.start), _day(self.period.end)
        return f"{part.day} < {until}" + ("" if from_the_beginning else f" and {part.day} >= {since}")

    def _place(self, when: Any) -> int:
        if self.period.grain == Grain.HOUR:
            return int(when)
        return self.place[max(when, self.period.start)]

    def _conditions(self, part: Part) -> list[str]:
        return [condition_sql(part, condition) for condition in self.question.where] if part.sliced else []

    def _rows(self, sql: "_Sql") -> Sequence[tuple[Any, ...]]:
        self.asked.append(sql)
        if not sql.files or self.dry:
            return []
        parameters = {}
        if "$maturing_after" in sql.text:
            parameters["maturing_after"] = instant(self.as_of_us - self.window_us).replace(tzinfo=None)
        if "hour_bucket" in sql.text:
            return _run_with_hours(sql, parameters, self.period)
        return _kept(sql, parameters)


_Found = dict[tuple[str, str], dict[Slice, dict[Any, Any]]]


@dataclass(frozen=True)
class _Sql:
    """A query over some Parquet files; its rows are (bucket, slice, split, aggregates ...)."""

    text: str
    files: tuple[str, ...]


def _select(
    *,
    files: list[str],
    bucket: str,
    by: str | None,
    tag: bool,
    split: str | None,
    aggregates: Iterable[str],
    where: Iterable[str],
    source: str = "read_parquet($files) f",
) -> _Sql:
    """The query of one pass. A ticket with several tags stands in each of their slices, one without in that of none."""
    if bucket.startswith(_HOUR):
        source = f"{source} asof left join hour_bucket h on f.{bucket.removeprefix(_HOUR)} >= h.starts"
        bucket = "h.place"
    value = "cast(null as varchar)" if by is None else by
    if tag and by is not None:
        source = f"{source}, unnest(case when len(f.{by}) = 0 then [null] else f.{by} end) as each(tag)"
        value = "each.tag"
    conditions = [condition for condition in where if condition != "true"]
    text = "\n".join(
        [
            f"select {bucket} as bucket, {value} as slice, {split or 'null'} as part,",
            "    " + ",\n    ".join(aggregates),
            f"from {source}",
            *(["where " + "\n    and ".join(conditions)] if conditions else []),
            "group by 1, 2, 3",
        ]
    )
    return _Sql(text, tuple(files))


def condition_sql(part: Part, condition: Condition) -> str:
    column = part.column(condition.dimension)
    named = ", ".join(_quoted(value) for value in condition.values if value is not None)
    if condition.dimension == "tag":
        has = [f"list_has_any({column}, [{named}])"] if named else []
        has += [f"len({column}) = 0"] if None in condition.values else []
    else:
        has = [f"coalesce({column} in ({named}), false)"] if named else []
        has += [f"{column} is null"] if None in condition.values else []
    chosen = f"({' or '.join(has)})"
    return f"not {chosen}" if condition.negated else chosen


def _quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"


def _truncated(day: str, period: Period) -> str:
    """The first day of the calendar unit in which a local day lies."""
    if period.grain == Grain.WHOLE:
        return _day(period.start)
    if period.grain == Grain.DAY:
        return day
    if period.grain == Grain.WEEK and period.week_starts == "sunday":
        return f"cast(date_trunc('week', {day} + 1) as date) - 1"
    return f"cast(date_trunc('{period.grain}', {day}) as date)"


_HOUR = "hour of "
"""Hours are looked up, since the clock may go back: the last start of an hour at or before the instant."""


def _running(places: list[dict[str, int]]) -> Iterator[tuple[int, dict[str, int]]]:
    """Levels from steps."""
    level: dict[str, int] = {}
    for place, steps in enumerate(places):
        for status, step in steps.items():
            level[status] = level.get(status, 0) + step
        yield place, dict(level)


# ---- the engine, and what it has found


KEPT_ANSWERS = 2_000

_lock = threading.Lock()
_connection: duckdb.DuckDBPyConnection | None = None
_answers: OrderedDict[tuple[Any, ...], Sequence[tuple[Any, ...]]] = OrderedDict()


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of the program's engine for questions."""
    global _connection
    with _lock:
        if _connection is None:
            _connection = connect()
            _connection.execute("set parquet_metadata_cache = true")
            _connection.execute("set timezone = 'UTC'")
        return _connection.cursor()


def _kept(sql: _Sql, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows of a query; files never change, so what was found in them once holds."""
    key = (sql, tuple(sorted(parameters.items())))
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    rows = _run(cursor(), sql, parameters)
    with _lock:
        _answers[key] = rows
        while len(_answers) > KEPT_ANSWERS:
            _answers.popitem(last=False)
    return rows


def _run(connection: duckdb.DuckDBPyConnection, sql: _Sql, parameters: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection:
        return connection.execute(sql.text, {"files": list(sql.files), **parameters}).fetchall()


def _run_with_hours(sql: _Sql, parameters: Mapping[str, Any], period: Period) -> Sequence[tuple[Any, ...]]:
    starts = pa.array([bucket.start_us for bucket in period.buckets], pa.timestamp("us"))
    connection = cursor()
    connection.register("hour_bucket", pa.table({"place": pa.array(range(len(starts))), "starts": starts}))
    return _run(connection, sql, parameters)
