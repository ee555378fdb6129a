-- How many of those who began together were active in which week? Of some customers at a time.
-- One row: the week of joining × the week of the first order (Mondays; NULL: neither yet) × a week (its Monday) with the
-- customers who were active then, who ordered, who spoke; `week` NULL: how many began so at all.
with began as (
    select
        customer,
        cast(date_trunc('week', least(first_followed_at, first_joined_at)) as date) as joined,
        cast(date_trunc('week', first_ordered_at) as date) as first_order
    from mart.customers
),
pages as (
    select began.joined, began.first_order, weeks.page, weeks.ordered, weeks.spoke, weeks.ordered | weeks.spoke | weeks.clicked as active
    from began join mart.customer_weeks as weeks using (customer)
    where weeks.unit = 'week'
)
select
    joined, first_order,
    date '1970-01-05' + 7 * cast(page * 64 + bit as integer) as week,
    count(*) as customers,
    count_if((ordered >> bit) & 1 = 1) as ordered,
    count_if((spoke >> bit) & 1 = 1) as spoke
from pages join told_weeks using (page)
where (active >> bit) & 1 = 1
group by joined, first_order, page, bit
union all
select joined, first_order, null, count(*), null, null from began group by joined, first_order
