-- One row: an answer to a satisfaction question.
select 's' || k as survey_id, large.guide(staff_no % $staff) as staff, external_id, phone_key, moment as "at",
    case when draw < 0.5 then 'csat' else 'nps' end as kind,
    case when draw < 0.5 then 1 + cast(floor(4.99 * pow(2 * draw, 0.4)) as bigint) else cast(floor(10.99 * pow(draw, 0.3)) as bigint) end as score
from drawn where kind = 'survey'
