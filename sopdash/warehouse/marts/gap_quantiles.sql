-- How many days did customers wait for their next order, as a quantile of each span of days?
-- A macro of a list of spans (`first`, `last`) and a share. One row: a span in which anybody ordered again; `days`, between
-- two gaps linearly interpolated. How many gaps last how many whole days tells in which of these the quantile lies; only
-- the gaps of those are read, which lie together.
create or replace macro mart.gap_quantiles(spans, share) as table
with span as (
    select unnest(spans, recursive := true)
),
dated as (
    select first, last, cast(unnest(generate_series(first, last, interval 1 day)) as date) as day from span
),
told as (
    select first, last, whole, sum(gaps) as gaps
    from mart.gap_days join dated using (day)
    where gaps > 0
    group by first, last, whole
),
placed as (
    select *,
        sum(gaps) over (partition by first, last order by whole) as upto,
        (sum(gaps) over (partition by first, last) - 1) * cast(share as double) as place
    from told
),
wanted as (
    select first, last, whole, upto - gaps as before, place
    from placed
    where upto - gaps <= ceil(place) and upto > floor(place)
),
near as (
    select first, last, min(before) as before, any_value(place) as place, list_sort(list(waited)) as gaps
    from mart.order_gaps
    join (from wanted join dated using (first, last)) as wanted using (day, whole)
    group by first, last
),
sides as (
    select first, last, place - floor(place) as between_them,
        gaps[cast(floor(place) - before as bigint) + 1] as low, gaps[cast(ceil(place) - before as bigint) + 1] as high
    from near
)
select first, last, (low + (high - low) * between_them) / cast(86400000000 as double) as days from sides
