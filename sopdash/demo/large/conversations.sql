-- One row: a service conversation.
select 'v' || k as conversation_id, large.guide(staff_no % $staff) as staff, external_id, phone_key,
    case when draw < 0.8 then 'customer' else 'staff' end as opened_by, moment as opened_at,
    case when draw < 0.95 then moment + cast(7200 * pow(draw, 4) as integer) * interval 1 second end as first_reply_at,
    draw < 0.1 as auto_reply, draw > 0.985 as complaint
from drawn where kind = 'conversation'
