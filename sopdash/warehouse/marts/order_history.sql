-- What had the customer bought before each order, and was the customer held then?
-- One row: an order of a known customer, by its place in fact.orders; what was bought before is of paid orders alone.
with bought as (
    select row, customer, ordered_at, is_paid from judged_orders where customer is not null
),
-- Orders of one customer at one moment are few: only these are told apart by their long numbers.
crowded as (
    select customer, ordered_at from bought where is_paid group by customer, ordered_at having count(*) > 1
),
told_apart as (
    select bought.row, row_number() over (order by orders.platform, orders.shop, orders.order_id) as place
    from bought
    join crowded on crowded.customer = bought.customer and crowded.ordered_at is not distinct from bought.ordered_at
    join fact.orders on orders.rowid = bought.row
    where bought.is_paid
),
counted as (
    select bought.row, bought.is_paid, row_number() over acts as nth, lag(bought.ordered_at) over acts as previous_at,
        lag(bought.ordered_at, 2) over acts as earlier_at
    from bought left join told_apart on told_apart.row = bought.row
    window acts as (partition by bought.customer, bought.is_paid order by bought.ordered_at, told_apart.place)
),
held as (
    select bought.row
    from (select * from bought semi join mart.holdings using (customer)) as bought
    asof join (select * from mart.holdings semi join bought using (customer)) as spans on spans.customer = bought.customer and spans.held_from <= bought.ordered_at
    where spans.held_until is null or spans.held_until >= bought.ordered_at
)
select
    counted.row,
    case when counted.is_paid then counted.nth end as nth,
    case when counted.is_paid then counted.previous_at end as previous_at,
    case when counted.is_paid then counted.earlier_at end as earlier_at,
    held.row is not null as held_before
from counted left join held on held.row = counted.row
