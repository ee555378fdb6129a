-- What can a filter be set to?
-- One row: a dimension × value with the rows that have it, where the value says something: follows, orders, channel reports
-- and groups; tiers and the like of customers who were ever held.
with held as (
    select tier, rfm_class, life_cycle, gender, age_band, count(*) as rows
    from mart.customers where held_from is not null
    group by all
),
told as (
    select 'channel' as dimension, channel as value, count(*) as rows from mart.follows group by channel
    union all select 'code', code, count(*) from mart.follows group by code
    union all select 'store', store, count(*) from mart.follows group by store
    union all select 'staff', staff, count(*) from mart.follows group by staff
    union all select 'channel', channel, count(*) from mart.channel_days group by channel
    union all select 'code', code, count(*) from mart.channel_days group by code
    union all select 'store', store, count(*) from mart.orders group by store
    union all select 'staff', staff, count(*) from mart.orders group by staff
    union all select 'region', region, count(*) from mart.orders group by region
    union all select 'platform', platform, count(*) from mart.orders group by platform
    union all select 'sales_channel', sales_channel, count(*) from mart.orders group by sales_channel
    union all select 'store', store, count(*) from mart.groups group by store
    union all select 'group', "group", count(*) from mart.groups group by "group"
    union all select 'group_type', group_type, count(*) from mart.groups group by group_type
    union all select 'tier', tier, rows from held
    union all select 'rfm_class', rfm_class, rows from held
    union all select 'life_cycle', life_cycle, rows from held
    union all select 'gender', gender, rows from held
    union all select 'age_band', age_band, rows from held
)
select dimension, value, cast(sum(rows) as bigint) as rows
from told
where value is not null
group by dimension, value
