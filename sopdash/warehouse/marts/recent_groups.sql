-- How did each group do in the weeks that pages open with, and in as many before them?
-- One row: a group told of × the first `day` of these weeks. As of `group_weeks`, all weeks together, and the messages of
-- each of the `weeks` in which they are known; `speakers`: the different people who spoke, NULL where nobody did; `told`: of
-- how many weeks there are days.
with recent as (
    select recent_first as first, recent_end as until from mart.meta
    union all
    select recent_first - 84, recent_first from mart.meta
),
told as (
    select
        first,
        "group",
        count(*) as told,
        cast(sum(joins) as bigint) as joins,
        cast(sum(leaves) as bigint) as leaves,
        cast(sum(member_rows) as bigint) as member_rows,
        cast(sum(joins_told) as bigint) as joins_told,
        cast(sum(messages) as bigint) as messages,
        cast(sum(message_rows) as bigint) as message_rows,
        cast(sum(messages_told) as bigint) as messages_told,
        coalesce(list(messages order by day) filter (messages is not null), []) as weeks
    from mart.group_weeks join recent on day >= first and day < until
    group by first, "group"
),
spoke as (
    select first, "group", cast(sum(speakers) as bigint) as speakers
    from mart.group_turns join recent on day >= first and day < until
    where after_day is null or after_day < first
    group by first, "group"
)
select
    coalesce(told.first, spoke.first) as day, coalesce(told."group", spoke."group") as "group",
    told.* exclude (first, "group"), spoke.speakers
from told full join spoke on spoke.first = told.first and spoke."group" is not distinct from told."group"
