-- One row: a published post with its results.
select 'w' || k as post_id, '社群' as channel, '图文' as form, '日常种草' as theme, '福利群' as group_type,
    '活动' || lpad(cast(1 + $week // 4 as varchar), 2, '0') as campaign, moment as published_at,
    500 + cast(floor(5000 * draw) as bigint) as views, cast(floor(200 * draw) as bigint) as likes,
    cast(floor(40 * draw) as bigint) as comments, cast(floor(300 * draw) as bigint) as clicks,
    cast(floor(20 * draw) as bigint) as shares, cast(floor(30 * draw) as bigint) as orders
from drawn where kind = 'post'
