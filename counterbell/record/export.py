"""The record of a shop in the log format, so that importing it into an empty database gives the same record."""

import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import zstandard
from django.db import connection
from django.db.models import QuerySet

from counterbell.accounts.models import Shop

from . import entries as e
from . import models, settings
from .entries import Entry

PIECE = 5_000
"""Rows fetched at a time."""

AUTHORS = {None: None, 1: "customer", 2: "automation", 3: "agent"}
STATUSES = {1: "open", 2: "pending", 3: "snoozed", 4: "closed"}
FLAGS = {1: "spam", 2: "deleted"}


def export(shop: Shop, path: Path) -> int:
    """Write the shop's record to a file (packed by its ending; - is standard output); returns the number of lines."""
    count = 0
    with _writable(path) as file:
        for line in lines(shop):
            file.write(line)
            count += 1
    return count


def lines(shop: Shop) -> Iterator[bytes]:
    """The lines of the log, of the record as it stands when the first is asked for."""
    encoder = msgspec.json.Encoder()
    with _as_it_stands():
        for entry in entries(shop):
            yield encoder.encode(entry) + b"\n"
        for line in models.Waiting.objects.filter(shop=shop).values_list("entry", flat=True).iterator(PIECE):
            yield line.encode() + b"\n"


def entries(shop: Shop) -> Iterator[Entry]:
    """Everything the record holds of a shop, as entries: what others need comes first."""
    if shop.told:
        yield settings.told(shop)
    for row in _rows(models.Agent.objects.filter(shop=shop), "external_id", "name", "email", "team"):
        yield e.Agent(id=row[0], name=row[1], email=row[2], team=row[3])
    customer = ("external_id", "email", "phone", "name", "language", "country", "person")
    for row in _rows(models.Customer.objects.filter(shop=shop), *customer):
        yield e.Customer(**dict(zip(("id", *customer[1:]), row, strict=True)))
    yield from _tickets(shop)
    yield from _of_tickets(shop)
    yield from _purchases(shop)


def _tickets(shop: Shop) -> Iterator[Entry]:
    columns = (
        "external_id", "channel", "created_at", "customer__external_id", "outbound", "subject", "store", "priority",
        "language", "tags", "intent", "status", "history",
    )  # fmt: skip
    for row in _rows(models.Ticket.objects.filter(shop=shop), *columns):
        yield e.Ticket(
            id=row[0], channel=row[1], created_at=row[2], customer=row[3],
            direction="outbound" if row[4] else "inbound", subject=row[5], store=row[6], priority=row[7],
            language=row[8], tags=json.loads(row[9]), intent=row[10], status=cast(Any, STATUSES[row[11]]),
            history=row[12],
        )  # fmt: skip


def _of_tickets(shop: Shop) -> Iterator[Entry]:
    at = ("ticket__external_id", "happened_at")
    for row in _rows(
        models.Message.objects.filter(shop=shop),
        *at, "external_id", "author", "agent__external_id", "public", "channel", "text",
    ):  # fmt: skip
        yield e.Message(
            ticket=row[0], at=row[1], id=row[2], by=cast(Any, AUTHORS[row[3]]), agent=row[4], public=row[5],
            channel=row[6], text=row[7],
        )  # fmt: skip
    of_shop = {"ticket__shop": shop}
    for row in _rows(models.StatusChange.objects.filter(**of_shop), *at, "status", "author", "agent__external_id"):
        to, by = cast(Any, STATUSES[row[2]]), cast(Any, AUTHORS[row[3]])
        yield e.Status(ticket=row[0], at=row[1], to=to, by=by, agent=row[4])
    for row in _rows(models.Assignment.objects.filter(**of_shop), *at, "agent__external_id", "team"):
        yield e.Assignment(ticket=row[0], at=row[1], agent=row[2], team=row[3])
    for row in _rows(models.TagChange.objects.filter(**of_shop), *at, "added", "removed"):
        yield e.Tags(ticket=row[0], at=row[1], add=json.loads(row[2]), remove=json.loads(row[3]))
    for row in _rows(models.IntentChange.objects.filter(**of_shop), *at, "name", "confidence"):
        yield e.Intent(ticket=row[0], at=row[1], name=row[2], confidence=row[3])
    for row in _rows(models.PriorityChange.objects.filter(**of_shop), *at, "changed_to"):
        yield e.Priority(ticket=row[0], at=row[1], to=row[2])
    for row in _rows(models.Flag.objects.filter(**of_shop), *at, "flag", "value"):
        yield e.Flag(ticket=row[0], at=row[1], flag=cast(Any, FLAGS[row[2]]), value=row[3])
    for row in _rows(models.Merge.objects.filter(**of_shop), *at, "into__external_id"):
        yield e.Merge(ticket=row[0], at=row[1], into=row[2])
    for row in _rows(models.Survey.objects.filter(shop=shop), "external_id", "ticket__external_id", "sent_at"):
        yield e.Survey(id=row[0], ticket=row[1], at=row[2])
    for row in _rows(
        models.Rating.objects.filter(survey__shop=shop),
        "survey__external_id", "happened_at", "score", "comment", "suspected_robot",
    ):  # fmt: skip
        yield e.Rating(survey=row[0], at=row[1], score=row[2], comment=row[3], suspected_robot=row[4])


def _purchases(shop: Shop) -> Iterator[Entry]:
    for row in _rows(
        models.Order.objects.filter(shop=shop),
        "external_id", "customer__external_id", "placed_at", "currency", "paid", "test",
    ):  # fmt: skip
        yield e.Order(id=row[0], customer=row[1], at=row[2], currency=row[3], paid=row[4], test=row[5])
    for row in _rows(
        models.Refund.objects.filter(shop=shop), "external_id", "order__external_id", "happened_at", "amount"
    ):
        yield e.Refund(id=row[0], order=row[1], at=row[2], amount=row[3])
    for row in _rows(
        models.OrderState.objects.filter(order__shop=shop), "order__external_id", "happened_at", "state", "tracking_url"
    ):
        yield e.OrderState(order=row[0], at=row[1], state=cast(Any, row[2]), tracking_url=row[3])


def _rows(found: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    return iter(found.order_by("pk").values_list(*columns).iterator(PIECE))


@contextmanager
def _as_it_stands() -> Iterator[None]:
    """Read the record as it stands now, whatever is written meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    begin = "begin" if connection.vendor == "sqlite" else "begin isolation level repeatable read, read only"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("rollback")


def _writable(path: Path) -> AbstractContextManager[IO[bytes]]:
    if path == Path("-"):
        return nullcontext(sys.stdout.buffer)
    match path.suffix:
        case ".gz":
            return cast(IO[bytes], gzip.open(path, "wb", compresslevel=6))
        case ".zst":
            return cast(IO[bytes], zstandard.open(path, "wb"))
    return path.open("wb")
