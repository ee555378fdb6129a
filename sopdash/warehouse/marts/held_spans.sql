-- How many customers were held from which day to which?
-- One row: first day × day of the end (NULL: still held) with the customers held so; `open`: those who may be contacted.
with opted as (
    select customer from kept.customer_facts where opted_out
)
select
    cast(holdings.held_from as date) as held_from, cast(holdings.held_until as date) as held_until,
    count(*) as customers,
    count(*) - count(opted.customer) as open
from mart.holdings left join opted on opted.customer = holdings.customer
group by all
