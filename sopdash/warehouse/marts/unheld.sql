-- When was a customer not held?
-- One row: a stretch of a customer's, between the last day of being held before it (0001: there is none) and the first one
-- after it (9999: not yet). Every customer has one that begins so.
select customer, date '0001-01-01' as held_until, coalesce(cast(held_from as date), date '9999-12-31') as held_from
from mart.customers
union all
select customer, cast(held_until as date), coalesce(cast(next_from as date), date '9999-12-31')
from mart.holdings
where held_until is not null
