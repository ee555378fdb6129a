-- What was in the orders?
-- One row: an item line, with its order's customer, day and whether the order is paid.
select
    items.platform, items.shop, items.order_id, items.line,
    orders.customer, orders.day, orders.is_paid, orders.store, orders.channel, orders.sales_channel,
    items.product_id, items.product, items.variant, items.sku, items.units, items.price, items.amount, items.refund_amount
from fact.order_items as items
join mart.orders on orders.platform = items.platform and orders.shop = items.shop and orders.order_id = items.order_id
