"""One transaction's worth of entries on their way into the record."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db.backends.utils import CursorWrapper

from counterbell.accounts.models import Shop

from . import dirty, entries, erase, persons, sentences, settings, sql, state
from .entries import Entry, Unreadable, microseconds
from .outcome import Positioned, Refusal, Summary, kind_of

AUTHORS = {None: None, "customer": 1, "automation": 2, "agent": 3}
STATUSES = {"open": 1, "pending": 2, "snoozed": 3, "closed": 4}
FLAGS = {"spam": 1, "deleted": 2}
DAY_US = dirty.DAY_US

TICKET_TABLES = (
    (entries.Message, sql.MESSAGE),
    (entries.Status, sql.STATUS_CHANGE),
    (entries.Assignment, sql.ASSIGNMENT),
    (entries.Tags, sql.TAG_CHANGE),
    (entries.Intent, sql.INTENT_CHANGE),
    (entries.Flag, sql.FLAG),
    (entries.Survey, sql.SURVEY),
)
"""The types whose entries belong to a ticket and need nothing else, with their tables."""

TIMES = {kind: attrgetter("at") for kind, _ in TICKET_TABLES} | {
    entries.Ticket: attrgetter("created_at"),
    entries.Merge: attrgetter("at"),
    entries.Rating: attrgetter("at"),
    entries.Order: attrgetter("at"),
    entries.Refund: attrgetter("at"),
}
"""When an entry of each type says that it happened."""

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""The times that a record can tell of: from FIRST until before LAST. Everything else is a slip of a source."""


