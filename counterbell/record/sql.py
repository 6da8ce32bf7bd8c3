"""The few places where SQLite and PostgreSQL want other words, and rows written many at a time."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

Row = tuple[Any, ...]


def listed_numbers() -> str:
    """A subquery over a bound list of whole numbers (bind `listing(...)`), with one column `value`."""
    if connection.vendor == "postgresql":
        return "(select value::bigint from json_array_elements_text(%s::json) as listed(value))"
    return "(select value from json_each(%s))"


def listed_texts() -> str:
    """A subquery over a bound list of texts (bind `listing(...)`), with one column `value`."""
    if connection.vendor == "postgresql":
        return "(select value from json_array_elements_text(%s::json) as listed(value))"
    return "(select value from json_each(%s))"


def listed_spans() -> str:
    """A subquery over a bound list of [id, from, until] (bind `listing(...)`)."""
    if connection.vendor == "postgresql":
        return (
            "(select (value->>0)::bigint as id, (value->>1)::bigint as since, (value->>2)::bigint as until "
            "from json_array_elements(%s::json) as listed(value))"
        )
    return (
        "(select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as since, "
        "json_extract(value, '$[2]') as until from json_each(%s))"
    )


def listing(values: Iterable[object]) -> str:
    """The parameter for the three above."""
    return json.dumps(list(values))


def by_id(cursor: CursorWrapper, table: str, columns: str, shop_id: int, names: Iterable[str | None]) -> dict[str, Row]:
    """The columns of what a table with ids of a source holds under these ids, by id."""
    if not (wanted := list(names)):
        return {}
    cursor.execute(
        f'select external_id, {columns} from "{table}" where shop_id = %s and external_id in {listed_texts()}',
        [shop_id, listing(wanted)],
    )
    return {row[0]: row[1:] for row in cursor.fetchall()}


def one_at_a_time(cursor: CursorWrapper, shop_id: int) -> None:
    """Wait until nobody else writes to the shop's record, and keep others out until the end of the transaction.

    What two transactions do not see of each other would leave a ticket in a wrong state, one person as two, or two
    tickets merged into each other. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        cursor.execute("select pg_advisory_xact_lock(%s)", [shop_id])


TOGETHER = 50
"""So many rows go into a statement: one by one takes SQLite nearly twice the time."""


def insert(cursor: CursorWrapper, into: str, rows: Sequence[Row], on_conflict: str) -> int:
    """Insert rows (`into` names the table and its columns); returns how many went in."""
    whole = len(rows) - len(rows) % TOGETHER
    inserted = 0
    for some, together in ((rows[:whole], TOGETHER), (rows[whole:], 1)):
        if some:
            one = f"({', '.join(['%s'] * len(some[0]))})"
            statement = f"{into} values {', '.join([one] * together)} {on_conflict}"
            pieces = (some[first : first + together] for first in range(0, len(some), together))
            cursor.executemany(statement, [list(chain.from_iterable(piece)) for piece in pieces])
            inserted += max(cursor.rowcount, 0)
    return inserted


@dataclass(frozen=True)
class Table:
    """A table of history as the record writes it: its key, all its columns (key first), and those erasure blanks."""

    name: str
    key: tuple[str, ...]
    content: tuple[str, ...]
    texts: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.key + self.content

    def insert(self, cursor: CursorWrapper, rows: Sequence[Row]) -> int:
        """Insert the rows whose keys are not there yet; returns how many went in."""
        if not rows:
            return 0
        names = ", ".join(f'"{column}"' for column in self.columns)
        return insert(cursor, f'insert into "{self.name}" ({names})', rows, "on conflict do nothing")

    def newest_id(self, cursor: CursorWrapper) -> int:
        """The highest id in the table; what is inserted later lies above it."""
        cursor.execute(f'select coalesce(max(id), 0) from "{self.name}"')
        return int(cursor.fetchone()[0])

    def stored(self, cursor: CursorWrapper, rows: Sequence[Row]) -> dict[Row, Row]:
        """The rows that the table holds under the keys of `rows`, by key."""
        names = ", ".join(f'"{column}"' for column in self.columns)
        if self.key[0] == "shop_id":
            where, bound = f'shop_id = %s and "{self.key[1]}" in {listed_texts()}', [rows[0][0]]
            wanted = {row[1] for row in rows}
        else:
            where, bound = f'"{self.key[0]}" in {listed_numbers()}', []
            wanted = {row[0] for row in rows}
        cursor.execute(f'select {names} from "{self.name}" where {where}', [*bound, listing(wanted)])
        width = len(self.key)
        return {row[:width]: row for row in cursor.fetchall()}

    def keys_after(self, cursor: CursorWrapper, newest_id: int) -> set[Row]:
        """The keys of the rows inserted after `newest_id` was read."""
        names = ", ".join(f'"{column}"' for column in self.key)
        cursor.execute(f'select {names} from "{self.name}" where id > %s', [newest_id])
        return set(cursor.fetchall())


TICKET = Table(
    "record_ticket",
    ("shop_id", "external_id"),
    (
        "channel", "created_at", "customer_id", "outbound", "subject", "store", "priority", "language", "tags",
        "intent", "status", "history",
    ),
    ("subject",),
)  # fmt: skip
MESSAGE = Table(
    "record_message",
    ("shop_id", "external_id"),
    ("ticket_id", "happened_at", "author", "agent_id", "public", "channel", "text"),
    ("text",),
)
STATUS_CHANGE = Table("record_statuschange", ("ticket_id", "happened_at", "status"), ("author", "agent_id"))
ASSIGNMENT = Table("record_assignment", ("ticket_id", "happened_at"), ("agent_id", "team"))
TAG_CHANGE = Table("record_tagchange", ("ticket_id", "happened_at"), ("added", "removed"))
INTENT_CHANGE = Table("record_intentchange", ("ticket_id", "happened_at"), ("name", "confidence"))
PRIORITY_CHANGE = Table("record_prioritychange", ("ticket_id", "happened_at"), ("changed_to",))
FLAG = Table("record_flag", ("ticket_id", "happened_at", "flag"), ("value",))
MERGE = Table("record_merge", ("ticket_id",), ("into_id", "happened_at"))
SURVEY = Table("record_survey", ("shop_id", "external_id"), ("ticket_id", "sent_at"))
RATING = Table("record_rating", ("survey_id", "happened_at"), ("score", "comment", "suspected_robot"), ("comment",))
ORDER = Table("record_order", ("shop_id", "external_id"), ("customer_id", "placed_at", "currency", "paid", "test"))
REFUND = Table("record_refund", ("shop_id", "external_id"), ("order_id", "happened_at", "amount"))
ORDER_STATE = Table("record_orderstate", ("order_id", "happened_at"), ("state", "tracking_url"), ("tracking_url",))
