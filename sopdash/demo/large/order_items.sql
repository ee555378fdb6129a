-- What was in this week's orders of the smallest shop system?
-- One row: an item line.
select platform, shop, order_id, '1' as line, 'P' || length(product) as product_id, product, units,
    round(paid_amount / units, 2) as price, paid_amount as amount, refund_amount
from week_orders where platform = 'jd'
