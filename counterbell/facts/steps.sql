-- What the five tables share, made once from the record of some months (see reading.py for the tables read).
-- Instants are microseconds since 1970 UTC. Authors: 1 customer, 2 automation, 3 agent. Statuses: 1 open, 2 pending,
-- 3 snoozed, 4 closed. Agent 0 is nobody. The numbers are also the order of things that share an instant.

-- one row per ticket read: why it is not counted, or null
create or replace temp table standing as
with latest_flags as (
    select ticket_id, flag, value,
        row_number() over (partition by ticket_id, flag order by happened_at desc) as back
    from flag
),
flagged as (
    select ticket_id,
        max(case when flag = 1 then value end) = 1 as spam,
        max(case when flag = 2 then value end) = 1 as deleted
    from latest_flags
    where back = 1
    group by ticket_id
)
select
    t.ticket_id,
    case
        when m.ticket_id is not null then 'merged'
        when f.spam then 'spam'
        when f.deleted then 'deleted'
    end as left_out
from ticket t
left join merge m on m.ticket_id = t.ticket_id
left join flagged f on f.ticket_id = t.ticket_id;

-- one row per ticket of the months: what every fact says of its ticket
create or replace temp table about as
select ticket_id, month, ticket, channel,
    case when channel in ('email', 'contact_form', 'api', 'phone') then 'mail' else 'chat' end as kind,
    case when outbound then 'outbound' else 'inbound' end as direction,
    nullif(store, '') as store, nullif(language, '') as language,
    nullif(country, '') as country, created_at, history
from ticket
where in_months;

-- one row per counted ticket of the months, with what the other steps need of it
create or replace temp table counted as
select t.ticket_id, t.created_at, t.status, t.outbound, t.history
from ticket t
join standing s on s.ticket_id = t.ticket_id
where t.in_months and s.left_out is null;

-- one row per ticket whose messages and surveys belong to a counted ticket: itself, or merged into it
create or replace temp table belongs as
select ticket_id as member_id, ticket_id as root_id, history from counted
union all
select f.member_id, f.root_id, f.history from family f join counted c on c.ticket_id = f.root_id;

-- one row per counted ticket of which not all messages are known: only a summary of it, or of one merged into it
create or replace temp table unheard as
select distinct root_id as ticket_id from belongs where history = 'summary';

-- one row per moment at which something a ticket can be sliced by changed, from `since` until before `until`
create or replace temp table timeline as
with tag_said as (
    select t.ticket_id, -9223372036854775807 as happened_at, 0 as place, unnest(cast(t.tags as varchar[])) as tag
    from ticket t
    where t.in_months and t.ticket_id in (select ticket_id from tag_change)
    union all
    select ticket_id, happened_at, 1, unnest(cast(added as varchar[])) from tag_change
    union all
    select ticket_id, happened_at, 2, unnest(cast(removed as varchar[])) from tag_change
),
tag_settled as (
    select ticket_id, tag, happened_at, max(place) as place from tag_said group by ticket_id, tag, happened_at
),
tag_spans as (
    select ticket_id, tag, place, happened_at as since,
        coalesce(lead(happened_at) over (partition by ticket_id, tag order by happened_at), 9223372036854775807) as until
    from tag_settled
),
tags_then as (
    select c.ticket_id, c.happened_at,
        coalesce(list(s.tag order by s.tag) filter (where s.tag is not null), cast([] as varchar[])) as tags
    from tag_change c
    left join tag_spans s
        on s.ticket_id = c.ticket_id and s.since <= c.happened_at and c.happened_at < s.until and s.place < 2
    group by c.ticket_id, c.happened_at
),
changes as (
    select ticket_id, -9223372036854775807 as happened_at, 0 as agent_id, '' as team, intent, priority,
        cast(tags as varchar[]) as tags
    from ticket
    where in_months
    union all
    select ticket_id, happened_at, agent_id, team, null, null, null from assignment
    union all
    select ticket_id, happened_at, null, null, name, null, null from intent_change
    union all
    select ticket_id, happened_at, null, null, null, priority, null from priority_change
    union all
    select ticket_id, happened_at, null, null, null, null, tags from tags_then
),
moments as (
    select ticket_id, happened_at, max(agent_id) as agent_id, max(team) as team, max(intent) as intent,
        max(priority) as priority, max(tags) as tags
    from changes
    group by ticket_id, happened_at
),
filled as (
    select ticket_id, happened_at as since,
        last_value(agent_id ignore nulls) over so_far as agent_id,
        last_value(team ignore nulls) over so_far as team,
        last_value(intent ignore nulls) over so_far as intent,
        last_value(priority ignore nulls) over so_far as priority,
        last_value(tags ignore nulls) over so_far as tags,
        coalesce(lead(happened_at) over (partition by ticket_id order by happened_at), 9223372036854775807) as until
    from moments
    window so_far as (
        partition by ticket_id order by happened_at rows between unbounded preceding and current row
    )
)
select f.ticket_id, f.since, f.until, f.agent_id, nullif(a.name, '') as agent,
    nullif(f.team, '') as given_team, coalesce(nullif(f.team, ''), nullif(a.team, '')) as team,
    nullif(f.intent, '') as intent, nullif(f.priority, '') as priority, f.tags
