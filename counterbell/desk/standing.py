"""The tickets that want something: all that are not resolved, with how long their customers have been waiting."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from counterbell.accounts.models import Shop
from counterbell.record.entries import instant, microseconds
from counterbell.record.models import StatusName

from .targets.deadlines import NOT_STARTED, Course, Deadline, deadlines

_SQL = """
with recursive standing as (
    select t.id, t.external_id, t.channel, s.priority, t.outbound, t.created_at,
        s.status, s.assignee_id, s.team, s.tags, s.intent
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
spoken as (
    select b.root_id,
        min(case when not s.outbound or m.happened_at >= s.created_at then m.happened_at end) as asked_at,
        min(
            case when m.happened_at > coalesce(r.happened_at, -1) and m.happened_at >= coalesce(c.happened_at, -1)
            then m.happened_at end
        ) as since
    from belongs b
    join standing s on s.id = b.root_id
    join record_message m on m.ticket_id = b.member_id
    left join replied r on r.root_id = b.root_id
    left join closed c on c.ticket_id = b.root_id
    where m.author = 1 and m.public and m.happened_at <= %s
        and b.root_id not in (select root_id from half_known)
    group by b.root_id
)
select s.id, s.external_id, s.channel, s.priority, s.created_at, s.status, a.external_id,
    coalesce(nullif(s.team, ''), nullif(a.team, '')), s.tags, s.intent, w.since,
    case when r.happened_at >= w.asked_at then null else w.asked_at end
from standing s
left join spoken w on w.root_id = s.id
left join replied r on r.root_id = s.id
left join record_agent a on a.id = s.assignee_id
order by coalesce(w.since, 9223372036854775807), s.created_at, s.id
"""
"""A row for each unresolved ticket, who waits longest first. A wait begins at the first message
that nobody has answered, and ends with a reply or a close. The last column is the customer's first message, where no
reply has come after it: the first response is still to come, whatever was closed in between."""


@dataclass(frozen=True)
class Standing:
    """An unresolved ticket; `since` is when its customer began to wait, if he or she does.

    `team` is the one that it was given to, else that of the assignee. `unanswered_since` is when the customer first
    wrote, if nobody has ever replied since.
    """

    pk: int
    number: str
    channel: str
    priority: str | None
    created_at: datetime
    status: str
    assignee: str | None
    team: str | None
    tags: tuple[str, ...]
    intent: str | None
    since: datetime | None
    unanswered_since: datetime | None
    deadlines: tuple[Deadline, ...] = ()
    """what is to be done by when, the earliest first"""

    @property
    def due(self) -> Deadline | None:
        """What is to be done first."""
        return self.deadlines[0] if self.deadlines else None


def standing(shop: Shop, at: datetime) -> list[Standing]:
    """All unresolved tickets of the shop, who has waited longest first, then those who wait for nothing, by age."""
    until = microseconds(at)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [shop.pk, until, until, until])
        rows = cursor.fetchall()
    due = deadlines(
        shop,
        [Course(row[0], row[2], row[3] or "", row[4], NOT_STARTED if row[11] is None else row[11]) for row in rows],
        at,
    )
    return [_row(due.get(place, ()), *row) for place, row in enumerate(rows)]


def _row(
    due: tuple[Deadline, ...], pk: int, number: str, channel: str, priority: str | None, created: int, status: int,
    assignee: str | None, team: str | None, tags: str, intent: str | None, since: int | None, asked: int | None,
) -> Standing:  # fmt: skip
    told = tuple(json.loads(tags)) if tags != "[]" else ()
    began = instant(since) if since is not None else None
    unanswered = instant(asked) if asked is not None else None
    name = str(StatusName(status).label)
    return Standing(
        pk, number, channel, priority, instant(created), name, assignee, team, told, intent, began, unanswered, due
    )
