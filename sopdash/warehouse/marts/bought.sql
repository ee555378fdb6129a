-- On which days did each customer buy, in all and up to the day where the last third of the weeks begins?
-- A purchase is a day with paid orders: several orders of one day are one, as the models of lifetime value have it.
-- One row: a customer with a paid order; `first_sales`: net sales of the first such day of which they are known; `_seen`:
-- up to the day `seen_until`.
select
    customer,
    min(day) as first_day,
    max(day) as last_day,
    count(*) as purchases,
    cast(sum(net_sales) as decimal(18, 2)) as net_sales,
    arg_min(net_sales, day) as first_sales,
    count(*) filter (day <= seen_until) as purchases_seen,
    max(day) filter (day <= seen_until) as last_day_seen,
    any_value(seen_until) as seen_until
from mart.customer_days cross join bought_span
where orders > 0
group by customer
