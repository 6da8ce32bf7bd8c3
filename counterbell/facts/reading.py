"""What the facts read of the record: the rows of some months' tickets, and of what belongs to them, as Arrow tables."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from counterbell.record.dirty import month_start_us

from .reader import Reader

INT, TEXT, FLAG = pa.int64(), pa.string(), pa.bool_()

SCHEMAS: dict[str, dict[str, pa.DataType]] = {
    "ticket": {
        "ticket_id": INT, "ticket": TEXT, "channel": TEXT, "created_at": INT, "person": TEXT, "outbound": FLAG,
        "store": TEXT, "priority": TEXT, "language": TEXT, "country": TEXT, "tags": TEXT, "intent": TEXT, "status": INT,
        "history": TEXT, "in_months": FLAG,
    },
    "family": {"root_id": INT, "member_id": INT, "happened_at": INT, "history": TEXT},
    "message": {
        "ticket_id": INT, "happened_at": INT, "author": INT, "public": FLAG, "agent_id": INT, "message_id": TEXT,
    },
    "status_change": {"ticket_id": INT, "happened_at": INT, "status": INT, "author": INT, "agent_id": INT},
    "assignment": {"ticket_id": INT, "happened_at": INT, "agent_id": INT, "team": TEXT},
    "tag_change": {"ticket_id": INT, "happened_at": INT, "added": TEXT, "removed": TEXT},
    "intent_change": {"ticket_id": INT, "happened_at": INT, "name": TEXT},
    "priority_change": {"ticket_id": INT, "happened_at": INT, "priority": TEXT},
    "flag": {"ticket_id": INT, "happened_at": INT, "flag": INT, "value": INT},
    "merge": {"ticket_id": INT, "happened_at": INT},
    "survey": {"survey_id": INT, "survey": TEXT, "ticket_id": INT, "sent_at": INT},
    "rating": {"survey_id": INT, "happened_at": INT, "score": INT, "robot": FLAG, "commented": FLAG},
    "purchase": {
        "order_id": INT, "order_name": TEXT, "person": TEXT, "placed_at": INT, "currency": TEXT, "paid": INT,
        "in_months": FLAG,
    },
    "refund": {"order_id": INT, "happened_at": INT, "amount": INT},
    "agent": {"agent_id": INT, "name": TEXT, "team": TEXT},
}  # fmt: skip


@dataclass(frozen=True)
class Some:
    """Some tickets and orders of a month, by primary key."""

    tickets: tuple[int, ...]
    orders: tuple[int, ...]


@dataclass(frozen=True)
class Span:
    """Some months in a row of one shop: [first, last], with its conversion window; of a month perhaps only `some`."""

    shop_id: int
    first: int
    last: int
    window_us: int
    some: Some | None = None

    @property
    def since(self) -> int:
        """The first instant of the months."""
        return month_start_us(self.first)

    @property
    def until(self) -> int:
        """The first instant after the months."""
        return month_start_us(self.last + 1)

    @property
    def tickets(self) -> str:
        """Which tickets `t` are asked for, as SQL."""
        if self.some is not None:
            return f"t.id in ({_numbers(self.some.tickets)})"
        return f"t.shop_id = {self.shop_id} and t.created_at >= {self.since} and t.created_at < {self.until}"

    @property
    def tickets_and_rivals(self) -> str:
        """Which tickets `t` have a say in who gets an order: those asked for, and other ones of the same persons."""
        within = f"t.created_at >= {self.since} and t.created_at < {self.until + self.window_us}"
        if self.some is not None:
            of_persons = f"select t.id from record_ticket t where {within} and t.customer_id in ({self._persons})"
            return f"t.id in ({of_persons} union select t.id from record_ticket t where {self.tickets})"
        return f"t.shop_id = {self.shop_id} and {within}"

    @property
    def orders(self) -> str:
        """Which orders `o` are asked for or may be credited to the tickets, as SQL."""
        within = f"o.placed_at >= {self.since} and o.placed_at <= {self.until + self.window_us}"
        if self.some is not None:
            own = f"select o.id from record_order o where o.id in ({_numbers(self.some.orders)})"
            of_persons = f"select o.id from record_order o where {within} and o.customer_id in ({self._persons})"
            return f"o.id in ({own} union {of_persons})"
        return f"o.shop_id = {self.shop_id} and {within}"

    @property
    def orders_of_months(self) -> str:
        """Which of the orders `o` are listed as placed in the months."""
        return f"o.id in ({_numbers(self.some.orders)})" if self.some is not None else f"o.placed_at < {self.until}"

    @property
    def _persons(self) -> str:
        """The customers that are the persons of the tickets."""
        return (
            "select other.id from record_ticket t join record_customer one on one.id = t.customer_id "
            "join record_customer other on other.shop_id = one.shop_id and other.person_key = one.person_key "
            f"where {self.tickets}"
        )


def _numbers(keys: Iterable[int]) -> str:
    return ", ".join(map(str, keys)) or "null"


def read(reader: Reader, span: Span) -> dict[str, pa.Table]:
    """The tables of SCHEMAS for these months, of one snapshot; tickets and purchases with their month."""
    parts = reader.read(queries(span))
    tables = {}
    for name, schema in SCHEMAS.items():
        found = [_cast(parts[part], schema) for part in (name, f"{name} of members") if part in parts]
        tables[name] = pa.concat_tables(found)
    for name, column in (("ticket", "created_at"), ("purchase", "placed_at")):
        tables[name] = tables[name].append_column("month", _months(tables[name][column]))
    return tables


def cut(tables: dict[str, pa.Table], as_of: int) -> dict[str, pa.Table]:
    """What had happened by `as_of`."""
    parts = {}
    for name, table in tables.items():
        if (column := next((column for column in INSTANTS if column in table.column_names), None)) is not None:
            there = table[column].to_numpy() <= as_of
            table = table if there.all() else table.filter(pa.array(there))
        parts[name] = table
    return parts


INSTANTS = ("happened_at", "created_at", "sent_at", "placed_at")


def _cast(table: pa.Table, schema: dict[str, pa.DataType]) -> pa.Table:
    """Give the columns their types; a database without types tells none for a table without rows."""
    if table.num_rows == 0:
        return pa.schema(list(schema.items())).empty_table()
    columns = []
    for place, kind in enumerate(schema.values()):
        column = table.column(place)
        columns.append(column if column.type == kind else column.cast(kind))
    return pa.table(columns, names=list(schema))


def _months(instants: pa.ChunkedArray) -> pa.Array:
    months = instants.to_numpy().astype("datetime64[us]").astype("datetime64[M]").astype(np.int32)
    return pa.array(months + np.int32(1970 * 12))


def queries(span: Span) -> dict[str, str]:
    """The queries on the record, by the name of the table they fill; the same on SQLite and PostgreSQL.

    All values in them are whole numbers of our own making. A cross join tells SQLite to begin with the tickets.
    """
    shop, of_months, and_rivals, orders = span.shop_id, span.tickets, span.tickets_and_rivals, span.orders
    family = (
        "with recursive family(root_id, member_id, happened_at) as ("
        "select m.into_id, m.ticket_id, m.happened_at from record_ticket t cross join record_merge m "
        f"where m.into_id = t.id and {of_months} union "
        "select f.root_id, m.ticket_id, "
        "case when m.happened_at > f.happened_at then m.happened_at else f.happened_at end "
        "from family f cross join record_merge m where m.into_id = f.member_id) "
    )
    members = (
        "(select distinct t.id from family f cross join record_ticket t "
        f"where t.id = f.member_id and not ({of_months})) t"
    )
    message = (
        "select h.ticket_id, h.happened_at, h.author, case when h.public then 1 else 0 end, coalesce(h.agent_id, 0), "
        "h.external_id from {source} cross join record_message h where h.ticket_id = t.id and {where}"
    )
    survey = (
        "select s.id, s.external_id, s.ticket_id, s.sent_at from {source} cross join record_survey s "
        "where s.ticket_id = t.id and {where}"
    )
    rating = (
        "select r.survey_id, r.happened_at, r.score, case when r.suspected_robot then 1 else 0 end, "
        "case when r.comment <> '' then 1 else 0 end from {source} "
        "cross join record_survey s cross join record_rating r "
        "where s.ticket_id = t.id and r.survey_id = s.id and {where}"
    )
    here = {"source": "record_ticket t", "where": of_months}
    there = {"source": members, "where": "true"}

    def of_tickets(columns: str, table: str, where: str = of_months) -> str:
        return f"select {columns} from record_ticket t cross join {table} h where h.ticket_id = t.id and ({where})"

    return {
        "ticket": "select t.id, t.external_id, t.channel, t.created_at, coalesce(c.person_key, ''), "
        "case when t.outbound then 1 else 0 end, coalesce(t.store, ''), coalesce(t.priority, ''), "
        "coalesce(t.language, ''), coalesce(c.country, ''), t.tags, coalesce(t.intent, ''), t.status, "
        "coalesce(t.history, 'full'), "
        f"case when {of_months} then 1 else 0 end "
        f"from record_ticket t left join record_customer c on c.id = t.customer_id where {and_rivals}",
        "family": f"{family} select f.root_id, f.member_id, f.happened_at, coalesce(t.history, 'full') "
        "from family f join record_ticket t on t.id = f.member_id",
        "message": message.format(**here),
        "message of members": family + message.format(**there),
        "status_change": of_tickets(
            "h.ticket_id, h.happened_at, h.status, coalesce(h.author, 0), coalesce(h.agent_id, 0)",
            "record_statuschange",
        ),
        "assignment": of_tickets(
            "h.ticket_id, h.happened_at, coalesce(h.agent_id, 0), coalesce(h.team, '')", "record_assignment"
        ),
        "tag_change": of_tickets("h.ticket_id, h.happened_at, h.added, h.removed", "record_tagchange"),
        "intent_change": of_tickets("h.ticket_id, h.happened_at, h.name", "record_intentchange"),
        "priority_change": of_tickets(
            "h.ticket_id, h.happened_at, coalesce(h.changed_to, '')", "record_prioritychange"
        ),
        "flag": of_tickets(
            "h.ticket_id, h.happened_at, h.flag, case when h.value then 1 else 0 end", "record_flag", and_rivals
        ),
        "merge": of_tickets("h.ticket_id, h.happened_at", "record_merge", and_rivals),
        "survey": survey.format(**here),
        "survey of members": family + survey.format(**there),
        "rating": rating.format(**here),
        "rating of members": family + rating.format(**there),
        "purchase": "select o.id, o.external_id, c.person_key, o.placed_at, o.currency, o.paid, "
        f"case when {span.orders_of_months} then 1 else 0 end "
        "from record_order o join record_customer c on c.id = o.customer_id "
        f"where {orders} and o.paid > 0 and not o.test",
        "refund": "select r.order_id, r.happened_at, r.amount from record_order o "
        f"join record_refund r on r.order_id = o.id where {orders}",
        "agent": f"select id, external_id, coalesce(team, '') from record_agent where shop_id = {shop}",
    }
