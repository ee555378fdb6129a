-- How active was each customer, day by day?
-- One row: customer × day with a paid order, a message in a group, or a click.
with acts as (
    select customer, day, 1 as orders, gmv, refunds, net_sales, 0 as messages, 0 as clicks
    from mart.orders where is_paid
    union all
    select customer, day, 0, null, null, null, messages, 0 from mart.speaker_days
    union all
    select customer, day, 0, null, null, null, 0, 1 from mart.touches where kind = 'click'
)
select
    customer, day,
    cast(sum(orders) as bigint) as orders,
    cast(sum(gmv) as decimal(18, 2)) as gmv,
    cast(sum(refunds) as decimal(18, 2)) as refunds,
    cast(sum(net_sales) as decimal(18, 2)) as net_sales,
    cast(sum(messages) as bigint) as messages,
    cast(sum(clicks) as bigint) as clicks
from acts
where customer is not null and day is not null
group by customer, day
