-- Which after-sales cases of one shop system were closed in this week?
-- One row: a case.
select platform, shop, 'R' || substr(order_id, 2) as refund_id, order_id, refund_amount as amount, 'finished' as status,
    least(paid_at + interval 2 day, $end - interval 1 minute) as refunded_at
from week_orders where platform = 'douyin' and refund_amount > 0
