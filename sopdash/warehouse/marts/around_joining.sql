-- What did customers order just before and after they first joined a group?
-- One row: a customer who joined, the day, and the paid orders of the 28 days before and after it, which belongs to neither.
with joined as (
    select customer, cast(first_joined_at as date) as day from mart.customers where first_joined_at is not null
),
near as (
    select
        orders.customer,
        count(*) filter (orders.day < joined.day) as before,
        count(*) filter (orders.day > joined.day) as after
    from mart.orders as orders join joined on joined.customer = orders.customer
    where orders.is_paid and orders.day between joined.day - 28 and joined.day + 28
    group by orders.customer
)
select joined.customer, joined.day, coalesce(near.before, 0) as before, coalesce(near.after, 0) as after
from joined left join near using (customer)
order by day
