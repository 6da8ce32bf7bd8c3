-- one row per order credited to a ticket (month of the ticket), and one per order placed, ticket null (month of the order)
select
    t.month,
    t.ticket, t.channel, t.kind, t.direction, t.store, t.language, t.country,
    t.created_at,
    c.order_name as "order",
    c.placed_at,
    c.currency,
    c.paid,
    c.refunded,
    c.agent,
    c.team,
    l.tags,
    l.intent,
    l.priority
from made_credits c
join about t on t.ticket_id = c.ticket_id
join timeline l on l.ticket_id = t.ticket_id and l.since <= t.created_at and t.created_at < l.until
union all
select
    o.month,
    null, null, null, null, null, null, null,
    null,
    o.order_name,
    o.placed_at,
    o.currency,
    o.paid,
    coalesce(f.amount, 0),
    null, null, null, null, null
from purchase o
left join refunded f on f.order_id = o.order_id
where o.in_months
