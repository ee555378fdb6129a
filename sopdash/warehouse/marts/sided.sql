-- Who was in a group as a period began, who in none all through it, and what did each of them buy in it?
-- A macro of the period's first day and the day after its last. One row: a customer on one of the sides; `orders`, what
-- was `spent` and the number `first_nth` of the first of these orders are NULL without an order.
create or replace macro mart.sided(since_day, end_day) as table
with bought as (
    select customer, count(*) as orders, cast(sum(net_sales) as double) as spent, min(nth) as first_nth
    from mart.orders
    where is_paid and customer is not null and day >= since_day and day < end_day
    group by customer
),
opted as (
    select customer from mart.customers where opted_out
)
select stands.customer, stands.in_group, opted.customer is not null as opted_out, bought.orders, bought.spent, bought.first_nth
from mart.stands
left join bought on bought.customer = stands.customer
left join opted on opted.customer = stands.customer
where stands.since < since_day and stands.until >= since_day and stands.next_from >= end_day
