-- Of the customers whose task was done, and of those whose was not: who ordered within so many days of its due time?
-- One row: done or not. Tasks whose days are not over by the newest order in the data do not count.
with tasks as (
    select unnest($customer) as customer, unnest($due_at) as due_at, unnest($done) as done
),
last_order as (
    select max(ordered_at) as "at" from mart.orders where is_paid
)
select
    tasks.done,
    count(*) as tasks,
    count(*) filter (exists (
        select 1 from mart.orders
        where orders.is_paid and orders.customer = tasks.customer
            and orders.ordered_at > tasks.due_at and orders.ordered_at <= tasks.due_at + to_days($days)
    )) as ordered
from tasks cross join last_order
where tasks.due_at + to_days($days) <= last_order.at
group by tasks.done
