-- one row per answered wait: a customer waited, somebody replied (counts_human) or something did (counts_any); none of
-- tickets of which not all messages are known
with human as (
    select ticket_id,
        min(case when author = 1 then happened_at end) as waited_from,
        max(case when author = 3 then happened_at end) as replied_at,
        max(case when author = 3 then agent_id end) as agent_id,
        3 as author
    from stream
    group by ticket_id, breaks
    having waited_from is not null and replied_at is not null
),
anybody as (
    select ticket_id,
        min(case when author = 1 then happened_at end) as waited_from,
        max(case when author in (2, 3) then happened_at end) as replied_at,
        max(case when author in (2, 3) then agent_id end) as agent_id,
        max(case when author in (2, 3) then author end) as author
    from stream
    group by ticket_id, breaks_any
    having waited_from is not null and replied_at is not null
),
waits as (
    select ticket_id, waited_from, replied_at, agent_id, author,
        max(human) = 1 as counts_human, max(anybody) = 1 as counts_any
    from (
        select *, 1 as human, 0 as anybody from human
        union all
        select *, 0, 1 from anybody
    ) both_kinds
    group by ticket_id, waited_from, replied_at, agent_id, author
)
select
    t.month,
    t.ticket, t.channel, t.kind, t.direction, t.store, t.language, t.country,
    w.waited_from,
    w.replied_at,
    w.replied_at - w.waited_from as waited_us,
    w.counts_human,
    w.counts_any,
    case when w.author = 2 then 'automation' else coalesce(a.name, 'unknown') end as agent,
    coalesce(l.given_team, case when w.author = 3 then nullif(a.team, '') end) as team,
    l.tags,
    l.intent,
    l.priority
from waits w
join about t on t.ticket_id = w.ticket_id
anti join unheard n on n.ticket_id = w.ticket_id
join timeline l on l.ticket_id = w.ticket_id and l.since <= w.replied_at and w.replied_at < l.until
left join agent a on a.agent_id = w.agent_id and w.agent_id > 0
