-- One row: a view or click of one customer.
select 't' || k as touch_id, external_id, phone_key, moment as "at", case when draw < 0.55 then 'view' else 'click' end as kind,
    '社群' as channel, '活动' || lpad(cast(1 + cast(floor(13 * draw) as integer) as varchar), 2, '0') as campaign
from drawn where kind = 'touch'
