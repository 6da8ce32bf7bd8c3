"""From metrics to SQL and back: one pass over a fact for all parts that share it, values by bucket and slice.

Buckets are numbered by their place in the period; -1 is the total of the period, -2 (where the period was joined to the
one before it) the total of that.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from counterbell.facts import catalog
from counterbell.record.dirty import DAY_US
from counterbell.record.entries import instant

from . import _engine
from ._engine import Sql
from ._level import Moment
from ._metric import Counted, Part
from .periods import Bucket, Grain, Period

Slice = tuple[int, str | None]
"""(bucket, value of the dimension asked by)"""

Found = dict[tuple[str, str], dict[Slice, dict[Any, Any]]]
"""By (metric, part): the values of each bucket and slice."""

TOTAL, TOTAL_BEFORE = -1, -2

QUANTILES = "quantile_cont({}, [0.5, 0.9])"


class Counting:
    """The counting of some metrics over a period, as of an instant; `where` gives SQL conditions for a part."""

    def __init__(
        self, metrics: Mapping[str, Counted], period: Period, months: list[catalog.Month], as_of_us: int, window_us: int
    ) -> None:
        self.metrics, self.period, self.months = metrics, period, months
        self.as_of_us, self.window_us = as_of_us, window_us
        self.parts = {key: one.parts for key, one in metrics.items()}
        self.dry = False
        self.asked: list[Sql] = []
        self.place = {bucket.start: place for place, bucket in enumerate(period.buckets)}

    @cached_property
    def segments(self) -> dict[int, range]:
        """The buckets of each total."""
        buckets = self.period.buckets
        if self.period.seam is None:
            return {TOTAL: range(len(buckets))}
        before = sum(bucket.start_us < self.period.seam_us for bucket in buckets)
        return {TOTAL_BEFORE: range(before), TOTAL: range(before, len(buckets))}

    def count(self, by: str | None, conditions: "Conditions", *, quantiles: bool) -> Found:
        """The values of all parts, by bucket (and total) and by the values of the dimension `by`.

        What does not depend on the present moment is kept until the facts change.
        """
        key = (self._wanted, self.period, self._directories, by, conditions, quantiles)
        lasting = _engine.kept(key, lambda: self._count_lasting(by, conditions, quantiles=quantiles), use=not self.dry)
        found = dict(lasting)
        for like, parts in self._passes(by, conditions):
            if _depends_on_now(like):
                self._pass(like, parts, by, conditions, found, quantiles=quantiles)
        for (key_of, name), moment in self._moments():
            if moment.kind == "open":
                found[key_of, name] = self._with_totals(lasting[key_of, name])
            else:
                found[key_of, name] = self._with_totals(self._seen_from_ends(moment, by, conditions))
        return found

    def _count_lasting(self, by: str | None, conditions: "Conditions", *, quantiles: bool) -> Found:
        found: Found = {}
        for like, parts in self._passes(by, conditions):
            if not _depends_on_now(like):
                self._pass(like, parts, by, conditions, found, quantiles=quantiles)
        open_at_ends = [key for key, moment in self._moments() if moment.kind == "open"]
        if open_at_ends:
            levels = self._levels(by, conditions)
            found |= dict.fromkeys(open_at_ends, levels)
        return found

    def _moments(self) -> Iterator[tuple[tuple[str, str], Moment]]:
        for key, one in self.metrics.items():
            if one.level:
                yield from (((key, name), moment) for name, moment in one.moments.items())  # type: ignore[attr-defined]

    @cached_property
    def _wanted(self) -> tuple[Hashable, ...]:
        """All that is counted, by its keys and names."""
        parts = ((key, name, part.identity) for key, named in self.parts.items() for name, part in named.items())
        return (*parts, *self._moments())

    @cached_property
    def _directories(self) -> tuple[str, ...]:
        """What names the versions of the facts that are counted."""
        return tuple(str(month.directory) for month in self.months)

    def now_of(self, place: int) -> int | None:
        """The instant from which a bucket's level is seen: its end, or now if it is still running; null: the future.

        A total is seen from its last bucket that has begun.
        """
        if place < 0:
            begun = [p for p in self.segments[place] if self.period.buckets[p].start_us <= self.as_of_us]
            return self.now_of(begun[-1]) if begun else None
        bucket = self.period.buckets[place]
        return None if bucket.start_us > self.as_of_us else min(bucket.end_us, self.as_of_us)

    # ---- one pass

    def _passes(self, by: str | None, conditions: "Conditions") -> Iterator[tuple[Part, dict[tuple[str, str], Part]]]:
        """The parts of all metrics by what can be counted in one pass, each with a part that stands for the pass."""
        passes: dict[tuple[Any, ...], dict[tuple[str, str], Part]] = {}
        sliced = by is not None or conditions.any
        for key, named in self.parts.items():
            for name, part in named.items():
                slices = (part.slices, part.sliced) if sliced else ()
                passes.setdefault((part.fact, part.anchor, part.base, part.split, slices), {})[key, name] = part
        yield from ((next(iter(parts.values())), parts) for parts in passes.values())

    def _pass(
        self,
        like: Part,
        parts: dict[tuple[str, str], Part],
        by: str | None,
        conditions: "Conditions",
        found: Found,
        *,
        quantiles: bool,
    ) -> None:
        wanted = [(key, name, each) for key, part in parts.items() for name, each in part.aggregates.items()]
        exact = [
            (key, name, QUANTILES.format(of)) for key, part in parts.items() for name, of in part.quantiled.items()
        ]
        wanted += exact if quantiles else []
        # quantiles of the whole period do not follow from those of its buckets
        total = self._total(like) if quantiles and exact and not self.single else None
        sql = self._select(
            like, self._bucket(like), [each for *_, each in wanted], by, conditions, split=like.split, total=total
        )
        for part_key in parts:
            found.setdefault(part_key, {})
        for when, value, split, *values in self._rows(sql):
            if total is not None:
                *values, of_all = values
            places = self._places(when) if total is None else [of_all if when is None else self._place(when)]
            for (key, name, _), counted in zip(wanted, values, strict=True):
                for place in places:
                    there = _of(found[key], (place, value), like.split, split)
                    there[name] = counted if there.get(name) is None else there[name] + (counted or 0)

    def _places(self, when: Any) -> tuple[int, int]:
        """The bucket that begins then, and its total."""
        place = self._place(when)
        return place, next(total for total, places in self.segments.items() if place in places)

    def _total(self, part: Part) -> str:
        """The place of the total to which a row belongs."""
        if self.period.seam is None:
            return f"cast({TOTAL} as integer)"
        return f"case when {part.day} < {_day(self.period.seam)} then {TOTAL_BEFORE} else {TOTAL} end"

    # ---- what is open at the ends of the buckets

    def _with_totals(self, found: dict[Slice, dict[Any, Any]]) -> dict[Slice, dict[Any, Any]]:
        """A level's total is that of the last bucket that has begun."""
        last = {total: self._last_begun(places) for total, places in self.segments.items()}
        totals = {
            (total, value): values for (place, value), values in found.items() for total in last if last[total] == place
        }
        return found | totals

    def _last_begun(self, places: range) -> int | None:
        return max((place for place in places if self.now_of(place) is not None), default=None)

    def _levels(self, by: str | None, conditions: "Conditions") -> dict[Slice, dict[str, Any]]:
        """Open tickets by status at each bucket's end: what began before it less what ended before it."""
        steps: dict[str | None, list[dict[str, int]]] = {}
        sql = self._steps_by_hour if self.period.grain == Grain.HOUR and not self.single else self._steps_by_day
        for each in sql(by, conditions):
            for when, value, status, count in self._rows(each):
                places = steps.setdefault(value, [{} for _ in self.period.buckets])
                at = places[0 if when is None else self._place(when)]
                at[status] = at.get(status, 0) + count
        return {(place, value): level for value, places in steps.items() for place, level in _running(places)}

    def _steps_by_hour(self, by: str | None, conditions: "Conditions") -> Iterator[Sql]:
        """What began and what ended, each by bucket; null for before the period."""
        for anchor, count in (("since", "count(*)"), ("until", "-count(*)")):
            like = Part("spells", anchor, {}, slices="since")
            bucket = self._bucket(like, from_the_beginning=True)
            yield self._select(like, bucket, [count], by, conditions, split="status", from_the_beginning=True)

    def _steps_by_day(self, by: str | None, conditions: "Conditions") -> Iterator[Sql]:
        """The same in one look at the spells: first by their days, which are few."""
        began, ended = Part("spells", "since", {}), Part("spells", "until", {}, slices="since")
        columns = ["since_day", "until_day", "count(*) as n"]
        by_days = self._select(began, "null", columns, by, conditions, split="status", from_the_beginning=True)
        steps = (
            f"select {self._bucket(part, from_the_beginning=True)} as bucket, slice, part, {sign}n as step "
            f"from days where {self._within(part, from_the_beginning=True)}"
            for part, sign in ((began, ""), (ended, "-"))
        )
        text = f"with days as (\n{by_days.text}\n)\nselect bucket, slice, part, sum(step)::bigint as steps from (\n"
        yield Sql(text + "\nunion all\n".join(steps) + "\n) group by all", by_days.files)

    def _seen_from_ends(self, moment: Moment, by: str | None, conditions: "Conditions") -> dict[Slice, dict[str, Any]]:
        """Ages of what is open then, or how many were closed in the days before."""
        if moment.kind == "closes":
            return self._closed_before_ends(moment, by, conditions)
        now = {place: us for place in range(len(self.period.buckets)) if (us := self.now_of(place)) is not None}
        if not now:
            return {}
        aggregates = {
            "first": "min(epoch_us(f.created_at))",
            "middle": "quantile_cont(epoch_us(f.created_at), 0.5)",
        }
        ends = [bucket.end_us for bucket in self.period.buckets]
        if moment.kind == "older":
            age = "(edge.seen - epoch_us(f.created_at))"
            older = {s: f"count(case when {age} > {s * 1_000_000} then 1 end)" for s in moment.older_seconds}
            aggregates = {"n": "count(*)"} | {f"over {s}": counted for s, counted in older.items()}
            ends = [now.get(place, us) for place, us in enumerate(ends)]
        rows = self._kept_rows(self._open_at_ends(ends, list(aggregates.values()), by, conditions))
        found = {
            (place, value): dict(zip(aggregates, values, strict=True))
            for place, value, _split, *values in rows
            if place in now
        }
        if moment.kind == "older":
            return found
        return {
            (place, value): {"oldest": now[place] - ages["first"], "median": now[place] - ages["middle"]}
            for (place, value), ages in found.items()
        }

    def _open_at_ends(self, seen_us: list[int], aggregates: list[str], by: str | None, conditions: "Conditions") -> Sql:
        """Aggregates over the spells that are open at the end of each bucket, seen from some instant (`edge.seen`)."""
        edges = [bucket.end_us for bucket in self.period.buckets]
        seen = zip(edges, seen_us, strict=True)
        listed = ", ".join(f"({place}, make_timestamp({us}), {now})" for place, (us, now) in enumerate(seen))
        like = Part("spells", "since", {})
        return _sql(
            source=f"(values {listed}) edge(place, ends, seen) join read_parquet($files) f "
            "on f.since < edge.ends and coalesce(f.until, timestamp 'infinity') >= edge.ends",
            bucket="edge.place",
            by=(like, by),
            aggregates=aggregates,
            where=[f"(f.until is null or f.until >= make_timestamp({edges[0]}))", *conditions.sql(like)],
            files=self._files(like, level=True),
        )

    def _closed_before_ends(
        self, moment: Moment, by: str | None, conditions: "Conditions"
    ) -> dict[Slice, dict[str, Any]]:
        """How many were closed in the days before the last instant that each bucket sees, that instant included.

        The closes are counted between the neighbours among all these instants; what lies between two of them is a sum.
        """
        span_us = moment.days * DAY_US
        lasts = {
            place: self._last_seen(b) for place, b in enumerate(self.period.buckets) if b.start_us <= self.as_of_us
        }
        edges = sorted({us for last in lasts.values() for us in (last - span_us, last)})
        if not edges:
            return {}
        listed = ", ".join(f"({place}, make_timestamp({us}))" for place, us in enumerate(edges))
        like = Part("spells", "until", {})
        sql = _sql(
            source=f"read_parquet($files) f asof join (values {listed}) edge(place, moment) on f.until > edge.moment",
            bucket="edge.place",
            by=(like, by),
            aggregates=["count(*)"],
            where=["f.closes", *conditions.sql(like)],
            files=catalog.files(self.months, "spells", edges[0], self.period.end_us),
        )
        between: dict[str | None, list[int]] = {}
        for place, value, _split, count in self._kept_rows(sql):
            between.setdefault(value, [0] * len(edges))[place] = count
        of = {us: place for place, us in enumerate(edges)}
        return {
            (place, value): {"n": sum(counts[of[last - span_us] : of[last]])}
            for value, counts in between.items()
            for place, last in lasts.items()
        }

    def _kept_rows(self, sql: Sql) -> Sequence[tuple[Any, ...]]:
        return _engine.kept(sql, lambda: self._rows(sql), use=not self.dry)

    def _last_seen(self, bucket: Bucket) -> int:
        """The last instant that a bucket's level sees: just before its end, or now."""
        return bucket.end_us - 1 if bucket.end_us <= self.as_of_us else self.as_of_us

    # ---- SQL

    def _select(
        self,
        like: Part,
        bucket: str,
        aggregates: list[str],
        by: str | None,
        conditions: "Conditions",
        *,
        split: str | None,
        from_the_beginning: bool = False,
        total: str | None = None,
    ) -> Sql:
        source = "read_parquet($files) f"
        if bucket == "h.place":
            source = f"{source} asof left join hour_bucket h on f.{like.moment} >= h.starts"
        level = from_the_beginning
        return _sql(
            source=source,
            bucket=bucket,
            by=(like, by if like.sliced else None),
            aggregates=aggregates,
            where=[like.base, self._within(like, from_the_beginning=level), *conditions.sql(like)],
            split=split,
            total=total,
            files=self._files(like, level=level),
        )

    def _files(self, like: Part, *, level: bool) -> list[str]:
        if level:
            return catalog.open_files(self.months, self.period.start_us, self.period.end_us)
        since = self.period.start_us
        if _depends_on_now(like):
            since = max(since, self.as_of_us - self.window_us)
        return catalog.files(self.months, like.fact, since, self.period.end_us)

    def _bucket(self, part: Part, *, from_the_beginning: bool = False) -> str:
        """The start of the bucket in which the anchor falls (hours: its place); null for before the period."""
        if self.single:
            return self._single(part, from_the_beginning=from_the_beginning)
        if self.period.grain == Grain.HOUR:
            return "h.place"
        truncated = _truncated(part.day, self.period)
        if self.period.seam is not None and self.period.grain is not Grain.DAY:
            seam = _day(self.period.seam)
            truncated = f"case when {part.day} >= {seam} then greatest({truncated}, {seam}) else {truncated} end"
        if from_the_beginning:
            return f"case when {part.day} >= {_day(self.period.start)} then {truncated} end"
        return truncated

    def _single(self, part: Part, *, from_the_beginning: bool) -> str:
        """The place of the one bucket of each segment."""
        later = [f"when {part.day} >= {_day(self.period.seam)} then 1"] if self.period.seam is not None else []
        if from_the_beginning:
            return f"case {' '.join(later)} when {part.day} >= {_day(self.period.start)} then 0 end"
        return f"case {' '.join(later)} else 0 end" if later else "0"

    @cached_property
    def single(self) -> bool:
        """Whether there is but one bucket in each segment, so that what holds of it holds of the total."""
        return all(len(places) == 1 for places in self.segments.values())

    def _within(self, part: Part, *, from_the_beginning: bool = False) -> str:
        since, until = _day(self.period.start), _day(self.period.end)
        return f"{part.day} < {until}" + ("" if from_the_beginning else f" and {part.day} >= {since}")

    def _place(self, when: Any) -> int:
        return int(when) if self.single or self.period.grain == Grain.HOUR else self.place[max(when, self.period.start)]

    def _rows(self, sql: Sql) -> Sequence[tuple[Any, ...]]:
        self.asked.append(sql)
        if not sql.files or self.dry:
            return []
        parameters = {}
        if "$maturing_after" in sql.text:
            parameters["maturing_after"] = instant(self.as_of_us - self.window_us).replace(tzinfo=None)
        if "hour_bucket" in sql.text:
            starts = [instant(bucket.start_us).replace(tzinfo=None) for bucket in self.period.buckets]
            return _engine.rows_by_hour(sql, parameters, starts)
        return _engine.rows(sql, parameters)


