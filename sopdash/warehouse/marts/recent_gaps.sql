-- How many days did customers wait for their next order, in the weeks that pages open with and in those before them?
-- One row: a span of days (each of the last twelve whole weeks, all of them, the twelve before) × a share; `days`, that
-- quantile of it: NULL where nobody ordered again.
with recent as (
    select recent_first as first, recent_end - 1 as last from mart.meta where recent_first is not null
    union all
    select recent_first - 84, recent_first - 1 from mart.meta where recent_first is not null
),
weeks as (
    select recent_first + 7 * cast(unnest(range(12)) as integer) as first from mart.meta where recent_first is not null
),
spans as (
    select 0.5 as share, first, last from recent
    union all
    select 0.9, first, last from recent
    union all
    select 0.5, first, first + 6 from weeks
),
listed as (
    select share, list(struct_pack(first := first, last := last)) as spans from spans group by share
),
found as (
    select 0.5 as share, * from mart.gap_quantiles((select spans from listed where share = 0.5), 0.5)
    union all
    select 0.9, * from mart.gap_quantiles((select spans from listed where share = 0.9), 0.9)
)
select spans.first, spans.last, cast(spans.share as double) as share, found.days
from spans left join found using (share, first, last)
