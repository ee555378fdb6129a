-- What do the paid orders of a day add up to?
-- One row: a day (NULL: orders without a time) × what orders are told apart by on the pages, with sums; `known`: the customer
-- is, `known_by`: by which identities; `brought`: by the channel (followed, and no buyers before); `acquired`: first orders of
-- customers who had been added before; `with_*`: orders that say so much. So figures over all customers, or by one of these,
-- read some ten thousand rows and not every order.
select
    day, platform, sales_channel, channel, orders.customer is not null as known, known_by, held_before,
    channel is not null and bought_before.customer is null as brought,
    count(*) as orders,
    count(*) filter (refunds > 0) as refunded,
    count(*) filter (nth = 1 and after_add) as acquired,
    count(units) as with_units, count(gmv) as with_gmv, count(refunds) as with_refunds,
    sum(units) as units, sum(gmv) as gmv, sum(refunds) as refunds, sum(net_sales) as net_sales
from mart.orders
left join (select customer from kept.customer_facts where existing) as bought_before on bought_before.customer = orders.customer
where is_paid
group by all
