"""The tickets that want something: all that are not resolved, with how long their customers have been waiting."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from counterbell.accounts.models import Shop
from counterbell.record.entries import instant, microseconds
from counterbell.record.models import StatusName

_SQL = """
with recursive standing as (
    select t.id, t.external_id, t.channel, t.created_at, s.status, s.assignee_id, s.team, s.tags, s.intent
    from record_ticketstate s  -- cross: SQLite keeps this order, and so reads only the unresolved ones
    cross join record_ticket t
    where s.status < 4 and t.id = s.ticket_id and t.shop_id = %s
        and not s.spam and not s.deleted and s.merged_into_id is null
),
belongs(member_id, root_id) as (
    select id, id from standing
    union
    select m.ticket_id, b.root_id from record_merge m join belongs b on m.into_id = b.member_id
),
replied as (
    select b.root_id, max(m.happened_at) as happened_at
    from belongs b
    join record_message m on m.ticket_id = b.member_id
    where m.author = 3 and m.public and m.happened_at <= %s
    group by b.root_id
),
half_known as (
    select b.root_id from belongs b join record_ticket t on t.id = b.member_id where t.history = 'summary'
),
closed as (
    select c.ticket_id, max(c.happened_at) as happened_at
    from record_statuschange c
    join standing s on s.id = c.ticket_id
    where c.status = 4 and c.happened_at <= %s
    group by c.ticket_id
),
waiting as (
    select b.root_id, min(m.happened_at) as since
    from belongs b
    join record_message m on m.ticket_id = b.member_id
    left join replied r on r.root_id = b.root_id
    left join closed c on c.ticket_id = b.root_id
    where m.author = 1 and m.public and m.happened_at <= %s
        and b.root_id not in (select root_id from half_known)
        and m.happened_at > coalesce(r.happened_at, -1) and m.happened_at >= coalesce(c.happened_at, -1)
    group by b.root_id
)
select s.id, s.external_id, s.channel, s.created_at, s.status, a.external_id, s.team, s.tags, s.intent, w.since
from standing s
left join waiting w on w.root_id = s.id
left join record_agent a on a.id = s.assignee_id
order by coalesce(w.since, 9223372036854775807), s.created_at, s.id
"""
"""A row for each unresolved ticket, who waits longest first. A wait begins at the first message
that nobody has answered, and ends with a reply or a close."""


@dataclass(frozen=True)
class Standing:
    """An unresolved ticket; `since` is when its customer began to wait, if he or she does."""

    pk: int
    number: str
    channel: str
    created_at: datetime
    status: str
    assignee: str | None
    team: str | None
    tags: tuple[str, ...]
    intent: str | None
    since: datetime | None


def standing(shop: Shop, at: datetime) -> list[Standing]:
    """All unresolved tickets of the shop, who has waited longest first, then those who wait for nothing, by age."""
    until = microseconds(at)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [shop.pk, until, until, until])
        return [_row(*row) for row in cursor.fetchall()]


def _row(
    pk: int, number: str, channel: str, created: int, status: int, assignee: str | None, team: str | None, tags: str,
    intent: str | None, since: int | None,
) -> Standing:  # fmt: skip
    told = tuple(json.loads(tags)) if tags != "[]" else ()
    began = instant(since) if since is not None else None
    name = StatusName(status).label
    return Standing(pk, number, channel, instant(created), str(name), assignee, team, told, intent, began)
