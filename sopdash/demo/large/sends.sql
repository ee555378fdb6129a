-- One row: a marketing message to one customer.
select 'n' || k as send_id, external_id, phone_key, moment as sent_at, '社群' as channel,
    '活动' || lpad(cast(1 + $week // 4 as varchar), 2, '0') as campaign
from drawn where kind = 'send'
