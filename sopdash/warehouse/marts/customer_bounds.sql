-- Where do the scores of customers part? As of the data's last day; high is strictly better than the mean of buyers.
-- One row: this refresh. A buyer's orders are recent from `recent_from` on (whole days to T, the midnight after the last
-- order, at least 1), frequent above `orders_above`, large above `money_above`; `top_money` is the least of the top share.
with buyers as (
    select orders, net_sales, last_ordered_at from kept.customer_facts where orders > 0
),
means as (
    select
        count(*) as buyers,
        sum(orders) as orders,
        cast(sum(net_sales) * 100 as hugeint) as cents,
        cast(cast(max(last_ordered_at) as date) + 1 as timestamp) as midnight
    from buyers
),
recency as (
    select cast(sum(greatest(1, date_diff('second', last_ordered_at, means.midnight) // 86400)) as bigint) as days
    from buyers cross join means
),
top as (
    select min(ordered.net_sales) as money
    from (select net_sales, row_number() over (order by net_sales desc) as nth from buyers) as ordered
    cross join means cross join mart.thresholds
    where ordered.nth <= ceil(thresholds.high_value_share * means.buyers)
)
select
    meta.last_day,
    cast(meta.last_day - interval 18 year as date) as born_18,
    cast(meta.last_day - interval 25 year as date) as born_25,
    cast(meta.last_day - interval 35 year as date) as born_35,
    cast(meta.last_day - interval 45 year as date) as born_45,
    cast(meta.last_day - interval 55 year as date) as born_55,
    meta.last_day - 364 as year_from,
    meta.last_day - cast(least(thresholds.potential_days, 99999) as integer) as potential_from,
    meta.last_day - cast(least(thresholds.new_days, 99999) as integer) as new_from,
    meta.last_day - cast(least(thresholds.growing_days, 99999) as integer) as growing_from,
    meta.last_day - cast(least(thresholds.active_days, 99999) as integer) as active_from,
    case when recency.days > means.buyers
        then means.midnight + interval 1 second - to_days(cast((recency.days - 1) // means.buyers + 1 as integer))
        else timestamp 'infinity'
    end as recent_from,
    cast(means.orders // means.buyers as bigint) as orders_above,
    cast((means.cents - (means.cents % means.buyers + means.buyers) % means.buyers) // means.buyers * 0.01 as decimal(18, 2))
        as money_above,
    top.money as top_money
from means cross join recency cross join top cross join mart.meta cross join mart.thresholds
