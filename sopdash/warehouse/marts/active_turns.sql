-- How many were active on a day and last on which day before?
-- One row: a day × the active day before it (NULL: none) with the customers.
select day, previous_day, count(*) as customers
from mart.active_days
group by day, previous_day
