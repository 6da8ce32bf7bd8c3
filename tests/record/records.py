"""Shops with a history in their record, and all that a record holds, told without the database's own numbers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec
from django.db import connection, models

from counterbell.accounts.models import Shop
from counterbell.record import state
from counterbell.record.entries import Entry
from counterbell.record.models import (
    Agent,
    Assignment,
    Customer,
    Flag,
    IntentChange,
    Merge,
    Message,
    Order,
    OrderState,
    PriorityChange,
    Rating,
    Refund,
    StatusChange,
    Survey,
    TagChange,
    Ticket,
    TicketState,
    Waiting,
)
from counterbell.record.outcome import Refusal, Summary
from counterbell.record.write import write_stream

Line = dict[str, Any]

SHOP: Line = {"type": "shop", "timezone": "UTC", "currency": "EUR"}


@dataclass
class Outcome:
    """What came of lines that were put to the record."""

    summary: Summary
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused(self) -> list[Refusal]:
        """What did not go in and never will."""
        return [refusal for refusal in self.refusals if not refusal.aside]


def put(shop: Shop, lines: Iterable[Line]) -> Outcome:
    """Put lines to the record of a shop, whatever comes of it."""
    refusals: list[Refusal] = []
    entries = [(place, msgspec.convert(line, Entry)) for place, line in enumerate(lines, start=1)]
    return Outcome(write_stream(shop, entries, on_refused=refusals.extend), refusals)


def take_in(shop: Shop, lines: Iterable[Line]) -> Outcome:
    """Write lines into the record of the shop; every one must go in, or wait for what it names."""
    outcome = put(shop, lines)
    assert not outcome.refused
    return outcome


def shop_with(lines: Iterable[Line]) -> Shop:
    """A new shop with that history."""
    shop = Shop.objects.create(slug=uuid4().hex)
    take_in(shop, lines)
    return shop


COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Agent: ("external_id", "name", "email", "team"),
    Customer: ("external_id", "email", "phone", "name", "language", "country", "person", "person_key"),
    Ticket: (
        "external_id", "channel", "created_at", "customer__external_id", "outbound", "subject", "store", "priority",
        "language", "tags", "intent", "status", "history",
    ),
    TicketState: (
        "ticket__external_id", "status", "assignee__external_id", "team", "tags", "intent", "spam", "deleted",
        "merged_into__external_id", "priority",
    ),
    Message: (
        "external_id", "ticket__external_id", "happened_at", "author", "agent__external_id", "public", "channel",
        "text",
    ),
    StatusChange: ("ticket__external_id", "happened_at", "status", "author", "agent__external_id"),
    Assignment: ("ticket__external_id", "happened_at", "agent__external_id", "team"),
    TagChange: ("ticket__external_id", "happened_at", "added", "removed"),
    IntentChange: ("ticket__external_id", "happened_at", "name", "confidence"),
    PriorityChange: ("ticket__external_id", "happened_at", "changed_to"),
    Flag: ("ticket__external_id", "happened_at", "flag", "value"),
    Merge: ("ticket__external_id", "into__external_id", "happened_at"),
    Survey: ("external_id", "ticket__external_id", "sent_at"),
    Rating: ("survey__external_id", "happened_at", "score", "comment", "suspected_robot"),
    Order: ("external_id", "customer__external_id", "placed_at", "currency", "paid", "test"),
    Refund: ("external_id", "order__external_id", "happened_at", "amount"),
    OrderState: ("order__external_id", "happened_at", "state", "tracking_url"),
    Waiting: ("needs", "needed_id", "entry"),
}  # fmt: skip
"""Everything that a record tells, by table."""

OWNERS = {
    **dict.fromkeys(
        (TicketState, StatusChange, Assignment, TagChange, IntentChange, PriorityChange, Flag, Merge), "ticket__shop"
    ),
    Rating: "survey__shop",
    OrderState: "order__shop",
}


def content(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the record of a shop, by table, in an order of its own; tags as sets."""
    return {table.__name__: _rows(shop, table, columns) for table, columns in COLUMNS.items()}


def _rows(shop: Shop, table: type[models.Model], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    found = table._default_manager.filter(**{OWNERS.get(table, "shop"): shop}).values_list(*columns)
    return sorted((tuple(map(_plain, row)) for row in found), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("["):
        return sorted(json.loads(value))
    return value


def differences(shop: Shop) -> list[tuple[str, str, object, object]]:
    """Where the state of the shop's tickets is not what their history says."""
    with connection.cursor() as cursor:
        return list(state.differences(cursor, shop.pk))


def month(number: int) -> str:
    """A month as the record counts them, in words: 2025 * 12 + 2 is 2025-03."""
    return f"{number // 12}-{number % 12 + 1:02}"


def dirty_months(shop: Shop) -> list[str]:
    """The months whose facts are older than the record."""
    return [month(number) for number in shop.dirty_months.order_by("month").values_list("month", flat=True)]


def cleaned(shop: Shop) -> Shop:
    """The shop without any such month, as after a refresh."""
    shop.dirty_months.all().delete()
    return shop
