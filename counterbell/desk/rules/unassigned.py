"""Which tickets wait for somebody: found in what is new in the record, never by reading all tickets.

The rows of the record are looked at in their order, under the lock of the shop's writers, so that none is passed by.
What came into being before the first rule was switched on, by its own time, waits for nobody: an import of old tickets
gives none away.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from counterbell.accounts.models import Shop
from counterbell.record.entries import microseconds
from counterbell.record.sql import one_at_a_time

from .freeing import free_what_was_answered
from .models import Assigning, AssignmentRule, Unassigned

AT_A_TIME = 20_000
"""Rows of the record in one transaction: nobody who writes waits for long."""
ROUNDS = 20
"""So often at most in one go."""


@dataclass(frozen=True)
class News:
    """A table of the record whose new rows may leave a ticket to nobody."""

    table: str
    condition: str
    ticket: str = "ticket_id"
    at: str = "happened_at"

    @property
    def sql(self) -> str:
        """Puts the tickets of new rows among those that wait: their row's time is since when."""
        return f"""
            insert into desk_unassigned (ticket_id, shop_id, since, due_at)
            select t.id, t.shop_id, max(e.{self.at}), %s
            from {self.table} e  -- cross: SQLite keeps this order, and so reads only the new rows
            cross join record_ticket t
            cross join record_ticketstate s
            where e.id > %s and e.id <= %s and e.{self.at} >= %s and {self.condition}
                and t.id = e.{self.ticket} and t.shop_id = %s and s.ticket_id = t.id
                and s.assignee_id is null and s.status < 4
                and not s.spam and not s.deleted and s.merged_into_id is null
            group by t.id, t.shop_id
            on conflict (ticket_id) do update set due_at = excluded.due_at,
                since = case when excluded.since > desk_unassigned.since
                    then excluded.since else desk_unassigned.since end
        """


NEWS = (
    News("record_ticket", "e.status < 4", ticket="id", at="created_at"),
    News("record_statuschange", "e.status = 1"),
    News("record_assignment", "e.agent_id is null"),
    News("record_flag", "not e.value"),
)
CHANGES = ("record_tagchange", "record_intentchange", "record_prioritychange")
"""What may let another rule fit a ticket that waits."""
SAID = "record_message"
TABLES = (*(news.table for news in NEWS), *CHANGES, SAID)


def newest() -> dict[str, int]:
    """The last row of each of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(f"(select coalesce(max(id), 0) from {table})" for table in TABLES))
        return dict(zip(TABLES, cursor.fetchone(), strict=True))


def take_up(shop: Shop, at: datetime) -> None:
    """Look at what is new in the shop's record, as far as it can be done in one go."""
    for _round in range(ROUNDS):
        if not _take_up_some(shop, at):
            return


@transaction.atomic
def _take_up_some(shop: Shop, at: datetime) -> bool:
    """Look at the next rows; returns whether there are more."""
    with connection.cursor() as cursor:
        one_at_a_time(cursor, shop.pk)
        assigning = Assigning.objects.get(pk=shop.pk)
        last = newest()
        upto = {table: min(last[table], assigning.seen.get(table, last[table]) + AT_A_TIME) for table in TABLES}
        since = _first_switched_on(shop)
        if since is not None:
            _look(cursor, assigning, upto, since, at)
        freed = 0
        if assigning.frees_from_away:
            freed = free_what_was_answered(shop, assigning.seen.get(SAID, last[SAID]), upto[SAID], at)
        assigning.seen = upto
        assigning.save(update_fields=["seen"])
    return freed > 0 or upto != last


def _first_switched_on(shop: Shop) -> datetime | None:
    switched = AssignmentRule.objects.filter(shop=shop).exclude(on_since=None).order_by("on_since")
    return switched.values_list("on_since", flat=True).first()


def _look(cursor: CursorWrapper, assigning: Assigning, upto: dict[str, int], since: datetime, at: datetime) -> None:
    shop, now = assigning.shop_id, microseconds(at)
    for news in NEWS:
        seen = assigning.seen.get(news.table, upto[news.table])
        if seen < upto[news.table]:
            cursor.execute(news.sql, [now, seen, upto[news.table], microseconds(since), shop])
    for table in CHANGES:
        cursor.execute(
            "update desk_unassigned set due_at = %s where shop_id = %s and ticket_id in "
            f"(select ticket_id from {table} where id > %s and id <= %s)",
            [now, shop, assigning.seen.get(table, upto[table]), upto[table]],
        )


def look_again(shop: Shop, at: datetime) -> None:
    """Let the rules look at all that waits in the shop, since they or the people have changed."""
    Unassigned.objects.filter(shop=shop).update(due_at=at)
