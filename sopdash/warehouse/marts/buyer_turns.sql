-- How many bought on a day who had not done so since another day?
-- One row: a day × the day `after_day` of an earlier order (NULL: there is none) × which order it is (3: the third or a
-- later one). `buyers`: orders on the day whose order before was on `after_day`; `seconds`: those whose last but one was,
-- less those whose last was. From a day on, the rows with `after_day` before it sum up to the people who bought: each
-- counts once, with the first order since; and `seconds` to those who bought twice. `short`: buyers whose whole days since
-- the order before are one fewer than the days between the two dates; `waited`: all that time, in microseconds.
with bought as (
    select
        day, least(nth, 3) as nth, cast(previous_at as date) as previous_day, cast(earlier_at as date) as earlier_day,
        epoch_us(ordered_at) - epoch_us(previous_at) as waited
    from mart.orders
    where is_paid and customer is not null and day is not null
),
turns as (
    select
        day, nth, previous_day as after_day, count(*) as buyers, -count(*) as seconds,
        count(*) filter (waited < 86400000000 * (day - previous_day)) as short, sum(waited) as waited
    from bought group by day, nth, previous_day
    union all
    select day, nth, earlier_day, 0, count(*), 0, 0 from bought group by day, nth, earlier_day
)
select
    day, nth, after_day, cast(sum(buyers) as bigint) as buyers, cast(sum(seconds) as bigint) as seconds,
    cast(sum(short) as bigint) as short, cast(sum(waited) as bigint) as waited
from turns
group by day, nth, after_day
