-- What do the paid orders of a day add up to?
-- One row: a day × what orders are told apart by on the pages, with sums; `known`: the customer is. So figures over all
-- customers, or by one of these, read some ten thousand rows and not every order.
select
    day, platform, sales_channel, channel, customer is not null as known, held_before,
    count(*) as orders,
    count(*) filter (refunds > 0) as refunded,
    count(units) as with_units,
    sum(units) as units, sum(gmv) as gmv, sum(refunds) as refunds, sum(net_sales) as net_sales
from mart.orders
where is_paid and day is not null
group by day, platform, sales_channel, channel, customer is not null, held_before
