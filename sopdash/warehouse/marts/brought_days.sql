-- What do the customers whom a channel brought buy, day by day?
-- One row: a day × channel of the customers × whether it brought them (`brought`: followed, and no buyers before) with
-- their paid orders' net sales; `acquired`: first orders of customers who had been added before.
select
    orders.day, customers.channel,
    customers.channel is not null and customers.existing is not true as brought,
    sum(orders.net_sales) as net_sales,
    count(*) filter (orders.nth = 1 and orders.after_add) as acquired
from mart.orders
left join (select customer, channel, existing from mart.customers where channel is not null) as customers
    on customers.customer = orders.customer
where orders.is_paid and orders.day is not null
group by 1, 2, 3
