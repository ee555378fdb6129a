-- One row: a coupon issued to one customer.
select 'c' || k as coupon_id, '满 99 减 10' as coupon,
    '活动' || lpad(cast(1 + $week // 4 as varchar), 2, '0') as campaign, external_id, phone_key,
    moment as issued_at, case when draw < 0.6 then least(moment + interval 1 hour, $end - interval 1 minute) end as received_at,
    case when draw < 0.15 then least(moment + interval 30 hour, $end - interval 1 minute) end as redeemed_at, 10 as cost
from drawn where kind = 'coupon'
