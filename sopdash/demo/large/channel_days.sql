-- What did the channels cost and reach in this week?
-- One row: channel × live code × day; codes of single stores report now and then.
with codes as (
    select channel, channel || '-主页' as code, '' as store, reach, cost, share, 1.0 as part, no * 10000 as number
    from large.channels where channel not in ('门店海报', '导购')
    union all
    select channel, channel || '-' || large.store(store_no), large.store(store_no), reach, cost, share, 1.0 / $stores, no * 10000 + store_no
    from large.channels cross join range($stores) as stores (store_no) where channel in ('门店海报', '导购')
),
reported as (
    select codes.*, cast($monday as date) + cast(day as integer) as day,
        0.5 + large.u(number * 10 + day, $week, 61) as luck
    from codes cross join range(7) as days (day)
    where part = 1.0 or large.u(number * 10 + day, $week, 62) < 0.25
),
counted as (
    select *, cast(greatest(1, $adds / 7.0 * share * part * reach * luck) as bigint) as reached from reported
)
select channel, code, store, day, reached as reach, 2 * reached as impressions, 1 + reached // 8 as scans,
    1 + reached // 20 as adds, reached // 90 as losses, round(reached * cost, 2) as spend
from counted
