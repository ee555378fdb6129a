-- What is each customer's history of purchases, in all and up to the day where the last third of the weeks begins?
-- A purchase is a day with paid orders: several orders of one day are one, as the models of lifetime value have it.
-- One row: a customer with a paid order. Times in whole days; `_seen` columns are NULL for who came later.
with bought as (
    select customer, day, net_sales from mart.customer_days where orders > 0
),
span as (
    select min(day) as since, max(day) as until, max(day) - cast(floor((max(day) - min(day) + 1) / 3.0) as integer) as seen_until
    from bought
),
counted as (
    select
        customer,
        count(*) as purchases,
        min(day) as first_day,
        max(day) as last_day,
        sum(net_sales) - arg_min(net_sales, day) as repeat_sales,
        sum(case when day <= span.seen_until then 1 else 0 end) as purchases_seen,
        max(case when day <= span.seen_until then day end) as last_day_seen
    from bought cross join span
    group by customer
)
select
    customer, first_day,
    purchases - 1 as x,
    last_day - first_day as t_x,
    span.until - first_day as t,
    cast(repeat_sales as double) as repeat_sales,
    case when purchases_seen > 0 then purchases_seen - 1 end as x_seen,
    last_day_seen - first_day as t_x_seen,
    case when purchases_seen > 0 then span.seen_until - first_day end as t_seen,
    purchases - purchases_seen as bought_after,
    span.since, span.until, span.seen_until
from counted cross join span
