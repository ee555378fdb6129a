-- In which weeks and months was each customer active?
-- One row: a customer × unit (week, month) × page of 64 of them, with a bit for each of the page in which the customer had
-- a paid order, spoke in a group, clicked. Weeks are counted from Monday 1970-01-05, months from January 1970; the lowest
-- bit is the page's first.
with days as (
    select
        customer,
        cast((day - date '1970-01-05') // 7 as integer) as week,
        cast((extract(year from day) - 1970) * 12 + extract(month from day) - 1 as integer) as month,
        orders > 0 as ordered, messages > 0 as spoke, clicks > 0 as clicked
    from mart.customer_days
),
marked as (
    select customer, 'week' as unit, week // 64 as page, cast(1 as ubigint) << (week % 64) as bit, ordered, spoke, clicked from days
    union all
    select customer, 'month', month // 64, cast(1 as ubigint) << (month % 64), ordered, spoke, clicked from days
)
select
    customer, unit, page,
    bit_or(case when ordered then bit else cast(0 as ubigint) end) as ordered,
    bit_or(case when spoke then bit else cast(0 as ubigint) end) as spoke,
    bit_or(case when clicked then bit else cast(0 as ubigint) end) as clicked
from marked
group by customer, unit, page
