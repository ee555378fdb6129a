-- How many different people spoke in each group in a week, and in which week had they last done so there before?
-- One row: a group × week × the week `after_day` before it (NULL: none), each by its Monday or the data's first day if that
-- is later, with the speakers: customers, and names that several people bear. From a week on, a group's rows with
-- `after_day` before it sum up to the people who spoke there. In the order of weeks, so that a period reads its own part.
with bits as (
    select cast(unnest(range(64)) as utinyint) as bit
),
numbered as (
    select "group", row_number() over () as number from (select distinct "group" from mart.speaker_days)
),
seen as (
    select
        number, customer, sender,
        cast((day - date '1970-01-05') // 7 // 64 as integer) as page,
        bit_or(cast(1 as ubigint) << ((day - date '1970-01-05') // 7 % 64)) as spoke
    from mart.speaker_days join numbered on numbered."group" is not distinct from speaker_days."group"
    group by all
),
pages as (
    select
        number, page, spoke,
        max(page * 64 + highest_bit(spoke)) over (
            partition by number, customer, sender order by page rows between unbounded preceding and 1 preceding
        ) as page_after
    from seen
),
spoken as (
    select number, page, bit, page_after, spoke & ((cast(1 as ubigint) << bit) - 1) as below
    from pages cross join bits
    where (spoke >> bit) & 1 = 1
),
turns as (
    select
        number,
        page * 64 + bit as week,
        cast(case when below > 0 then page * 64 + highest_bit(below) else page_after end as integer) as after_week,
        count(*) as speakers
    from spoken
    group by all
)
select
    "group",
    greatest(date '1970-01-05' + 7 * week, meta.first_day) as day,
    case when after_week is not null then greatest(date '1970-01-05' + 7 * after_week, meta.first_day) end as after_day,
    speakers
from turns join numbered using (number) cross join mart.meta
order by day
