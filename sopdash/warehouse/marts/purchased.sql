-- What has each customer bought?
-- One row: a customer with a paid order. `last_refunded_at`: the time of the latest order of which money went back;
-- `previous_ordered_at`: the time of the last of the `dated` ones but one;
-- `frequent_on`: the day of the latest paid order but for `high_value_orders` - 1 of
-- them; the numbers of orders rise with their time, those without one come last.
with bought as (
    select customer, ordered_at, refunds, net_sales, nth, previous_at from mart.orders where is_paid and customer is not null
),
counted as (
    select
        customer,
        count(*) as orders,
        cast(coalesce(sum(net_sales), 0) as decimal(18, 2)) as net_sales,
        min(ordered_at) as first_ordered_at,
        min(case when nth = 2 then ordered_at end) as second_ordered_at,
        max(ordered_at) as last_ordered_at,
        max(ordered_at) filter (refunds > 0) as last_refunded_at,
        arg_max_null(previous_at, nth) filter (ordered_at is not null) as previous_ordered_at,
        count(ordered_at) as dated
    from bought
    group by customer
),
frequent as (
    select counted.customer, cast(bought.ordered_at as date) as frequent_on
    from counted join bought on bought.customer = counted.customer and bought.nth = counted.dated + 1 - $high_value_orders
)
select counted.*, frequent.frequent_on
from counted left join frequent on frequent.customer = counted.customer
