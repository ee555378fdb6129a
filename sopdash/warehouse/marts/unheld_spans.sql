-- How many customers were not held from which day to which?
-- One row: the last day held before × the first one after (see mart.unheld) with the customers.
select held_until, held_from, count(*) as customers
from mart.unheld
group by held_until, held_from
