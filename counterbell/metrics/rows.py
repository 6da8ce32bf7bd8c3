"""The rows behind a figure: the tickets, replies, ratings or orders that make it up; counting them again gives it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from counterbell.accounts.models import Shop
from counterbell.facts import catalog
from counterbell.facts.current import bring_up_to_date
from counterbell.record.entries import microseconds

from . import metric
from ._counting import condition_sql
from ._engine import FilesGone, cursor, fetched
from ._metric import COUNTED, Metric, Part
from .periods import Period
from .query import Condition

SECONDS = "({} / 1000000.0)"

TICKET = {
    "ticket": "t.ticket",
    "channel": "t.channel",
    "direction": "t.direction",
    "store": "t.store",
    "priority": "t.priority",
    "language": "t.language",
    "country": "t.country",
    "intent": "coalesce(t.closed_intent, t.first_response_intent, t.created_intent)",
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
"""The columns of a ticket in a list of tickets, by name."""

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
OPEN = {"status": "f.status", "assignee": "f.agent", "open_since": "f.since"}


@dataclass(frozen=True)
class Rows:
    """Column names and rows, in the order of time."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

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
) -> Rows:
    """The rows behind a metric in a period; without a metric, the tickets created in it."""
    as_of_us = microseconds(as_of or datetime.now(UTC))
    one = metric(key or "tickets_created")
    try:
        return _found(shop, period, one, where, as_of_us)
    except FilesGone:  # replaced, and gone, since the catalog was read
        return _found(shop, period, one, where, as_of_us)


def _found(shop: Shop, period: Period, one: Metric, where: tuple[Condition, ...], as_of_us: int) -> Rows:
    bring_up_to_date(shop)
    return _Asked(catalog.months(shop, as_of_us), period, where, as_of_us).rows_of(one)


@dataclass(frozen=True)
class _Asked:
    months: list[catalog.Month]
    period: Period
    where: tuple[Condition, ...]
    as_of_us: int

    def rows_of(self, one: Metric) -> Rows:
        match one.rows:
            case "responses":
                return self._of_fact(one, RESPONSE, "f.replied_at, f.ticket")
            case "ratings":
                return self._of_fact(one, RATING, "f.rated_at, f.survey")
            case "orders":
                part = one.parts["revenue"]
                wanted = [part.base, self._within(part), *self._conditions(part)]
                return self._run(ORDER, "conversions", wanted, "f.placed_at, 1")
            case "open":
                return self._open()
            case "flow":
                return self._flow()
            case _:
                return self._tickets(one)

    def _tickets(self, one: Metric) -> Rows:
        part = next(iter(one.parts.values()))
        base = "left_out is not null" if one.rows == "left_out" else COUNTED
        wanted = [base, one.rows_where, self._within(part), *self._conditions(part)]
        return self._run(TICKET, "tickets", wanted, f"t.{part.moment}, t.ticket", alias="t")

    def _of_fact(self, one: Metric, columns: dict[str, str], order: str) -> Rows:
        part = one.parts[""]
        wanted = [one.rows_where, self._within(part), *self._conditions(part)]
        return self._run(columns, part.fact, wanted, order)

    def _open(self) -> Rows:
        """The tickets that are open at the period's end, or now if that is later."""
        ends = f"make_timestamp({self.period.end_us})"
        part = Part("spells", "since", {})
        there = [f"f.since < {ends}", f"(f.until is null or f.until >= {ends})", *self._conditions(part)]
        if self.period.start_us > self.as_of_us:
            there.append("false")
        source = f"(select * from read_parquet($facts) f where {_all(there)}) f"
        return self._with_tickets({**OPEN, **TICKET}, source, "t.created_at, t.ticket")

    def _flow(self) -> Rows:
        """The tickets that were opened or closed in the period, with how often."""
        opening, closing = Part("spells", "since", {}), Part("spells", "until", {})
        opened = " and ".join(["opens", self._within(opening), *self._conditions(opening)])
        closed = " and ".join(["closes", self._within(closing), *self._conditions(closing)])
        source = (
            f"(select ticket, count(case when {opened} then 1 end) as opened, "
            f"count(case when {closed} then 1 end) as closed "
            "from read_parquet($facts) group by ticket having opened + closed > 0) f"
        )
        columns = {"opened": "f.opened", "closed": "f.closed", **TICKET}
        return self._with_tickets(columns, source, "t.created_at, t.ticket")

    def _with_tickets(self, columns: dict[str, str], source: str, order: str) -> Rows:
        facts, tickets = (
            catalog.files(self.months, fact, self.period.start_us, self.period.end_us, level=True)
            for fact in ("spells", "tickets")
        )
        text = (
            f"select {_selected(columns)} from {source} join read_parquet($tickets) t on t.ticket = f.ticket "
            f"order by {order}"
        )
        return _fetched(text, columns, {"facts": facts, "tickets": tickets})

    def _run(self, columns: dict[str, str], fact: str, where: list[str], order: str, alias: str = "f") -> Rows:
        files = catalog.files(self.months, fact, self.period.start_us, self.period.end_us, level=False)
        text = f"select {_selected(columns)} from read_parquet($files) {alias} where {_all(where)} order by {order}"
        return _fetched(text, columns, {"files": files})

    def _within(self, part: Part) -> str:
        return f"{part.day} >= date '{self.period.start}' and {part.day} < date '{self.period.end}'"

    def _conditions(self, part: Part) -> Iterator[str]:
        return (condition_sql(part, condition) for condition in self.where)


def _selected(columns: dict[str, str]) -> str:
    return ", ".join(f'{expression} as "{name}"' for name, expression in columns.items())


def _all(conditions: list[str]) -> str:
    return " and ".join(f"({condition})" for condition in conditions)


def _fetched(text: str, columns: dict[str, str], files: dict[str, list[str]]) -> Rows:
    if not all(files.values()):
        return Rows(tuple(columns), [])
    return Rows(tuple(columns), list(fetched(cursor(), text, files)))


def _plain(column: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    if column == "revenue" and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
