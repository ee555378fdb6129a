-- How long did customers wait for each next order?
-- One row: a paid order with one of the customer's before it, with its day, the microseconds since and the `whole` days of
-- these. In the order of the gaps, so that those near a quantile lie together.
select
    day,
    cast((epoch_us(ordered_at) - epoch_us(previous_at)) // 86400000000 as integer) as whole,
    epoch_us(ordered_at) - epoch_us(previous_at) as waited
from mart.orders
where is_paid and day is not null and previous_at is not null
order by waited
