-- Under which accounts did customers order?
-- One row: a customer × account, with the time of the first order by it, if known.
select customer, account, min(ordered_at) as first_at
from mart.orders
where account <> '' and customer is not null
group by customer, account
