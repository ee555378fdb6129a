-- How good was each customer as of the end of a day? The formulas of mart.customers over what had happened by then.
-- One row: a customer known by that day. Refunds and identities are those known today; a score is NULL where
-- mart.customers has none. Parameters: the day, then the thresholds in the order of `limits`.
with told as (
    select cast(? as date) as day
),
limits as (
    select cast(? as double) as vip_above, cast(? as double) as super_from, cast(? as bigint) as high_value_orders,
        cast(? as double) as high_value_share, cast(? as bigint) as potential_days, cast(? as bigint) as new_days,
        cast(? as bigint) as growing_days, cast(? as bigint) as active_days
),
bought as (
    select o.customer, count(*) as orders, sum(o.net_sales) as net_sales, max(o.ordered_at) as last_ordered_at,
        sum(case when o.day > told.day - 365 then 1 else 0 end) as orders_in_year
    from mart.orders as o cross join told
    where o.is_paid and o.customer is not null and coalesce(o.day <= told.day, true)
    group by o.customer
),
scored as (
    select *, coalesce(net_sales, 0) as money,
        greatest(1, date_diff('second', last_ordered_at,
            cast(cast(max(last_ordered_at) over () as date) + 1 as timestamp)) // 86400) as r_days
    from bought
),
ranked as (
    select *,
        r_days * count(*) over () < sum(r_days) over () as r_high,
        orders * count(*) over () > sum(orders) over () as f_high,
        money * count(*) over () > sum(money) over () as m_high,
        rank() over (order by money desc) as money_rank,
        count(*) over () as buyers
    from scored
),
acted as (
    select d.customer, max(d.day) as last_active, max(case when d.messages > 0 or d.clicks > 0 then d.day end) as last_heard
    from mart.customer_days as d cross join told
    where d.day <= told.day
    group by d.customer
),
held as (
    select h.customer, min(h.held_from) as held_from,
        bool_or(h.held_until is null or h.held_until >= told.day + 1) as held
    from mart.holdings as h cross join told
    where h.held_from < told.day + 1
    group by h.customer
),
known as (
    select customer from bought union select customer from acted union select customer from held
)
select
    known.customer,
    case
        when coalesce(ranked.net_sales, 0) >= limits.super_from then 'super'
        when coalesce(ranked.net_sales, 0) > limits.vip_above then 'vip'
        else 'ordinary'
    end as tier,
    case
        when ranked.orders_in_year >= limits.high_value_orders
            and ranked.money_rank <= ceil(limits.high_value_share * ranked.buyers) then 'high'
        when ranked.orders in (1, 2)
            or coalesce(date_diff('day', acted.last_heard, told.day) <= limits.potential_days, false) then 'potential'
        else 'ordinary'
    end as value_class,
    case
        when held.held_from is null then null
        when not held.held then 'lost'
        when date_diff('day', cast(held.held_from as date), told.day) <= limits.new_days then 'new'
        when date_diff('day', cast(held.held_from as date), told.day) <= limits.growing_days then 'growing'
        when coalesce(date_diff('day', acted.last_active, told.day) <= limits.active_days, false) then 'mature'
        else 'silent'
    end as life_cycle,
    case when ranked.r_high is not null then
        (case when ranked.r_high then '1' else '0' end)
        || (case when ranked.f_high then '1' else '0' end)
        || (case when ranked.m_high then '1' else '0' end)
    end as rfm_class
from known
cross join told
cross join limits
left join ranked on ranked.customer = known.customer
left join acted on acted.customer = known.customer
left join held on held.customer = known.customer