class Batch:
    """Entries that go in together: what each type needs comes before it, whatever their order was."""

    def __init__(self, shop: Shop, cursor: CursorWrapper, positioned: Iterable[Positioned]) -> None:
        self.shop, self.shop_id = shop, shop.pk
        self.cursor = cursor
        self.summary = Summary()
        self.refusals: list[Refusal] = []
        self.of_type: dict[type, list[Positioned]] = defaultdict(list)
        for place in positioned:
            self.of_type[type(place[1])].append(place)
        self.agents: dict[str | None, int | None] = {None: None}
        self.customers: dict[str | None, int | None] = {None: None}
        self.tickets: dict[str, tuple[int, int]] = {}
        """id -> (primary key, created at) of the tickets that entries name"""
        self.touched: dict[int, int] = {}
        """primary key -> created at of the tickets whose facts become old"""
        self.placed: dict[str, int] = {}
        """id -> placed at of the orders whose facts become old"""
        self.spans: list[dirty.Span] = []
        self.waiting: list[sql.Row] = []
        self.persons: set[str] = set()
        self.changed_customers: set[int] = set()

    def write(self) -> None:
        """Put everything into the record, as far as it fits; what does not is in `refusals` afterwards."""
        for kind, placed in self.of_type.items():
            self.summary.read[kind.__name__.lower()] += len(placed)
        for line, unreadable in self.of_type[Unreadable]:
            assert isinstance(unreadable, Unreadable)
            self.summary.refused["unreadable"] += 1
            self.refusals.append(Refusal(line, unreadable.raw, unreadable.reason, unreadable.field))
        self._refuse_what_no_database_keeps()
        self._refuse_impossible_times()
        self._settings()
        self._agents()
        self._customers()
        self._tickets()
        self._of_tickets()
        self._merges()
        self._ratings()
        self._orders()
        self._refunds()
        self._keep_waiting()
        self._mark()

    def _refuse_what_no_database_keeps(self) -> None:
        for kind, placed in self.of_type.items():
            if kind is Unreadable or not _holds_nul([entry for _, entry in placed]):
                continue
            self.of_type[kind] = [place for place in placed if not _holds_nul(place[1])]
            for place in placed:
                if _holds_nul(place[1]):
                    self._refuse(place, "It holds a NUL character (U+0000), which databases cannot keep. Take it out.")

    def _refuse_impossible_times(self) -> None:
        for kind, time_of in TIMES.items():
            placed = self.of_type[kind]
            fitting = [  # the year is asked first: to compare times with an offset is slow
                place
                for place in placed
                if FIRST.year < (time := time_of(place[1])).year < LAST.year - 1 or FIRST <= time < LAST
            ]
            if len(fitting) == len(placed):
                continue
            self.of_type[kind] = fitting
            for place in placed:
                if not FIRST <= (time := time_of(place[1])) < LAST:
                    self._refuse(
                        place,
                        f"The time {time.isoformat()} cannot be: a record tells of {FIRST.year} to {LAST.year - 1}. "
                        "Correct it.",
                        "created_at" if kind is entries.Ticket else "at",
                    )

    # ---- who and what the shop is

    def _settings(self) -> None:
        for place in self.of_type[entries.Shop]:
            told = place[1]
            assert isinstance(told, entries.Shop)
            try:
                changed = settings.replace(self.shop, told)
            except settings.BadSettings as problem:
                self._refuse(place, str(problem))
                continue
            self._count("new" if changed.any else "known", place)
            if changed.facts:
                dirty.mark_all(self.cursor, self.shop_id)

    def _agents(self) -> None:
        declared = {e.id: e for _, e in self.of_type[entries.Agent] if isinstance(e, entries.Agent)}
        named = {
            e.agent  # type: ignore[union-attr]
            for kind in (entries.Message, entries.Status, entries.Assignment)
            for _, e in self.of_type[kind]
        } - {None}
        known = self._select("record_agent", "id, name, email, team", declared.keys() | named)
        changed = {
            name: e for name, e in declared.items() if name not in known or known[name][1:] != (e.name, e.email, e.team)
        }
        self.cursor.executemany(
            "insert into record_agent (shop_id, external_id, name, email, team) values (%s, %s, %s, %s, %s) "
            "on conflict (shop_id, external_id) do update "
            "set name = excluded.name, email = excluded.email, team = excluded.team",
            [(self.shop_id, e.id, e.name, e.email, e.team) for e in changed.values()],
        )
        self._insert_named("record_agent", named - known.keys() - changed.keys())
        if any(name in known and known[name][3] != e.team for name, e in changed.items()):
            dirty.mark_all(self.cursor, self.shop_id)  # an agent's team is the current one in all facts
        now_known = self._select("record_agent", "id", declared.keys() | named)
        self.agents |= {name: row[0] for name, row in now_known.items()}
        for place in self.of_type[entries.Agent]:
            self._count("new" if place[1].id in changed else "known", place)  # type: ignore[union-attr]

    def _customers(self) -> None:
        declared = {e.id: e for _, e in self.of_type[entries.Customer] if isinstance(e, entries.Customer)}
        named = {
            e.customer  # type: ignore[union-attr]
            for kind in (entries.Ticket, entries.Order)
            for _, e in self.of_type[kind]
            if e.customer is not None  # type: ignore[union-attr]
        }
        changed = persons.replace(self.cursor, self.shop_id, declared)
        missing = named - declared.keys()
        missing -= self._select("record_customer", "id", missing).keys()
        self.cursor.executemany(
            "insert into record_customer (shop_id, external_id, person_key) values (%s, %s, %s) on conflict do nothing",
            [(self.shop_id, name, persons.alone_key(name)) for name in missing],
        )
        self.customers |= {
            name: row[0] for name, row in self._select("record_customer", "id", declared.keys() | named).items()
        }
        if changed.persons or changed.customers:
            self.persons |= changed.persons
            self.changed_customers |= changed.customers
        for place in self.of_type[entries.Customer]:
            self._count("new" if place[1].id in changed.replaced else "known", place)  # type: ignore[union-attr]

    def _select(self, table: str, columns: str, names: Iterable[str | None]) -> dict[str, sql.Row]:
        """The columns of what is there under these ids, by id."""
        if not (wanted := list(names)):
            return {}
        self.cursor.execute(
            f'select external_id, {columns} from "{table}" where shop_id = %s and external_id in {sql.listed_texts()}',
            [self.shop_id, sql.listing(wanted)],
        )
        return {row[0]: row[1:] for row in self.cursor.fetchall()}

    def _insert_named(self, table: str, names: Iterable[str | None]) -> None:
        self.cursor.executemany(
            f'insert into "{table}" (shop_id, external_id) values (%s, %s) on conflict do nothing',
            [(self.shop_id, name) for name in names],
        )

    # ---- tickets and what belongs to them

    def _tickets(self) -> None:
        placed: list[Any] = self.of_type[entries.Ticket]
        rows: list[sql.Row] = [
            (self.shop_id, e.id, e.channel, microseconds(e.created_at), self.customers[e.customer],
             e.direction == "outbound", e.subject, e.store, e.priority, e.language, _as_set(e.tags), e.intent,
             STATUSES[e.status])
            for _, e in placed
        ]  # fmt: skip
        new = {row[1] for row in self._insert(sql.TICKET, rows, placed)}
        self._release("ticket", new)
        named = {e.ticket for kind, _ in TICKET_TABLES for _, e in self.of_type[kind]}  # type: ignore[union-attr]
        named |= {name for _, e in self.of_type[entries.Merge] for name in (e.ticket, e.into)}  # type: ignore[union-attr]
        found = self._select("record_ticket", "id, created_at, customer_id", named | new)
        self.tickets = {name: (row[0], row[1]) for name, row in found.items()}
        state.begin(self.cursor, [found[name][0] for name in new])
        for name in new:
            pk, created_at, customer = found[name]
            self.touched[pk] = created_at
            self._may_take_orders(customer, created_at)

    def _of_tickets(self) -> None:
        for kind, table in TICKET_TABLES:
            placed = self._with_ticket(self.of_type[kind])
            rows = self._row_makers[kind](self, placed)
            if kind is entries.Status:
                rows, placed = self._not_before_creation(rows, placed)
            new = self._insert(table, rows, placed)
            column = table.columns.index("ticket_id")
            self._follow(kind.__name__.lower(), {row[column] for row in new})

    def _with_ticket(self, placed: list[Positioned]) -> list[Positioned]:
        """The entries whose ticket is there; the others are set aside."""
        missing = {e.ticket for _, e in placed} - self.tickets.keys()  # type: ignore[union-attr]
        if not missing:
            return placed
        for place in placed:
            if place[1].ticket in missing:  # type: ignore[union-attr]
                self._set_aside(place, "ticket", place[1].ticket)  # type: ignore[union-attr]
        return [place for place in placed if place[1].ticket not in missing]  # type: ignore[union-attr]

    def _not_before_creation(
        self, rows: list[sql.Row], placed: list[Positioned]
    ) -> tuple[list[sql.Row], list[Positioned]]:
        created_at = dict(self.tickets.values())
        early = {place for place, row in enumerate(rows) if row[1] < created_at[row[0]]}
        for place in early:
            e: Any = placed[place][1]
            self._refuse(
                placed[place],
                f"The status of ticket {e.ticket!r} cannot change at {e.at.isoformat()}, before the ticket was "
                f"created ({entries.instant(self.tickets[e.ticket][1]).isoformat()}). Correct one of the two times.",
                "at",
            )
        if not early:
            return rows, placed
        kept = [place for place in range(len(rows)) if place not in early]
        return [rows[place] for place in kept], [placed[place] for place in kept]

    def _follow(self, kind: str, ticket_ids: set[int]) -> None:
        """Bring the state of the tickets up to date and remember that their facts are old."""
        if not ticket_ids:
            return
        if kind in state.KINDS:
            state.follow(self.cursor, kind, ticket_ids)
        self.touched |= {pk: created_at for pk, created_at in self.tickets.values() if pk in ticket_ids}
        if kind in ("flag", "merge"):
            self.cursor.execute(
                f"select customer_id, created_at from record_ticket where id in {sql.listed_numbers()}",
                [sql.listing(ticket_ids)],
            )
            for customer, created_at in self.cursor.fetchall():
                self._may_take_orders(customer, created_at)

    def _messages(self, placed: list[Any]) -> list[sql.Row]:
        shop_id, tickets, agents = self.shop_id, self.tickets, self.agents
        return [
            (shop_id, e.id, tickets[e.ticket][0], microseconds(e.at), AUTHORS[e.by], agents[e.agent], e.public,
             e.channel, e.text)
            for _, e in placed
        ]  # fmt: skip

    def _statuses(self, placed: list[Any]) -> list[sql.Row]:
        tickets, agents = self.tickets, self.agents
        return [
            (tickets[e.ticket][0], microseconds(e.at), STATUSES[e.to], AUTHORS[e.by or (e.agent and "agent")],
             agents[e.agent])
            for _, e in placed
        ]  # fmt: skip

    _row_makers: dict[type, Callable[["Batch", list[Any]], list[sql.Row]]] = {
        entries.Message: _messages,
        entries.Status: _statuses,
        entries.Assignment: lambda self, placed: [
            (self.tickets[e.ticket][0], microseconds(e.at), self.agents[e.agent], e.team) for _, e in placed
        ],
        entries.Tags: lambda self, placed: [
            (self.tickets[e.ticket][0], microseconds(e.at), _as_set(e.add), _as_set(e.remove)) for _, e in placed
        ],
        entries.Intent: lambda self, placed: [
            (self.tickets[e.ticket][0], microseconds(e.at), e.name, e.confidence) for _, e in placed
        ],
        entries.Flag: lambda self, placed: [
            (self.tickets[e.ticket][0], microseconds(e.at), FLAGS[e.flag], e.value) for _, e in placed
        ],
        entries.Survey: lambda self, placed: [
            (self.shop_id, e.id, self.tickets[e.ticket][0], microseconds(e.at)) for _, e in placed
        ],
    }

    def _merges(self) -> None:
        placed = []
        for place in self.of_type[entries.Merge]:
            e = place[1]
            assert isinstance(e, entries.Merge)
            if e.ticket == e.into:
                self._refuse(place, f"Ticket {e.ticket!r} cannot be merged into itself. Name another ticket.", "into")
            elif (missing := next((name for name in (e.ticket, e.into) if name not in self.tickets), None)) is not None:
                self._set_aside(place, "ticket", missing)
            else:
                placed.append(place)
        if not placed:
            return
        into = self._merged_into([self.tickets[place[1].into][0] for place in placed])  # type: ignore[union-attr]
        rows, fitting = [], []
        for place in placed:
            e = place[1]
            assert isinstance(e, entries.Merge)
            ticket, target = self.tickets[e.ticket][0], self.tickets[e.into][0]
            if _leads_to(into, target, ticket):
                self._refuse(
                    place,
                    f"Ticket {e.ticket!r} cannot be merged into {e.into!r}, which is itself merged into it.",
                    "into",
                )
            else:
                into.setdefault(ticket, target)
                rows.append((ticket, target, microseconds(e.at)))
                fitting.append(place)
        self._follow("merge", {row[0] for row in self._insert(sql.MERGE, rows, fitting)})

    def _merged_into(self, ticket_ids: Sequence[int]) -> dict[int, int]:
        """The merges met on the way from these tickets up."""
        self.cursor.execute(
            f"with recursive up(id) as (select value from {sql.listed_numbers()} l union "
            "select m.into_id from record_merge m join up on m.ticket_id = up.id) "
            "select m.ticket_id, m.into_id from record_merge m join up on m.ticket_id = up.id",
            [sql.listing(ticket_ids)],
        )
        return dict(self.cursor.fetchall())

    def _ratings(self) -> None:
        self._release("survey", {e.id for _, e in self.of_type[entries.Survey]})  # type: ignore[union-attr]
        placed = self.of_type[entries.Rating]
        if not placed:
            return
        found = self._select("record_survey", "id, ticket_id", {e.survey for _, e in placed})  # type: ignore[union-attr]
        fitting: list[Any] = self._found_or_aside(placed, found, "survey")
        rows: list[sql.Row] = [
            (found[e.survey][0], microseconds(e.at), e.score, e.comment, e.suspected_robot) for _, e in fitting
        ]
        ticket_of: dict[int, int] = dict(found.values())
        tickets = {ticket_of[row[0]] for row in self._insert(sql.RATING, rows, fitting)}
        if tickets:
            self.cursor.execute(
                f"select id, created_at from record_ticket where id in {sql.listed_numbers()}", [sql.listing(tickets)]
            )
            self.touched |= dict(self.cursor.fetchall())

    # ---- purchases

    def _orders(self) -> None:
        placed: list[Any] = []
        for place in self.of_type[entries.Order]:
            e: Any = place[1]
            if e.currency in settings.currencies():
                placed.append(place)
            else:
                self._refuse(
                    place,
                    f"Order {e.id!r} is in the unknown currency {e.currency!r}. Give its ISO 4217 code, such as EUR.",
                    "currency",
                )
        rows: list[sql.Row] = [
            (self.shop_id, e.id, self.customers[e.customer], microseconds(e.at), e.currency, e.paid, e.test)
            for _, e in placed
        ]
        for row in self._insert(sql.ORDER, rows, placed):
            self._touch_order(row[1], row[2], row[3])

    def _refunds(self) -> None:
        self._release("order", {e.id for _, e in self.of_type[entries.Order]})  # type: ignore[union-attr]
        placed = self.of_type[entries.Refund]
        if not placed:
            return
        found = self._select("record_order", "id, customer_id, placed_at", {e.order for _, e in placed})  # type: ignore[union-attr]
        fitting: list[Any] = self._found_or_aside(placed, found, "order")
        rows: list[sql.Row] = [
            (self.shop_id, e.id, found[e.order][0], microseconds(e.at), e.amount) for _, e in fitting
        ]
        orders = {row[0]: (name, row[1], row[2]) for name, row in found.items()}
        for row in self._insert(sql.REFUND, rows, fitting):
            self._touch_order(*orders[row[2]])

    def _touch_order(self, name: str, customer: int, placed_at: int) -> None:
        self.placed[name] = placed_at
        self._may_take_orders(customer, placed_at)

    def _may_take_orders(self, customer: int | None, until_us: int) -> None:
        """The same person's tickets within the conversion window before may win or lose an order."""
        if customer is not None:
            self.spans.append((customer, until_us - self.shop.conversion_days * DAY_US, until_us))

    # ---- how rows go in, and what happens to those that do not

    def _insert(self, table: sql.Table, rows: list[sql.Row], placed: list[Positioned]) -> list[sql.Row]:
        """Insert the rows of these entries; returns the new ones, counts the known ones, refuses other content."""
        if not rows:
            return []
        newest = table.newest_id(self.cursor)
        if table.insert(self.cursor, rows) == len(rows):
            self.summary.new[kind_of(placed[0][1])] += len(rows)
            return rows
        return self._sorted_out(table, rows, placed, newest)

    def _sorted_out(
        self, table: sql.Table, rows: list[sql.Row], placed: list[Positioned], newest: int
    ) -> list[sql.Row]:
        stored = table.stored(self.cursor, rows)
        fresh = table.keys_after(self.cursor, newest)
        width = len(table.key)
        new = []
        for row, place in zip(rows, placed, strict=True):
            key = row[:width]
            if not self._is_same(table, stored[key], row):
                self._refuse(place, *sentences.other_content(self.cursor, table, place[1], stored[key], row))
            elif key in fresh:
                fresh.remove(key)
                new.append(row)
                self._count("new", place)
            else:
                self._count("known", place)
        return new

    def _found_or_aside(self, placed: list[Positioned], found: dict[str, sql.Row], needs: str) -> list[Positioned]:
        """The entries whose survey (or order) is there; the others are set aside."""
        fitting = []
        for place in placed:
            if (name := getattr(place[1], needs)) in found:
                fitting.append(place)
            else:
                self._set_aside(place, needs, name)
        return fitting

    def _is_same(self, table: sql.Table, stored: sql.Row, row: sql.Row) -> bool:
        if stored == row:
            return True
        differing = [column for column, was, is_ in zip(table.columns, stored, row, strict=True) if was != is_]
        erased = set(differing) <= set(table.texts) and all(stored[table.columns.index(c)] is None for c in differing)
        return erased and erase.is_erased(self.cursor, table, stored)

    def _refuse(self, place: Positioned, reason: str, field: str | None = None) -> None:
        self._count("refused", place)
        self.refusals.append(Refusal(place[0], _as_line(place[1]), reason, field))

    def _set_aside(self, place: Positioned, needs: str, name: str) -> None:
        """Keep an entry until what it names comes."""
        self._count("aside", place)
        line = _as_line(place[1])
        reason = f"There is no {needs} {name!r} yet; kept aside, and taken in when it comes."
        self.refusals.append(Refusal(place[0], line, reason, needs, aside=True))
        digest = hashlib.sha256(line.encode()).hexdigest()
        self.waiting.append((self.shop_id, needs, name, line, place[0], digest))

    def _keep_waiting(self) -> None:
        self.cursor.executemany(
            "insert into record_waiting (shop_id, needs, needed_id, entry, line, digest) "
            "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            self.waiting,
        )

    def _release(self, needs: str, names: Iterable[str]) -> None:
        """Take in with this batch what has waited for these."""
        self.cursor.execute("select exists (select 1 from record_waiting where shop_id = %s)", [self.shop_id])
        if not self.cursor.fetchone()[0]:
            return
        self.cursor.execute(
            f"delete from record_waiting where shop_id = %s and needs = %s and needed_id in {sql.listed_texts()} "
            "returning entry",
            [self.shop_id, needs, sql.listing(names)],
        )
        released = [_LINE.decode(line) for (line,) in self.cursor.fetchall()]
        for entry in released:
            self.summary.aside[kind_of(entry)] -= 1
            self.of_type[type(entry)].append((0, entry))
        agents = {getattr(entry, "agent", None) for entry in released} - self.agents.keys()
        self.agents |= {name: row[0] for name, row in self._select("record_agent", "id", agents).items()}

    def _count(self, outcome: str, place: Positioned) -> None:
        getattr(self.summary, outcome)[kind_of(place[1])] += 1

    # ---- the facts that this makes old

    def _mark(self) -> None:
        if len(self.touched) + len(self.placed) + len(self.persons) + len(self.changed_customers) <= dirty.FEW:
            tickets = dirty.with_ancestors(self.cursor, self.touched) | dirty.of_same_person(self.cursor, self.spans)
            if self.persons or self.changed_customers:
                tickets |= dirty.of_persons(self.cursor, self.shop_id, self.persons, self.changed_customers)
            orders = {row[0]: row[1] for row in self._select("record_order", "id, placed_at", self.placed).values()}
            dirty.mark_some(self.cursor, self.shop_id, tickets, orders)
            return
        months = dirty.months_of(self.touched.values()) | dirty.months_of(self.placed.values())
        self.cursor.execute("select exists (select 1 from record_merge)")
        if self.cursor.fetchone()[0]:
            months |= dirty.months_with_ancestors(self.cursor, self.touched)
        months |= dirty.months_of_same_person(self.cursor, self.spans)
        if self.persons or self.changed_customers:
            months |= dirty.months_of_persons(self.cursor, self.shop_id, self.persons, self.changed_customers)
        dirty.mark(self.cursor, self.shop_id, months)


_LINE = msgspec.json.Decoder(Entry)
_ENCODER = msgspec.json.Encoder()
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL character as JSON writes it; after a backslash that is itself escaped, `u0000` is only text."""


def _holds_nul(entries: object) -> bool:
    written = _ENCODER.encode(entries)
    return b"\\u0000" in written and bool(_NUL.search(written))


def _as_line(entry: Entry | Unreadable) -> str:
    return entry.raw if isinstance(entry, Unreadable) else _ENCODER.encode(entry).decode()


def _as_set(tags: list[str]) -> str:
    return json.dumps(sorted(set(tags)), ensure_ascii=False) if tags else "[]"


def _leads_to(into: dict[int, int], start: int, end: int) -> bool:
    while start != end and start in into:
        start = into[start]
    return start == end
