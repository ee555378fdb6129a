-- On how many customers' days of an act was the day before it of that kind which?
-- One row: a kind (`left` a group; `refunded`: a paid order of the day was) × day × the customer's day of that kind before
-- it (NULL: none) with the customers. From a day on, the rows with `after_day` before it sum up to the people who did it.
with acts as (
    select 'left' as kind, customer, cast(left_at as date) as day
    from mart.memberships
    where not is_staff and customer is not null and left_at is not null
    group by all
    union all
    select 'refunded', customer, day
    from mart.orders
    where is_paid and refunds > 0 and customer is not null and day is not null
    group by all
),
chained as (
    select kind, day, lag(day) over (partition by kind, customer order by day) as after_day from acts
)
select kind, day, after_day, count(*) as customers
from chained
group by kind, day, after_day
