-- one row per survey sent: when and how it was answered, if it was, and who is credited with the answer
with answered as (
    select survey_id, min(case when not robot then happened_at end) as rated_at, count(case when robot then 1 end) as robots
    from rating
    group by survey_id
),
scored as (
    select r.survey_id, max_by(r.score, r.happened_at) as score,
        count(case when r.commented then 1 end) > 0 as commented
    from rating r
    join answered a on a.survey_id = r.survey_id
    where not r.robot and r.happened_at <= a.rated_at + 86400000000
    group by r.survey_id
),
asked as (
    select s.survey_id, s.survey, b.root_id as ticket_id, s.sent_at
    from survey s
    join belongs b on b.member_id = s.ticket_id
),
replied as (
    select a.survey_id, max_by(m.agent_id, m.place) as agent_id
    from asked a
    join stream m on m.ticket_id = a.ticket_id and m.author = 3 and m.happened_at < a.sent_at
    group by a.survey_id
)
select
    t.month,
    t.ticket, t.channel, t.kind, t.direction, t.store, t.language, t.country,
    q.survey,
    q.sent_at,
    a.rated_at,
    s.score,
    coalesce(s.commented, false) as commented,
    coalesce(a.robots, 0) as robots,
    coalesce(sent.agent, last_reply.name, 'unknown') as agent,
    coalesce(sent.team, case when sent.agent is null then nullif(last_reply.team, '') end) as team,
    coalesce(rated.tags, sent.tags) as tags,
    case when a.rated_at is null then sent.intent else rated.intent end as intent,
    case when a.rated_at is null then sent.priority else rated.priority end as priority,
    sent.tags as sent_tags,
    sent.intent as sent_intent,
    sent.priority as sent_priority
from asked q
join about t on t.ticket_id = q.ticket_id
left join answered a on a.survey_id = q.survey_id
left join scored s on s.survey_id = q.survey_id
left join timeline sent on sent.ticket_id = q.ticket_id and sent.since <= q.sent_at and q.sent_at < sent.until
left join timeline rated on rated.ticket_id = q.ticket_id and rated.since <= a.rated_at and a.rated_at < rated.until
left join replied r on r.survey_id = q.survey_id
left join agent last_reply on last_reply.agent_id = r.agent_id and r.agent_id > 0
