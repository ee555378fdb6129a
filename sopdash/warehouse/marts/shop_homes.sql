-- Where does a customer's first order come from?
-- One row: a customer of whose orders the first one says so, or of several that may be the first the earliest that came.
with contested as (
    select customer from mart.orders where customer is not null and not is_paid group by customer
)
select customer, region, store, staff
from mart.orders anti join contested using (customer)
where nth = 1 and coalesce(region, store, staff) is not null
union all
select customer, region, store, staff
from mart.orders semi join contested using (customer)
where nth = 1 or not is_paid
qualify row_number() over (
    partition by customer order by ordered_at nulls last, is_paid desc, region, store, staff
) = 1
