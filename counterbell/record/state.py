"""The current state of tickets: what each column of `TicketState` is, said once in SQL over the history.

The same expressions keep the state up to date, rebuild it, and check it.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .sql import listed_numbers, listing


def _latest(column: str, table: str, *, condition: str = "true", order: str = "happened_at desc") -> str:
    return f"(select {column} from {table} h where h.ticket_id = t.id and {condition} order by {order} limit 1)"


def _tags() -> str:
    """The initial tags and those added, less those removed later: of each tag, the last thing said of it counts."""
    if connection.vendor == "postgresql":
        each, value, gather = "json_array_elements_text({}::json)", "e.value", "json_agg(value order by value)::text"
    else:
        each, value, gather = "json_each({})", "e.value", "json_group_array(value)"
    said = " union all ".join(
        f"select {value} as value, {when} as happened_at, {place} as place from {source} "
        f"cross join {each.format(column)} {'as e(value)' if connection.vendor == 'postgresql' else 'e'} {where}"
        for source, column, when, place, where in (
            ("(select t.tags as tags) i", "i.tags", "-9223372036854775807", 0, ""),
            ("record_tagchange h", "h.added", "h.happened_at", 1, "where h.ticket_id = t.id"),
            ("record_tagchange h", "h.removed", "h.happened_at", 2, "where h.ticket_id = t.id"),
        )
    )
    ranked = (
        "select value, place, row_number() over (partition by value order by happened_at desc, place desc) as back "
        f"from ({said}) said"
    )
    kept = f"select value from ({ranked}) ranked where back = 1 and place < 2 order by value"
    return f"coalesce((select {gather} from ({kept}) kept), '[]')"


def _priority() -> str:
    """The priority last given, which may be none, or that of the creation where none ever was."""
    changes = "record_prioritychange h where h.ticket_id = t.id"
    latest = _latest("changed_to", "record_prioritychange")
    return f"(case when exists (select 1 from {changes}) then {latest} else t.priority end)"


@dataclass(frozen=True)
class Column:
    """A column of the state: its name and its value, as SQL over the ticket `t` and its history."""

    name: str
    sql: str


def columns(kind: str | None = None) -> list[Column]:
    """The columns that entries of that kind change; all without a kind."""
    status = _latest("status", "record_statuschange", order="happened_at desc, status desc")
    by_kind = {
        "status": [Column("status", f"coalesce({status}, t.status)")],
        "assignment": [
            Column("assignee_id", _latest("agent_id", "record_assignment")),
            Column("team", _latest("team", "record_assignment")),
        ],
        "tags": [Column("tags", _tags())],
        "intent": [Column("intent", f"coalesce({_latest('name', 'record_intentchange')}, t.intent)")],
        "priority": [Column("priority", _priority())],
        "flag": [
            Column("spam", f"coalesce({_latest('value', 'record_flag', condition='flag = 1')}, false)"),
            Column("deleted", f"coalesce({_latest('value', 'record_flag', condition='flag = 2')}, false)"),
        ],
        "merge": [Column("merged_into_id", "(select into_id from record_merge h where h.ticket_id = t.id)")],
    }  # fmt: skip
    return by_kind[kind] if kind else [column for changed in by_kind.values() for column in changed]


KINDS = ("status", "assignment", "tags", "intent", "priority", "flag", "merge")


def begin(cursor: CursorWrapper, ticket_ids: Collection[int]) -> None:
    """Give new tickets the state that their ticket lines tell."""
    if ticket_ids:
        cursor.execute(
            "insert into record_ticketstate (ticket_id, status, tags, intent, priority, spam, deleted) "
            "select id, status, tags, intent, priority, false, false from record_ticket "
            f"where id in {listed_numbers()} on conflict do nothing",
            [listing(ticket_ids)],
        )


def follow(cursor: CursorWrapper, kind: str, ticket_ids: Iterable[int]) -> None:
    """Bring the columns that entries of `kind` change up to date for these tickets."""
    changes = ", ".join(f"{column.name} = {column.sql}" for column in columns(kind))
    cursor.execute(
        f"update record_ticketstate set {changes} from record_ticket t "
        f"where t.id = record_ticketstate.ticket_id and t.id in {listed_numbers()}",
        [listing(ticket_ids)],
    )


def rebuild(cursor: CursorWrapper, shop_id: int) -> None:
    """Make the state of all tickets of the shop again from their history."""
    cursor.execute("select id from record_ticket where shop_id = %s", [shop_id])
    ticket_ids = [row[0] for row in cursor.fetchall()]
    begin(cursor, ticket_ids)
    for kind in KINDS:
        follow(cursor, kind, ticket_ids)


def differences(cursor: CursorWrapper, shop_id: int) -> Iterator[tuple[str, str, object, object]]:
    """Where the state differs from the history: (ticket, column, kept, by the history)."""
    for column in columns():
        cursor.execute(
            f"select external_id, kept, told from (select t.external_id, s.{column.name} as kept, {column.sql} as told "
            "from record_ticket t left join record_ticketstate s on s.ticket_id = t.id where t.shop_id = %s) compared "
            "where kept is distinct from told order by external_id",
            [shop_id],
        )
        for ticket, kept, told in cursor.fetchall():
            if column.name != "tags" or _as_set(kept) != _as_set(told):
                yield ticket, column.name, kept, told


def _as_set(tags: str | None) -> set[str] | None:
    return None if tags is None else set(json.loads(tags))
