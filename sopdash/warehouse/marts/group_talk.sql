-- How much was said in each group, day by day?
-- One row: group × day with a message. `speakers` are distinct customers, by name where nothing else is known.
with said as (
    select
        "group", day, sum(messages) as messages, 0 as staff_messages,
        count(distinct coalesce(cast(customer as varchar), sender)) as speakers
    from mart.speaker_days
    where "group" is not null
    group by "group", day
    union all
    select "group", day, 0, count(*), 0
    from mart.messages
    where is_staff and "group" is not null and day is not null
    group by "group", day
)
select
    "group", day,
    cast(sum(messages) as bigint) as messages,
    cast(sum(staff_messages) as bigint) as staff_messages,
    cast(sum(speakers) as bigint) as speakers
from said
group by "group", day
