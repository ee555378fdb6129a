-- How many days did customers wait for their next order, in the weeks that pages open with and in those before them?
-- One row: a span of days (each of the last twelve whole weeks, all of them, the twelve before) × a share; `days`, that
-- quantile of it: NULL where nobody ordered again.
with recent as (
    select recent_first as first, recent_end - 1 as last from mart.meta where recent_first is not null
),
weeks as (
    select first + 7 * cast(unnest(range(12)) as integer) as first from recent
),
spans as (
    select first, first + 6 as last from weeks
    union all
    select first, last from recent
    union all
    select first - 84, first - 1 from recent
),
listed as (
    select list(struct_pack(first := first, last := last)) as spans from spans
),
found as (
    select cast(0.5 as double) as share, * from mart.gap_quantiles((select spans from listed), 0.5)
    union all
    select 0.9, * from mart.gap_quantiles((select spans from listed), 0.9)
),
shares as (
    select cast(unnest([0.5, 0.9]) as double) as share
)
select spans.first, spans.last, shares.share, found.days
from spans
cross join shares
left join found on found.first = spans.first and found.last = spans.last and found.share = shares.share
