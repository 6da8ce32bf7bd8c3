-- one row per ticket, counted or not (left_out says why not): when it was answered and resolved, how, and by whom
-- What follows from changes of status or messages that are not known is null.
with spoken as (
    select s.ticket_id,
        min(case when s.author = 1 and s.asked then s.happened_at end) as first_customer_at,
        min_by(s.happened_at, case when s.author = 3 and s.asked then s.place end) as first_response_at,
        min_by(s.agent_id, case when s.author = 3 and s.asked then s.place end) as first_response_by,
        min_by(s.happened_at, case when s.author in (2, 3) and s.asked then s.place end) as first_any_at,
        min_by(s.agent_id, case when s.author in (2, 3) and s.asked then s.place end) as first_any_by,
        min_by(s.author, case when s.author in (2, 3) and s.asked then s.place end) as first_any_author,
        count(case when s.author > 0 and s.happened_at <= c.last_closed_at then 1 end) as public_messages,
        count(case when s.author = 2 and s.happened_at <= c.last_closed_at then 1 end) as automated_replies,
        count(case when s.author = 3 and s.happened_at <= c.last_closed_at then 1 end) as replies,
        count(distinct case when s.author = 3 and s.happened_at <= c.last_closed_at then s.customer_messages end) as turns,
        max_by(s.agent_id, case when s.author = 3 and s.happened_at <= t.created_at + w.window_us then s.place end)
            as last_in_window_by,
        count(case when s.author = 2 and s.happened_at <= t.created_at + w.window_us then 1 end) > 0 as automated_in_window
    from stream s
    join course c on c.ticket_id = s.ticket_id
    join counted t on t.ticket_id = s.ticket_id
    cross join setting w
    group by s.ticket_id
),
human as (
    select b.root_id as ticket_id, min(m.happened_at) as first_human_at
    from message m
    join belongs b on b.member_id = m.ticket_id
    where m.author = 3
    group by b.root_id
),
closed as (
    select ticket_id, closer, team, tags, intent, priority,
        max(case when by_agent then 1 else 0 end) over (partition by ticket_id) = 1 as by_agent,
        row_number() over (partition by ticket_id order by step desc) as back
    from closing
),
answered as (
    select ticket, count(*) as responses, sum(waited_us) as waited_us
    from made_responses
    where counts_human
    group by ticket
),
rated as (
    select ticket, max_by(score, (rated_at, survey)) as score from made_ratings where score is not null group by ticket
),
sold as (
    select ticket_id, count(*) as orders, min_by(agent, (placed_at, order_name)) as agent,
        min_by(coalesce(team, ''), (placed_at, order_name)) as team
    from made_credits
    group by ticket_id
),
income as (
    select ticket_id, '{' || string_agg('"' || currency || '": ' || amount, ', ' order by currency) || '}' as revenue
    from (
        select ticket_id, currency, cast(sum(paid - refunded) as bigint) as amount
        from made_credits
        group by ticket_id, currency
    ) by_currency
    group by ticket_id
)
select
    t.month,
    t.ticket, t.channel, t.kind, t.direction, t.store, t.language, t.country,
    s.left_out,
    t.history,
    n.ticket_id is null as messages_known,
    t.created_at,
    created.agent as created_agent, created.team as created_team,
    created.tags as created_tags, created.intent as created_intent,
    created.priority as created_priority,
    p.first_customer_at,
    p.first_response_at,
    p.first_response_at - p.first_customer_at as first_response_us,
    case when p.first_response_at is not null then coalesce(ra.name, 'unknown') end as first_response_agent,
    coalesce(responded.given_team, nullif(ra.team, '')) as first_response_team,
    responded.tags as first_response_tags, responded.intent as first_response_intent,
    responded.priority as first_response_priority,
    p.first_any_at as first_response_any_at,
    p.first_any_at - p.first_customer_at as first_response_any_us,
    case
        when p.first_any_author = 2 then 'automation'
        when p.first_any_author = 3 then coalesce(aa.name, 'unknown')
    end as first_response_any_agent,
    coalesce(anyhow.given_team, case when p.first_any_author = 3 then nullif(aa.team, '') end) as first_response_any_team,
    anyhow.tags as first_response_any_tags, anyhow.intent as first_response_any_intent,
    anyhow.priority as first_response_any_priority,
    case when n.ticket_id is null then coalesce(q.responses, 0) end as responses,
    case when n.ticket_id is null then cast(coalesce(q.waited_us, 0) as bigint) end as responses_us,
    case when t.history = 'full' then c.first_closed_at end as first_closed_at,
    case when t.history = 'full' and c.resolved then c.first_closed_at - t.created_at end as first_resolution_us,
    case when c.resolved then c.last_closed_at end as closed_at,
    case when c.resolved then c.last_closed_at - t.created_at end as resolution_us,
    case when c.resolved then d.closer end as closed_agent,
    case when c.resolved then d.team end as closed_team,
    case when c.resolved then d.tags end as closed_tags,
    case when c.resolved then d.intent end as closed_intent,
    case when c.resolved then d.priority end as closed_priority,
    case when t.history = 'full' and c.ticket_id is not null then c.reopenings + 1 end as spells,
    case when t.history = 'full' then coalesce(c.resolved and c.reopenings > 0, false) end as reopened,
    case
        when c.resolved and n.ticket_id is null
        then coalesce(case when t.kind = 'chat' then p.turns else p.replies end, 0)
    end as replies,
    case
        when not c.resolved or n.ticket_id is not null then null
        when coalesce(p.replies, 0) = 0 then 'zero'
        when (case when t.kind = 'chat' then p.turns else p.replies end) = 1 then 'one'
        else 'several'
    end as touch,
    case
        when not c.resolved or n.ticket_id is not null then null
        when d.by_agent or coalesce(h.first_human_at <= c.last_closed_at, false) then 'human'
        when coalesce(p.automated_replies, 0) > 0 then 'automated'
        else 'silent'
    end as automated,
    case when c.resolved and n.ticket_id is null then coalesce(p.public_messages, 0) end as public_messages,
    r.score,
    coalesce(o.orders, 0) > 0 as converted,
    coalesce(o.orders, 0) as orders,
    i.revenue,
    case
        when s.left_out is not null then null
        when o.agent is not null then o.agent
        when p.last_in_window_by is not null then coalesce(wa.name, 'unknown')
        when p.automated_in_window then 'automation'
        else 'unknown'
    end as conversion_agent,
    case when o.agent is not null then nullif(o.team, '') else nullif(wa.team, '') end as conversion_team
from about t
join standing s on s.ticket_id = t.ticket_id
left join spoken p on p.ticket_id = t.ticket_id
left join course c on c.ticket_id = t.ticket_id
left join unheard n on n.ticket_id = t.ticket_id
left join closed d on d.ticket_id = t.ticket_id and d.back = 1
left join human h on h.ticket_id = t.ticket_id
left join answered q on q.ticket = t.ticket
left join rated r on r.ticket = t.ticket
left join sold o on o.ticket_id = t.ticket_id
left join income i on i.ticket_id = t.ticket_id
left join timeline created
    on created.ticket_id = t.ticket_id and created.since <= t.created_at and t.created_at < created.until
left join timeline responded
    on responded.ticket_id = t.ticket_id
    and responded.since <= p.first_response_at and p.first_response_at < responded.until
left join timeline anyhow
    on anyhow.ticket_id = t.ticket_id and anyhow.since <= p.first_any_at and p.first_any_at < anyhow.until
left join agent ra on ra.agent_id = p.first_response_by and p.first_response_by > 0
left join agent aa on aa.agent_id = p.first_any_by and p.first_any_by > 0
left join agent wa on wa.agent_id = p.last_in_window_by and p.last_in_window_by > 0