from filled f
left join agent a on a.agent_id = f.agent_id;

-- one row per real change of status of a counted ticket; the first is its status at creation (was is null)
create or replace temp table transition as
with said as (
    select ticket_id, created_at as happened_at, status, 0 as author, 0 as agent_id, 0 as later from counted
    union all
    select s.ticket_id, s.happened_at, s.status, s.author, s.agent_id, 1
    from status_change s
    join counted c on c.ticket_id = s.ticket_id
),
compared as (
    select *,
        lag(status) over in_order as was,
        row_number() over in_order as step
    from said
    window in_order as (partition by ticket_id order by later, happened_at, status)
)
select ticket_id, step, happened_at, status, was, author, agent_id
from compared
where was is null or was <> status;

-- one row per close of a counted ticket, with who is credited with it
create or replace temp table closing as
select
    c.ticket_id,
    c.step,
    c.happened_at,
    case
        when c.was is null then 'unknown'
        when c.author = 2 then 'automation'
        when c.author = 1 then 'customer'
        else coalesce(a.name, t.agent, 'unknown')
    end as closer,
    case
        when t.given_team is not null or c.was is null or c.author in (1, 2) then t.given_team
        when a.name is not null then nullif(a.team, '')
        else t.team
    end as team,
    c.was is not null and (c.author = 3 or (c.author = 0 and t.agent_id > 0)) as by_agent,
    t.tags,
    t.intent,
    t.priority
from transition c
left join timeline t on t.ticket_id = c.ticket_id and t.since <= c.happened_at and c.happened_at < t.until
left join agent a on a.agent_id = c.agent_id and c.agent_id > 0
where c.status = 4;

-- one row per counted ticket: how its life went
create or replace temp table course as
select
    t.ticket_id,
    min(case when t.status = 4 then t.happened_at end) as first_closed_at,
    max(case when t.status = 4 then t.happened_at end) as last_closed_at,
    count(case when t.status <> 4 and t.was = 4 then 1 end) as reopenings,
    max_by(t.status, t.step) = 4 as resolved
from transition t
group by t.ticket_id;

-- one row per public message or close of a counted ticket, in order; a wait ends with a reply or with a close
-- `asked`: a customer message has come that the first response answers (on an outbound ticket: not before its creation)
create or replace temp table stream as
with happened as (
    select b.root_id as ticket_id, m.happened_at, 4 + m.author as rank, m.message_id, m.author, m.agent_id,
        not c.outbound or m.happened_at >= c.created_at as starts
    from message m
    join belongs b on b.member_id = m.ticket_id
    join counted c on c.ticket_id = b.root_id
    where m.public
    union all
    select ticket_id, happened_at, 4, '', 0, 0, false from closing
)
select
    ticket_id, happened_at, author, agent_id,
    row_number() over so_far as place,
    count(case when author = 1 then 1 end) over so_far as customer_messages,
    count(case when author = 1 and starts then 1 end) over so_far > 0 as asked,
    count(case when author in (0, 3) then 1 end) over before as breaks,
    count(case when author in (0, 2, 3) then 1 end) over before as breaks_any
from happened
window
    so_far as (
        partition by ticket_id order by happened_at, rank, message_id
        rows between unbounded preceding and current row
    ),
    before as (
        partition by ticket_id order by happened_at, rank, message_id
        rows between unbounded preceding and 1 preceding
    );
