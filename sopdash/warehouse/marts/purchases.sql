-- What is each customer's history of purchases, in all and up to the day where the last third of the weeks begins?
-- One row: a customer with a paid order. Times in whole days; `_seen` columns are NULL for who came later.
select
    customer, first_day,
    purchases - 1 as x,
    last_day - first_day as t_x,
    span.until - first_day as t,
    cast(net_sales - first_sales as double) as repeat_sales,
    case when purchases_seen > 0 then purchases_seen - 1 end as x_seen,
    last_day_seen - first_day as t_x_seen,
    case when purchases_seen > 0 then seen_until - first_day end as t_seen,
    purchases - purchases_seen as bought_after,
    span.since, span.until, seen_until
from kept.bought cross join (select min(first_day) as since, max(last_day) as until from kept.bought) as span
