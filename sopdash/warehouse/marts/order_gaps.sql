-- How long did customers wait for each next order?
-- One row: a paid order with one of the customer's before it, with its day and the microseconds since. In the order of
-- these, so that the gaps near a quantile lie together.
select day, epoch_us(ordered_at) - epoch_us(previous_at) as waited
from mart.orders
where is_paid and day is not null and previous_at is not null
order by waited
