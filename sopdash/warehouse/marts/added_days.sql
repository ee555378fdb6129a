-- Who was won on a day, and what became of them?
-- One row: a day × channel of customers' first follows. `joined`: in a group, ever; `fresh`: no buyers before; `converted`:
-- those of them who have bought since; `silent`: who never bought.
select
    cast(first_followed_at as date) as day, channel,
    count(*) as customers,
    count(*) filter (first_joined_at is not null) as joined,
    count(*) filter (existing is not true) as fresh,
    count(*) filter (existing is not true and last_ordered_at >= first_followed_at) as converted,
    count(*) filter (orders = 0) as silent
from kept.customer_facts
where first_followed_at is not null
group by 1, 2
