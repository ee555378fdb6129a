-- Who are our customers, and how good are they as of the data's last day?
-- One row: a customer of any source. Scores follow the catalogue: tiers from lifetime net sales, value from orders of the
-- last 365 days and the top share of net sales, life cycle from the day of joining and the last act, RFM by means
-- (high = strictly better than the mean of buyers; T = the midnight after the last order).
with means as (
    select
        count(*) as buyers,
        max(last_ordered_at) as last_at,
        sum(orders) as orders,
        sum(net_sales) as money
    from customer_facts
    where orders > 0
),
recency as (
    select sum(
        greatest(1, date_diff('second', bought.last_ordered_at, cast(cast(means.last_at as date) + 1 as timestamp)) // 86400)
    ) as r_days
    from customer_facts as bought cross join means
    where bought.orders > 0
),
top as (
    select min(ordered.net_sales) as money
    from (
        select net_sales, row_number() over (order by net_sales desc) as nth from customer_facts where orders > 0
    ) as ordered cross join means cross join mart.thresholds
    where ordered.nth <= ceil(thresholds.high_value_share * means.buyers)
),
frequent as (
    select days.customer
    from mart.customer_days as days cross join mart.meta cross join mart.thresholds
    where days.orders > 0 and days.day > meta.last_day - 365
    group by days.customer, thresholds.high_value_orders
    having sum(days.orders) >= thresholds.high_value_orders
),
aged as (
    select
        facts.*,
        greatest(1, date_diff('second', last_ordered_at, cast(cast(means.last_at as date) + 1 as timestamp)) // 86400) as r_days,
        means.buyers, means.orders as all_orders, means.money as all_money, recency.r_days as all_days,
        coalesce(
            facts.orders > 0 and facts.net_sales >= top.money
            and (frequent.customer is not null or thresholds.high_value_orders <= 0), false
        ) as is_high,
        extract(year from meta.last_day) - extract(year from birthday)
        - case when extract(month from meta.last_day) * 100 + extract(day from meta.last_day)
            < extract(month from birthday) * 100 + extract(day from birthday) then 1 else 0 end as age,
        date_diff('day', cast(held_from as date), meta.last_day) as days_held,
        date_diff('day', cast(last_active_at as date), meta.last_day) as days_quiet,
        date_diff('day', cast(last_interacted_at as date), meta.last_day) as days_mute
    from customer_facts as facts
    cross join means cross join recency cross join top cross join mart.meta cross join mart.thresholds
    left join frequent on frequent.customer = facts.customer
)
select
    aged.customer, name, account, phone_key, channel, code, store, staff, add_way, region, gender,
    case
        when age is null then null
        when age < 18 then '<18'
        when age < 25 then '18-24'
        when age < 35 then '25-34'
        when age < 45 then '35-44'
        when age < 55 then '45-54'
        else '55+'
    end as age_band,
    birthday, tags, first_followed_at, first_joined_at, first_spoke_at, first_ordered_at, second_ordered_at,
    last_ordered_at, last_active_at, orders, net_sales, existing, held,
    case
        when net_sales >= thresholds.super_from then 'super'
        when net_sales > thresholds.vip_above then 'vip'
        else 'ordinary'
    end as tier,
    case
        when is_high then 'high'
        when orders in (1, 2) or coalesce(days_mute <= thresholds.potential_days, false) then 'potential'
        else 'ordinary'
    end as value_class,
    case
        when held_from is null then null
        when not held then 'lost'
        when days_held <= thresholds.new_days then 'new'
        when days_held <= thresholds.growing_days then 'growing'
        when coalesce(days_quiet <= thresholds.active_days, false) then 'mature'
        else 'silent'
    end as life_cycle,
    case when orders > 0 then
        (case when r_days * buyers < all_days then '1' else '0' end)
        || (case when orders * buyers > all_orders then '1' else '0' end)
        || (case when net_sales * buyers > all_money then '1' else '0' end)
    end as rfm_class,
    opted_out, held_from, last_interacted_at
from aged cross join mart.thresholds
