-- Where do the recency, frequency and money of buyers part into fifths, counted to the day after the last order?
-- One row, none without buyers: the 20, 40, 60 and 80 % cut points of each over all buyers, linearly interpolated.
with bought as (
    select
        cast(greatest(1, cast(floor((epoch(t.at) - epoch(c.last_ordered_at)) / 86400) as bigint)) as double) as r_days,
        cast(c.orders as double) as f,
        cast(c.net_sales as double) as m
    from mart.customers as c
    cross join (select cast(cast(last_order_at as date) + 1 as timestamp) as "at" from mart.meta) as t
    where c.orders > 0
)
select
    quantile_cont(r_days, [0.2, 0.4, 0.6, 0.8]) as r,
    quantile_cont(f, [0.2, 0.4, 0.6, 0.8]) as f,
    quantile_cont(m, [0.2, 0.4, 0.6, 0.8]) as m
from bought
having count(*) > 0
