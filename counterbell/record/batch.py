"""One transaction's worth of entries on their way into the record."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop as later

from counterbell.accounts.models import Shop

from . import dirty, entries, erase, persons, pulse, settings, sql, state
from .admission import Admission
from .entries import Unreadable, microseconds
from .outcome import Positioned, Refusal, Summary, kind_of
from .said import Said
from .touched import Touched

AUTHORS = {None: None, "customer": 1, "automation": 2, "agent": 3}
STATUSES = {"open": 1, "pending": 2, "snoozed": 3, "closed": 4}
FLAGS = {"spam": 1, "deleted": 2}

TICKET_TABLES = (
    (entries.Message, sql.MESSAGE),
    (entries.Status, sql.STATUS_CHANGE),
    (entries.Assignment, sql.ASSIGNMENT),
    (entries.Tags, sql.TAG_CHANGE),
    (entries.Intent, sql.INTENT_CHANGE),
    (entries.Priority, sql.PRIORITY_CHANGE),
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
    entries.OrderState: attrgetter("at"),
}
"""When an entry of each type says that it happened."""

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""The times that a record can tell of: from FIRST until before LAST. Everything else is a slip of a source."""


class Batch:
    """Entries that go in together: what each type needs comes before it, whatever their order was."""

    def __init__(self, shop: Shop, cursor: CursorWrapper, positioned: Iterable[Positioned]) -> None:
        self.shop, self.shop_id = shop, shop.pk
        self.cursor = cursor
        self.admission = Admission(shop.pk, cursor)
        self.touched = Touched(shop.pk, shop.conversion_days * dirty.DAY_US)
        self.of_type: dict[type, list[Positioned]] = defaultdict(list)
        for place in positioned:
            self.of_type[type(place[1])].append(place)
        self.agents: dict[str | None, int | None] = {None: None}
        self.customers: dict[str | None, int | None] = {None: None}
        self.tickets: dict[str, tuple[int, int]] = {}
        """id -> (primary key, created at) of the tickets that entries name"""

    @property
    def summary(self) -> Summary:
        """How many entries came to what."""
        return self.admission.summary

    @property
    def refusals(self) -> list[Refusal]:
        """What did not go in, and why."""
        return self.admission.refusals

    def write(self) -> None:
        """Put everything into the record, as far as it fits; what does not is in `refusals` afterwards."""
        sql.one_at_a_time(self.cursor, self.shop_id)
        for placed in self.of_type.values():
            self.summary.read[kind_of(placed[0][1])] += len(placed)
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
        self._order_states()
        self.admission.keep_waiting()
        changed = self.touched.mark(self.cursor)
        if self.summary.new.total():
            pulse.beat(self.cursor, self.shop_id, changed)

    def _refuse_what_no_database_keeps(self) -> None:
        for kind, placed in self.of_type.items():
            if kind is Unreadable or not _holds_nul([entry for _, entry in placed]):
                continue
            self.of_type[kind] = [place for place in placed if not _holds_nul(place[1])]
            for place in placed:
                if _holds_nul(place[1]):
                    self.admission.refuse(
                        place,
                        Said(later("It holds a NUL character (U+0000), which databases cannot keep. Take it out.")),
                    )

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
                    self.admission.refuse(
                        place,
                        Said(
                            later("The time %(time)s cannot be: a record tells of %(first)s to %(last)s. Correct it."),
                            time=time.isoformat(),
                            first=FIRST.year,
                            last=LAST.year - 1,
                        ),
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
                self.admission.refuse(place, str(problem))
                continue
            self.admission.count("new" if changed.any else "known", place)
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
            self.admission.count("new" if place[1].id in changed else "known", place)  # type: ignore[union-attr]

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
        self.touched.persons |= changed.persons
        self.touched.customers |= changed.customers
        for place in self.of_type[entries.Customer]:
            self.admission.count("new" if place[1].id in changed.replaced else "known", place)  # type: ignore[union-attr]

    def _select(self, table: str, columns: str, names: Iterable[str | None]) -> dict[str, sql.Row]:
        return sql.by_id(self.cursor, table, columns, self.shop_id, names)

    def _insert_named(self, table: str, names: Iterable[str | None]) -> None:
        self.cursor.executemany(
            f'insert into "{table}" (shop_id, external_id) values (%s, %s) on conflict do nothing',
            [(self.shop_id, name) for name in names],
        )

    def _release(self, needs: str, names: Iterable[str]) -> None:
        """Take in with this batch what has waited for these."""
        released = self.admission.released(needs, names)
        for entry in released:
            self.of_type[type(entry)].append((0, entry))
        agents = {getattr(entry, "agent", None) for entry in released} - self.agents.keys()
        self.agents |= {name: row[0] for name, row in self._select("record_agent", "id", agents).items()}

    # ---- tickets and what belongs to them

    def _tickets(self) -> None:
        placed: list[Any] = self.of_type[entries.Ticket]
        rows: list[sql.Row] = [
            (self.shop_id, e.id, e.channel, microseconds(e.created_at), self.customers[e.customer],
             e.direction == "outbound", e.subject, e.store, e.priority, e.language, _as_set(e.tags), e.intent,
             STATUSES[e.status], e.history)
            for _, e in placed
        ]  # fmt: skip
        new = {row[1] for row in self.admission.insert(sql.TICKET, rows, placed)}
        self._release("ticket", new)
        named = {e.ticket for kind, _ in TICKET_TABLES for _, e in self.of_type[kind]}  # type: ignore[union-attr]
        named |= {name for _, e in self.of_type[entries.Merge] for name in (e.ticket, e.into)}  # type: ignore[union-attr]
        found = self._select("record_ticket", "id, created_at, customer_id", named | new)
        self.tickets = {name: (row[0], row[1]) for name, row in found.items()}
        state.begin(self.cursor, [found[name][0] for name in new])
        for name in new:
            pk, created_at, customer = found[name]
            self.touched.tickets[pk] = created_at
            self.touched.may_take_orders(customer, created_at)

    def _of_tickets(self) -> None:
        for kind, table in TICKET_TABLES:
            placed = self._with_ticket(self.of_type[kind])
            rows = self._row_makers[kind](self, placed)
            if kind is entries.Status:
                rows, placed = self._not_before_creation(rows, placed)
            new = self.admission.insert(table, rows, placed)
            column = table.columns.index("ticket_id")
            self._follow(kind.__name__.lower(), {row[column] for row in new})

    def _with_ticket(self, placed: list[Positioned]) -> list[Positioned]:
        """The entries whose ticket is there; the others are set aside."""
        missing = {e.ticket for _, e in placed} - self.tickets.keys()  # type: ignore[union-attr]
        if not missing:
            return placed
        for place in placed:
            if place[1].ticket in missing:  # type: ignore[union-attr]
                self.admission.set_aside(place, "ticket", place[1].ticket)  # type: ignore[union-attr]
        return [place for place in placed if place[1].ticket not in missing]  # type: ignore[union-attr]

    def _not_before_creation(
        self, rows: list[sql.Row], placed: list[Positioned]
    ) -> tuple[list[sql.Row], list[Positioned]]:
        created_at = dict(self.tickets.values())
        early = {place for place, row in enumerate(rows) if row[1] < created_at[row[0]]}
        for place in early:
            e: Any = placed[place][1]
            self.admission.refuse(
                placed[place],
                Said(
                    later(
                        "The status of ticket %(ticket)r cannot change at %(at)s, before the ticket was created "
                        "(%(created)s). Correct one of the two times."
                    ),
                    ticket=e.ticket,
                    at=e.at.isoformat(),
                    created=entries.instant(self.tickets[e.ticket][1]).isoformat(),
                ),
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
        self.touched.tickets |= {pk: created_at for pk, created_at in self.tickets.values() if pk in ticket_ids}
        if kind in ("flag", "merge"):
            self.cursor.execute(
                f"select customer_id, created_at from record_ticket where id in {sql.listed_numbers()}",
                [sql.listing(ticket_ids)],
            )
            for customer, created_at in self.cursor.fetchall():
                self.touched.may_take_orders(customer, created_at)

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
        entries.Priority: lambda self, placed: [
            (self.tickets[e.ticket][0], microseconds(e.at), e.to) for _, e in placed
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
                self.admission.refuse(
                    place,
                    Said(
                        later("Ticket %(ticket)r cannot be merged into itself. Name another ticket."), ticket=e.ticket
                    ),
                    "into",
                )
            elif (missing := next((name for name in (e.ticket, e.into) if name not in self.tickets), None)) is not None:
                self.admission.set_aside(place, "ticket", missing)
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
                self.admission.refuse(
                    place,
                    Said(
                        later("Ticket %(ticket)r cannot be merged into %(into)r, which is itself merged into it."),
                        ticket=e.ticket,
                        into=e.into,
                    ),
                    "into",
                )
            else:
                into.setdefault(ticket, target)
                rows.append((ticket, target, microseconds(e.at)))
                fitting.append(place)
        self._follow("merge", {row[0] for row in self.admission.insert(sql.MERGE, rows, fitting)})

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
        fitting: list[Any] = self.admission.found_or_aside(placed, found, "survey")
        rows: list[sql.Row] = [
            (found[e.survey][0], microseconds(e.at), e.score, e.comment, e.suspected_robot) for _, e in fitting
        ]
        ticket_of: dict[int, int] = dict(found.values())
        tickets = {ticket_of[row[0]] for row in self.admission.insert(sql.RATING, rows, fitting)}
        if tickets:
            self.cursor.execute(
                f"select id, created_at from record_ticket where id in {sql.listed_numbers()}", [sql.listing(tickets)]
            )
            self.touched.tickets |= dict(self.cursor.fetchall())

    # ---- purchases

    def _orders(self) -> None:
        placed: list[Any] = []
        for place in self.of_type[entries.Order]:
            e: Any = place[1]
            if e.currency in settings.currencies():
                placed.append(place)
            else:
                self.admission.refuse(
                    place,
                    Said(
                        later(
                            "Order %(order)r is in the unknown currency %(currency)r. "
                            "Give its ISO 4217 code, such as EUR."
                        ),
                        order=e.id,
                        currency=e.currency,
                    ),
                    "currency",
                )
        rows: list[sql.Row] = [
            (self.shop_id, e.id, self.customers[e.customer], microseconds(e.at), e.currency, e.paid, e.test)
            for _, e in placed
        ]
        for row in self.admission.insert(sql.ORDER, rows, placed):
            self.touched.order(row[1], row[2], row[3])

    def _refunds(self) -> None:
        self._release("order", {e.id for _, e in self.of_type[entries.Order]})  # type: ignore[union-attr]
        placed = self.of_type[entries.Refund]
        if not placed:
            return
        found = self._select("record_order", "id, customer_id, placed_at", {e.order for _, e in placed})  # type: ignore[union-attr]
        fitting: list[Any] = self.admission.found_or_aside(placed, found, "order")
        rows: list[sql.Row] = [
            (self.shop_id, e.id, found[e.order][0], microseconds(e.at), e.amount) for _, e in fitting
        ]
        orders = {row[0]: (name, row[1], row[2]) for name, row in found.items()}
        for row in self.admission.insert(sql.REFUND, rows, fitting):
            self.touched.order(*orders[row[2]])

    def _order_states(self) -> None:
        """How far orders are; what has waited for them has been released with the refunds. No fact depends on it."""
        placed = self.of_type[entries.OrderState]
        if not placed:
            return
        found = self._select("record_order", "id", {e.order for _, e in placed})  # type: ignore[union-attr]
        fitting: list[Any] = self.admission.found_or_aside(placed, found, "order")
        followed = {found[e.order][0] for _, e in fitting if e.tracking_url}
        erased = erase.orders_of_erased(self.cursor, followed) if followed else set()
        rows: list[sql.Row] = [
            (pk := found[e.order][0], microseconds(e.at), e.state, None if pk in erased else e.tracking_url)
            for _, e in fitting
        ]
        self.admission.insert(sql.ORDER_STATE, rows, fitting)


_ENCODER = msgspec.json.Encoder()
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL character as JSON writes it; after a backslash that is itself escaped, `u0000` is only text."""


def _holds_nul(entries: object) -> bool:
    written = _ENCODER.encode(entries)
    return b"\\u0000" in written and bool(_NUL.search(written))


def _as_set(tags: list[str]) -> str:
    return json.dumps(sorted(set(tags)), ensure_ascii=False) if tags else "[]"


def _leads_to(into: dict[int, int], start: int, end: int) -> bool:
    while start != end and start in into:
        start = into[start]
    return start == end
