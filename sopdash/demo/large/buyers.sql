-- Who orders in this week, how often?
-- One row: a person and the n-th of the week's orders; `share` sizes the week so that its orders come out as asked.
with alive as (
    select i, order_rate from large.people where born <= $week and $week < dies
),
share as (
    select $orders / sum(order_rate) as share from alive
)
select i, cast(unnest(range(cast(floor(order_rate * share + large.u(i, $week, 30)) as bigint))) as integer) as n
from alive cross join share
