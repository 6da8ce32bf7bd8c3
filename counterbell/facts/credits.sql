-- one row per order credited to a ticket of the months: the same person's latest counted ticket before the order
with rivals as (
    select t.ticket_id, t.ticket, t.created_at, t.person, t.in_months
    from ticket t
    join standing s on s.ticket_id = t.ticket_id
    where s.left_out is null and t.person <> ''
),
latest as (
    select o.order_id, max_by(r.ticket_id, (r.created_at, r.ticket)) as ticket_id
    from purchase o
    join rivals r on r.person = o.person and r.created_at < o.placed_at
    group by o.order_id
),
credited as (
    select o.order_id, o.order_name, o.placed_at, o.currency, o.paid, l.ticket_id
    from latest l
    join purchase o on o.order_id = l.order_id
    join counted c on c.ticket_id = l.ticket_id
    where o.placed_at <= c.created_at + (select window_us from setting)
),
replied as (
    select c.order_id,
        max_by(case when m.author = 3 then m.agent_id end, case when m.author = 3 then m.place end) as agent_id,
        count(case when m.author = 2 then 1 end) > 0 as automated
    from credited c
    join stream m on m.ticket_id = c.ticket_id and m.author in (2, 3) and m.happened_at < c.placed_at
    group by c.order_id
)
select c.order_id, c.order_name, c.ticket_id, c.placed_at, c.currency, c.paid, coalesce(f.amount, 0) as refunded,
    case
        when r.agent_id is not null then coalesce(a.name, 'unknown')
        when r.automated then 'automation'
        else 'unknown'
    end as agent,
    nullif(a.team, '') as team
from credited c
left join refunded f on f.order_id = c.order_id
left join replied r on r.order_id = c.order_id
left join agent a on a.agent_id = r.agent_id and r.agent_id > 0
