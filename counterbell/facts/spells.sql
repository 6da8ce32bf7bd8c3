-- one row per part of an open stretch during which nothing a level can be sliced by changed: [since, until)
-- A spell is the rows of one ticket and number; `opens` is on its first part, `closes` on its last if it has ended,
-- with who closed it, and `waiting_since` on the part that runs on, if a customer waits for an answer.
with bounds as (
    select ticket_id, step, happened_at, status,
        count(case when was is null or was = 4 then 1 end)
            over (partition by ticket_id order by step rows between unbounded preceding and current row) as number
    from transition
),
ends as (
    select b.ticket_id, b.number, c.closer, c.team, c.tags, c.intent, c.priority
    from bounds b
    join closing c on c.ticket_id = b.ticket_id and c.step = b.step
),
numbered as (
    select ticket_id, number,
        min(happened_at) as opened_at,
        max(case when status = 4 then happened_at end) as closed_at
    from bounds
    group by ticket_id, number
),
moments as (
    select ticket_id, number, opened_at, closed_at, opened_at as since from numbered
    union
    select n.ticket_id, n.number, n.opened_at, n.closed_at, t.happened_at
    from numbered n
    join transition t
        on t.ticket_id = n.ticket_id and t.happened_at > n.opened_at
        and (t.happened_at < n.closed_at or n.closed_at is null) and t.status <> 4
    union
    select n.ticket_id, n.number, n.opened_at, n.closed_at, l.since
    from numbered n
    join timeline l
        on l.ticket_id = n.ticket_id and l.since > n.opened_at and (l.since < n.closed_at or n.closed_at is null)
),
parts as (
    select *,
        coalesce(lead(since) over (partition by ticket_id, number order by since), closed_at) as until,
        lead(since) over (partition by ticket_id, number order by since) is null as is_last
    from moments
),
statuses as (
    select p.ticket_id, p.number, p.since, max_by(b.status, b.step) as status
    from parts p
    join bounds b on b.ticket_id = p.ticket_id and b.number = p.number and b.happened_at <= p.since
    group by p.ticket_id, p.number, p.since
),
waiting as (
    select ticket_id, min(case when author = 1 then happened_at end) as waiting_since
    from stream
    where ticket_id not in (select ticket_id from unheard)
    group by ticket_id, breaks
    having waiting_since is not null and count(case when author in (0, 3) then 1 end) = 0
)
select
    t.month,
    t.ticket, t.channel, t.kind, t.direction, t.store, t.language, t.country,
    t.created_at,
    p.number,
    p.since,
    p.until,
    p.since = p.opened_at as opens,
    p.is_last and p.closed_at is not null as closes,
    case s.status when 1 then 'open' when 2 then 'pending' when 3 then 'snoozed' else 'closed' end as status,
    l.agent,
    l.team,
    l.tags,
    l.intent,
    l.priority,
    w.waiting_since,
    e.closer as closed_agent,
    e.team as closed_team,
    e.tags as closed_tags,
    e.intent as closed_intent,
    e.priority as closed_priority
from parts p
join statuses s on s.ticket_id = p.ticket_id and s.number = p.number and s.since = p.since
join about t on t.ticket_id = p.ticket_id
join timeline l on l.ticket_id = p.ticket_id and l.since <= p.since and p.since < l.until
left join waiting w on w.ticket_id = p.ticket_id and p.until is null
left join ends e on e.ticket_id = p.ticket_id and e.number = p.number and p.is_last
