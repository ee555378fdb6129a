-- On which days was a customer active without being held at any moment of them?
-- One row: customer × such a day, with the stretch of not being held that it lies in (see mart.unheld), and the day of it
-- that the customer was active on before, or bought on before where something was bought; where there is none the day
-- that the stretch follows, and 9999 where nothing was bought. Whoever was not held on any day of a period was active in
-- it on such days alone, and exactly one of them has a day before that lies further back: people are counted without
-- remembering them. In the order of days, so that a period reads its own part.
with days as (
    select days.customer, days.day, unheld.held_until, unheld.held_from, days.orders, days.net_sales
    from mart.customer_days as days join mart.unheld as unheld on unheld.customer = days.customer
    where days.day > unheld.held_until and days.day < unheld.held_from
)
select
    customer, day, held_until, held_from,
    coalesce(lag(day) over before, held_until) as active_after,
    case
        when orders > 0 then coalesce(
            max(case when orders > 0 then day end) over (before rows between unbounded preceding and 1 preceding), held_until
        )
        else date '9999-12-31'
    end as bought_after,
    orders, net_sales
from days
window before as (partition by customer, held_until order by day)
order by day
