"""The rows behind a figure: the tickets, replies, ratings or orders that make it up; counting them again gives it.

All of them, or a page of them in any order, or those of one bar, bin or cell of a chart (`narrowing.py`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from counterbell import instants
from counterbell.accounts.models import Shop
from counterbell.errors import Problem, did_you_mean
from counterbell.facts import catalog

from . import metric
from ._counting import condition_sql
from ._engine import cursor, fetched
from ._facts import Facts, with_facts
from ._metric import Metric, Part
from .narrowing import Narrowed
from .periods import Bucket, Period
from .query import Condition

SECONDS = "({} / 1000000.0)"

TICKET = {
    "ticket": "t.ticket",
    "history": "t.history",
    "channel": "t.channel",
    "direction": "t.direction",
    "store": "t.store",
    "priority": "t.{priority}",
    "language": "t.language",
    "country": "t.country",
    "intent": "t.{intent}",
    "created_at": "t.created_at",
    "first_response_at": "t.first_response_at",
    "first_response_seconds": SECONDS.format("t.first_response_us"),
    "first_response_business_seconds": SECONDS.format("t.first_response_business_us"),
    "first_response_agent": "t.first_response_agent",
    "first_response_any_seconds": SECONDS.format("t.first_response_any_us"),
    "first_response_any_business_seconds": SECONDS.format("t.first_response_any_business_us"),
    "responses": "t.responses",
    "response_seconds_total": SECONDS.format("t.responses_us"),
    "first_closed_at": "t.first_closed_at",
    "first_resolution_seconds": SECONDS.format("t.first_resolution_us"),
    "first_resolution_business_seconds": SECONDS.format("t.first_resolution_business_us"),
    "closed_at": "t.closed_at",
    "resolution_seconds": SECONDS.format("t.resolution_us"),
    "resolution_business_seconds": SECONDS.format("t.resolution_business_us"),
    "closer": "t.closed_agent",
    "replies": "t.replies",
    "public_messages": "t.public_messages",
    "reopened": "t.reopened",
    "touch": "t.touch",
    "automated": "t.automated",
    "score": "t.score",
    "converted": "t.converted",
    "orders": "t.orders",
    "revenue": "t.revenue",
    "left_out": "t.left_out",
}
"""The columns of a ticket in a list of tickets, by name; what changes in its life is that at the anchor."""

RESPONSE = {
    "ticket": "f.ticket",
    "channel": "f.channel",
    "direction": "f.direction",
    "agent": "f.agent",
    "team": "f.team",
    "waited_from": "f.waited_from",
    "replied_at": "f.replied_at",
    "response_seconds": SECONDS.format("f.waited_us"),
    "response_business_seconds": SECONDS.format("f.waited_business_us"),
}
RATING = {
    "survey": "f.survey",
    "ticket": "f.ticket",
    "channel": "f.channel",
    "direction": "f.direction",
    "agent": "f.agent",
    "team": "f.team",
    "sent_at": "f.sent_at",
    "rated_at": "f.rated_at",
    "score": "f.score",
    "commented": "f.commented",
}
ORDER = {
    "order": 'f."order"',
    "ticket": "f.ticket",
    "channel": "f.channel",
    "direction": "f.direction",
    "agent": "f.agent",
    "team": "f.team",
    "created_at": "f.created_at",
    "placed_at": "f.placed_at",
    "seconds_after_ticket": "(epoch_us(f.placed_at) - epoch_us(f.created_at)) / 1000000.0",
    "currency": "f.currency",
    "paid": "f.paid",
    "refunded": "f.refunded",
    "revenue": "f.paid - f.refunded",
}
OPEN = {
    "status": "f.status",
    "assignee": "f.agent",
    "open_since": "f.since",
    "age_seconds": "{age}",
    "waiting_since": "f.waiting_since",
}
FLOW = {"opened": "f.opened", "closed": "f.closed"}
_OF_TICKET = ("ticket", "created_at", "channel", "direction", "store", "language", "country")
ITS_TICKET = TICKET | {name: f"f.{name}" for name in _OF_TICKET}
"""The same of the ticket of a spell, from the spell where that tells it too."""
LATEST = {
    name: f"case when t.closed_at is not null then t.closed_{name} "
    f"when t.first_response_at is not null then t.first_response_{name} else t.created_{name} end"
    for name in ("intent", "priority")
}
"""What changes in a ticket's life, where no anchor tells when to look: at its last one."""

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "tickets": TICKET,
    "left_out": TICKET,
    "responses": RESPONSE,
    "ratings": RATING,
    "orders": ORDER,
    "open": {**OPEN, **ITS_TICKET, "intent": "f.intent", "priority": "f.priority"},
    "flow": {**FLOW, **ITS_TICKET, **LATEST},
}
"""What is told of each kind of row."""


