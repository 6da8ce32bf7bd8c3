"""What the facts read of the record: the rows of some months' tickets, and of what belongs to them, as Arrow tables."""

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
        "in_months": FLAG,
    },
    "family": {"root_id": INT, "member_id": INT, "happened_at": INT},
    "message": {
        "ticket_id": INT, "happened_at": INT, "author": INT, "public": FLAG, "agent_id": INT, "message_id": TEXT,
    },
    "status_change": {"ticket_id": INT, "happened_at": INT, "status": INT, "author": INT, "agent_id": INT},
    "assignment": {"ticket_id": INT, "happened_at": INT, "agent_id": INT, "team": TEXT},
    "tag_change": {"ticket_id": INT, "happened_at": INT, "added": TEXT, "removed": TEXT},
    "intent_change": {"ticket_id": INT, "happened_at": INT, "name": TEXT},
    "flag": {"ticket_id": INT, "happened_at": INT, "flag": INT, "value": INT},
    "merge": {"ticket_id": INT, "happened_at": INT},
    "survey": {"survey_id": INT, "survey": TEXT, "ticket_id": INT, "sent_at": INT},
    "rating": {"survey_id": INT, "happened_at": INT, "score": INT, "robot": FLAG},
    "purchase": {
        "order_id": INT, "order_name": TEXT, "person": TEXT, "placed_at": INT, "currency": TEXT, "paid": INT,
        "in_months": FLAG,
    },
    "refund": {"order_id": INT, "happened_at": INT, "amount": INT},
    "agent": {"agent_id": INT, "name": TEXT, "team": TEXT},
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Some months in a row of one shop: [first, last], with its conversion window."""

    shop_id: int
    first: int
    last: int
    window_us: int

    @property
    def since(self) -> int:
        """The first instant of the months."""
        return month_start_us(self.first)

    @property
    def until(self) -> int:
        """The first instant after the months."""
        return month_start_us(self.last + 1)


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


@dataclass(frozen=True)
class Extent:
    """From when to when the things read happened (0 and 0: nothing did), and when the first after `as_of` does."""

    first: int
    last: int
    following: int | None


def cut(tables: dict[str, pa.Table], as_of: int) -> tuple[dict[str, pa.Table], Extent]:
    """What had happened by `as_of`, and its extent."""
    first: list[int] = []
    last: list[int] = []
    following: list[int] = []
    parts = {}
    for name, table in tables.items():
        if (column := next((column for column in INSTANTS if column in table.column_names), None)) is not None:
            instants = table[column].to_numpy()
            there = instants <= as_of
            if not there.all():
                following.append(int(instants[~there].min()))
                table = table.filter(pa.array(there))
            if there.any():
                first.append(int(instants[there].min()))
                last.append(int(instants[there].max()))
        parts[name] = table
    return parts, Extent(min(first, default=0), max(last, default=0), min(following, default=None))


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

    All values in them are whole numbers of our own making.
    """
    shop, since, until, horizon = span.shop_id, span.since, span.until, span.until + span.window_us
    of_months = f"t.shop_id = {shop} and t.created_at >= {since} and t.created_at < {until}"
    and_rivals = of_months.replace(f"t.created_at < {until}", f"t.created_at < {horizon}")
    family = (
        "with recursive family(root_id, member_id, happened_at) as ("
        "select m.into_id, m.ticket_id, m.happened_at from record_ticket t join record_merge m on m.into_id = t.id "
        f"where {of_months} union "
        "select f.root_id, m.ticket_id, "
        "case when m.happened_at > f.happened_at then m.happened_at else f.happened_at end "
        "from family f join record_merge m on m.into_id = f.member_id) "
    )
    elsewhere = f"t.created_at < {since} or t.created_at >= {until}"
    members = f"(select distinct t.id from family f join record_ticket t on t.id = f.member_id where {elsewhere}) t"
    message = (
        "select h.ticket_id, h.happened_at, h.author, case when h.public then 1 else 0 end, coalesce(h.agent_id, 0), "
        "h.external_id from {source} join record_message h on h.ticket_id = t.id where {where}"
    )
    survey = (
        "select s.id, s.external_id, s.ticket_id, s.sent_at from {source} join record_survey s on s.ticket_id = t.id "
        "where {where}"
    )
    rating = (
        "select r.survey_id, r.happened_at, r.score, case when r.suspected_robot then 1 else 0 end from {source} "
        "join record_survey s on s.ticket_id = t.id join record_rating r on r.survey_id = s.id "
        "where {where}"
    )
    here = {"source": "record_ticket t", "where": of_months}
    there = {"source": members, "where": "true"}
    orders = f"o.shop_id = {shop} and o.placed_at >= {since} and o.placed_at <= {horizon}"

    def of_tickets(columns: str, table: str, where: str = of_months) -> str:
        return f"select {columns} from record_ticket t join {table} h on h.ticket_id = t.id where {where}"

    return {
        "ticket": "select t.id, t.external_id, t.channel, t.created_at, coalesce(c.person_key, ''), "
        "case when t.outbound then 1 else 0 end, coalesce(t.store, ''), coalesce(t.priority, ''), "
        "coalesce(t.language, ''), coalesce(c.country, ''), t.tags, coalesce(t.intent, ''), t.status, "
        f"case when t.created_at < {until} then 1 else 0 end "
        f"from record_ticket t left join record_customer c on c.id = t.customer_id where {and_rivals}",
        "family": f"{family} select root_id, member_id, happened_at from family",
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
        "flag": of_tickets(
            "h.ticket_id, h.happened_at, h.flag, case when h.value then 1 else 0 end", "record_flag", and_rivals
        ),
        "merge": of_tickets("h.ticket_id, h.happened_at", "record_merge", and_rivals),
        "survey": survey.format(**here),
        "survey of members": family + survey.format(**there),
        "rating": rating.format(**here),
        "rating of members": family + rating.format(**there),
        "purchase": "select o.id, o.external_id, c.person_key, o.placed_at, o.currency, o.paid, "
        f"case when o.placed_at < {until} then 1 else 0 end "
        "from record_order o join record_customer c on c.id = o.customer_id "
        f"where {orders} and o.paid > 0 and not o.test",
        "refund": "select r.order_id, r.happened_at, r.amount from record_order o "
        f"join record_refund r on r.order_id = o.id where {orders}",
        "agent": f"select id, external_id, coalesce(team, '') from record_agent where shop_id = {shop}",
    }