class Conditions:
    """The filters of a question as SQL, by the columns of each part."""

    def __init__(self, where: Sequence[Any]) -> None:
        self._where = tuple(where)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Conditions) and self._where == other._where

    def __hash__(self) -> int:
        return hash(self._where)

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self._where)

    def sql(self, part: Part) -> list[str]:
        """What the rows of the part must fulfil."""
        return [condition_sql(part, condition) for condition in self._where] if part.sliced else []


def condition_sql(part: Part, condition: Any) -> str:
    """A filter as SQL over the columns of the part."""
    column = part.column(condition.dimension)
    named = ", ".join(quoted(value) for value in condition.values if value is not None)
    if condition.dimension == "tag":
        has = [f"list_has_{'all' if condition.every else 'any'}({column}, [{named}])"] if named else []
        has += [f"len({column}) = 0"] if None in condition.values else []
    else:
        has = [f"coalesce({column} in ({named}), false)"] if named else []
        has += [f"{column} is null"] if None in condition.values else []
    chosen = f"({' or '.join(has)})"
    return f"not {chosen}" if condition.negated else chosen


def _sql(
    *,
    source: str,
    bucket: str,
    by: tuple[Part, str | None],
    aggregates: Iterable[str],
    where: Iterable[str],
    files: list[str],
    split: str | None = None,
    total: str | None = None,
) -> Sql:
    """A query with the rows (bucket, slice, split, aggregates ...).

    With a `total`, its rows are there too: bucket null, and after the aggregates the place of the total.
    A ticket with several tags stands in each of their slices, one without tags in that of none.
    """
    part, dimension = by
    value = "cast(null as varchar)" if dimension is None else part.column(dimension)
    if dimension == "tag":
        source = f"{source}, unnest(case when len(f.{value}) = 0 then [null] else f.{value} end) as each(tag)"
        value = "each.tag"
    conditions = [condition for condition in where if condition != "true"]
    grouped, columns = "all", list(aggregates)
    if total is not None:
        of_slice = "" if dimension is None else f", {value}"
        grouped = f"grouping sets (({bucket}{of_slice}), ({total}{of_slice}))"
        columns.append(total)
    lines = [
        f"select {bucket} as bucket, {value} as slice, {split or 'null'} as part,",
        "    " + ",\n    ".join(columns),
        f"from {source}",
        *(["where " + "\n    and ".join(conditions)] if conditions else []),
        f"group by {grouped}",
    ]
    return Sql("\n".join(lines), tuple(files))


def _depends_on_now(part: Part) -> bool:
    return "$maturing_after" in part.base


def _of(values: dict[Slice, dict[Any, Any]], of: Slice, split: str | None, part: Any) -> dict[str, Any]:
    """Where the values of a bucket and slice (and split) go."""
    there = values.setdefault(of, {})
    return there.setdefault(part, {}) if split else there


def quoted(text: str) -> str:
    """A text as an SQL expression in which nothing reads like a parameter (`$name`)."""
    return "'" + text.replace("'", "''").replace("$", "' || chr(36) || '") + "'"


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"


def _truncated(day: str, period: Period) -> str:
    """The first day of the calendar unit in which a local day lies."""
    if period.grain == Grain.DAY:
        return day
    if period.grain == Grain.WEEK and period.week_starts == "sunday":
        return f"cast(date_trunc('week', {day} + 1) as date) - 1"
    return f"cast(date_trunc('{period.grain}', {day}) as date)"


def _running(places: list[dict[str, int]]) -> Iterator[tuple[int, dict[str, int]]]:
    """Levels from steps."""
    level: dict[str, int] = {}
    for place, steps in enumerate(places):
        for status, step in steps.items():
            level[status] = level.get(status, 0) + step
        yield place, dict(level)