class UnknownColumn(Problem):
    """The rows have no column of that name to be sorted by."""


@dataclass(frozen=True)
class Page:
    """Which of the rows are wanted: `limit` (null: all) from the `offset`-th on, in the order of a column.

    Without a column they come in the order of time. What has no value in the column comes last either way.
    """

    limit: int | None = None
    offset: int = 0
    sort: str | None = None
    descending: bool = False


ALL = Page()


@dataclass(frozen=True)
class Rows:
    """Column names and rows, and how many rows there are in all, on whichever page."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    total: int

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as plain JSON: times as RFC 3339, revenue by currency."""
        return [
            {column: _plain(column, value) for column, value in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


def rows(
    shop: Shop,
    period: Period,
    key: str | None = None,
    *,
    where: tuple[Condition, ...] = (),
    as_of: datetime | None = None,
    narrowed: Narrowed | None = None,
    page: Page = ALL,
) -> Rows:
    """The rows behind a metric in a period; without a metric, the tickets created in it.

    Raises UnknownMetric, UnknownColumn, or CannotNarrow where the metric has no such bars, bins or cells.
    """
    one = metric(key or "tickets_created")
    if page.sort is not None and page.sort not in columns(one):
        raise UnknownColumn(
            f"These rows have no column {page.sort!r}.{did_you_mean(page.sort, columns(one))} "
            f"They can be sorted by: {', '.join(columns(one))}."
        )
    return with_facts(
        shop, as_of, lambda facts: _Asked(facts, period, where, narrowed or Narrowed(), page).rows_of(one)
    )


def columns(one: Metric) -> tuple[str, ...]:
    """What is told of each row behind the metric, and what they can be sorted by."""
    return tuple(COLUMNS[one.rows])


@dataclass(frozen=True)
class _Source:
    """Where rows come from: SQL with `$name` for some files, and the order of time with a key that tells them apart."""

    text: str
    files: dict[str, list[str]]
    order: str
    joined: str = ""


@dataclass(frozen=True)
class _Asked:
    facts: Facts
    period: Period
    where: tuple[Condition, ...]
    narrowed: Narrowed
    page: Page

    def rows_of(self, one: Metric) -> Rows:
        then = {name: one.behind.column(name) for name in LATEST} if one.behind else {}
        told = {name: column.format(age=self._age, **then) for name, column in COLUMNS[one.rows].items()}
        match one.rows:
            case "open":
                return self._page(told, self._open(one))
            case "flow":
                return self._page(told, self._flow(one))
            case _:
                return self._page(told, self._anchored(one))

    def _anchored(self, one: Metric) -> _Source:
        """The rows of the part behind the metric."""
        part = one.behind
        assert part is not None, one
        wanted = [part.base, one.rows_where, self._within(part), *self._conditions(part)]
        wanted += self.narrowed.of_anchored(one, part, self.period)
        alias, order = ("t", f"t.{part.moment}, t.ticket") if part.fact == "tickets" else ("f", _ORDER[part.fact])
        text = f"from read_parquet($files) {alias} where {_all(wanted)}"
        return _Source(text, {"files": self._files(part.fact)}, order)

    # ---- what is open at an end, what opened and closed

    def _open(self, one: Metric) -> _Source:
        """The tickets that are open at the end of the period or bucket, or now if that is later."""
        ends, part = f"make_timestamp({self._bucket.end_us})", Part("spells", "since", {})
        there = [f"since < {ends}", f"(until is null or until >= {ends})", *self._conditions(part)]
        there += self.narrowed.of_open(one, self._seen_us)
        if self._bucket.start_us > self.facts.as_of_us:
            there.append("false")
        files = catalog.open_files(self.facts.months, self.period.start_us, self.period.end_us)
        return self._with_tickets(f"(select * from read_parquet($facts) where {_all(there)}) f", files)

    def _flow(self, one: Metric) -> _Source:
        """The tickets that were opened or closed in the period, with how often."""
        self.narrowed.of_flow(one)
        opening, closing = Part("spells", "since", {}), Part("spells", "until", {})
        opened = " and ".join(["opens", self._within(opening), *self._conditions(opening)])
        closed = " and ".join(["closes", self._within(closing), *self._conditions(closing)])
        return self._with_tickets(
            f"(select {', '.join(_OF_TICKET)}, count(case when {opened} then 1 end) as opened, "
            f"count(case when {closed} then 1 end) as closed "
            f"from read_parquet($facts) where ({opened}) or ({closed}) group by all) f",
            self._files("spells"),
        )

    def _with_tickets(self, source: str, spells: list[str]) -> _Source:
        """Spells with their tickets, which are from any month up to the period."""
        tickets = catalog.files(self.facts.months, "tickets", 0, self.period.end_us)
        joined = "join read_parquet($tickets) t on t.ticket = f.ticket and t.created_at = f.created_at"
        return _Source(f"from {source}", {"facts": spells, "tickets": tickets}, "f.created_at, f.ticket", joined)

    @property
    def _bucket(self) -> Bucket:
        return self.narrowed.bucket or self.period.whole().buckets[0]

    @property
    def _seen_us(self) -> int:
        """The instant from which open tickets are seen."""
        return min(self._bucket.end_us, self.facts.as_of_us)

    @property
    def _age(self) -> str:
        return SECONDS.format(f"({self._seen_us} - epoch_us(f.created_at))")

    # ---- SQL

    def _page(self, told: Mapping[str, str], source: _Source) -> Rows:
        if not all(source.files.values()):
            return Rows(tuple(told), [], 0)
        chosen = ", ".join(f'{expression} as "{name}"' for name, expression in told.items())
        order = f"order by {self._order(told, source)}"
        if self.page.limit is None and not self.page.offset:
            text = f"select {chosen} {source.text} {source.joined} {order}"
            found = list(fetched(cursor(), text, source.files))
            return Rows(tuple(told), found, len(found))
        used = {name: files for name, files in source.files.items() if f"${name}" in source.text}
        ((total,),) = fetched(cursor(), f"select count(*) {source.text}", used)
        limited = "" if self.page.limit is None else f" limit {int(self.page.limit)}"
        limited = f"{order}{limited} offset {int(self.page.offset)}"
        if source.joined and "t." not in order:  # only the tickets of the page need be found
            text = f"select {chosen} from (select f.* {source.text} {limited}) f {source.joined} {order}"
        else:
            text = f"select {chosen} {source.text} {source.joined} {limited}"
        return Rows(tuple(told), list(fetched(cursor(), text, source.files)), total)

    def _order(self, told: Mapping[str, str], source: _Source) -> str:
        if self.page.sort is None:
            return ", ".join(f"{each}{' desc' if self.page.descending else ''}" for each in source.order.split(", "))
        way = "desc" if self.page.descending else "asc"
        return f"{told[self.page.sort]} {way} nulls last, {source.order}"

    def _files(self, fact: str) -> list[str]:
        return catalog.files(self.facts.months, fact, self.period.start_us, self.period.end_us)

    def _within(self, part: Part) -> str:
        within = f"{part.day} >= date '{self.period.start}' and {part.day} < date '{self.period.end}'"
        if (bucket := self.narrowed.bucket) is not None:
            instants = f"make_timestamp({bucket.start_us}) and {part.moment} < make_timestamp({bucket.end_us})"
            return f"{within} and {part.moment} >= {instants}"
        return within

    def _conditions(self, part: Part) -> Iterator[str]:
        return (condition_sql(part, condition) for condition in self.where)


_ORDER = {
    "responses": "f.replied_at, f.ticket",
    "ratings": "f.rated_at, f.survey",
    "conversions": 'f.placed_at, f."order"',
}
"""The order of time of the rows of a fact."""


def _all(conditions: list[str]) -> str:
    return " and ".join(f"({condition})" for condition in conditions)


def _plain(column: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return instants.written(value.replace(tzinfo=UTC))
    if column == "revenue" and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
