-- On which days was a customer active, and when before that?
-- One row: customer × day with a paid order, a message or a click, and the customer's active day before it. In the order of
-- days, so that a period reads its own part. Whoever was active in the 30 days up to T has exactly one row in them whose
-- day before lies further back: distinct people are counted without remembering them.
select customer, day, lag(day) over (partition by customer order by day) as previous_day
from mart.customer_days
order by day
