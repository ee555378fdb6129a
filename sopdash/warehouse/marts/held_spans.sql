-- How many customers were held from which day to which?
-- One row: first day × day of the end (NULL: still held) with the customers held so; `open`: those who may be contacted.
select
    cast(holdings.held_from as date) as held_from, cast(holdings.held_until as date) as held_until,
    count(*) as customers,
    count(*) filter (customers.opted_out is not true) as open
from mart.holdings left join mart.customers on customers.customer = holdings.customer
group by all
