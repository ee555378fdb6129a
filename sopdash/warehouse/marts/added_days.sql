-- Who was won on a day, and what became of them?
-- One row: a day × channel of customers' first follows. `joined`: in a group, ever; `fresh`: no buyers before; `converted`:
-- those of them who have bought since; `silent`: who never bought.
select
    follows.day, follows.channel,
    count(*) as customers,
    count(*) filter (customers.first_joined_at is not null) as joined,
    count(*) filter (customers.existing is not true) as fresh,
    count(*) filter (customers.existing is not true and customers.last_ordered_at >= customers.first_followed_at) as converted,
    count(*) filter (customers.orders = 0) as silent
from mart.follows left join mart.customers on customers.customer = follows.customer
where follows.is_first and not follows.is_transfer and follows.day is not null
group by follows.day, follows.channel
