-- How many different people spoke in groups in a week, and in which week had they last done so before?
-- One row: a week × the week `after_day` before it (NULL: none), each by its Monday or the data's first day if that is
-- later, with the speakers: customers (`known`), and names that several people bear. From a week on, the rows with
-- `after_day` before it sum up to the people who spoke.
with pages as (
    select
        page, spoke,
        max(page * 64 + highest_bit(spoke)) over (
            partition by customer order by page rows between unbounded preceding and 1 preceding
        ) as page_after
    from mart.customer_weeks
    where unit = 'week' and spoke <> 0
),
spoken as (
    select page, bit, page_after, spoke & ((cast(1 as ubigint) << bit) - 1) as below
    from pages join told_weeks using (page)
    where (spoke >> bit) & 1 = 1
),
turns as (
    select
        page * 64 + bit as week,
        cast(case when below > 0 then page * 64 + highest_bit(below) else page_after end as integer) as after_week,
        count(*) as speakers
    from spoken
    group by all
),
names as (
    select sender, cast((day - date '1970-01-05') // 7 as integer) as week
    from mart.speaker_days where customer is null group by all
),
everyone as (
    select true as known, week, after_week, speakers from turns
    union all
    select false, week, lag(week) over (partition by sender order by week), 1 from names
)
select
    known,
    greatest(date '1970-01-05' + 7 * week, meta.first_day) as day,
    case when after_week is not null then greatest(date '1970-01-05' + 7 * after_week, meta.first_day) end as after_day,
    cast(sum(speakers) as bigint) as speakers
from everyone cross join mart.meta
group by all
