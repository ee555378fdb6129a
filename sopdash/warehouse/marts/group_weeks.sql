-- How did each group do, week by week?
-- One row: group × week with a day told of: from `day` to `last_day`, its first and last such days. Joins, leaves and messages
-- of these days, on how many of them rows speak (`member_rows`, `message_rows`) and how many are known (`joins_told`,
-- `messages_told`); members and people on the last day they are known, `members_on`, who stand for the days before
-- `members_until`: until they are known again or eight days old or the group is dissolved. `heard_on`: the last day a
-- customer is heard; `replied_on`: the last day whose report names a last message; `told_days`: a bit per weekday, Monday
-- first, whose messages are known. In the order of weeks, so that a period reads its own part.
with weeks as (
    select
        "group",
        min(day) as day,
        max(day) as last_day,
        cast(sum(joins) as bigint) as joins,
        cast(sum(leaves) as bigint) as leaves,
        count(*) filter (members_origin = 'rows') as member_rows,
        count(joins) as joins_told,
        cast(sum(messages) as bigint) as messages,
        count(*) filter (messages_origin = 'rows') as message_rows,
        count(messages) as messages_told,
        max(day) filter (coalesce(customers, members) is not null) as members_on,
        arg_max(coalesce(customers, members), day) as members,
        arg_max(coalesce(members, customers), day) as people,
        greatest(
            max(day) filter (messages > 0),
            -- A report's last message may be a staff member's: message rows win where they are.
            max(least(day, cast(last_message_at as date)))
                filter (last_message_at is not null and messages_origin is distinct from 'rows')
        ) as heard_on,
        max(day) filter (last_message_at is not null and messages_origin is distinct from 'rows') as replied_on,
        cast(bit_or(case when messages is not null then 1 << (isodow(day) - 1) else 0 end) as utinyint) as told_days
    from mart.group_days
    group by "group", date_trunc('week', day)
)
select
    weeks.*,
    least(
        members_on + 8,
        lead(members_on) over (partition by weeks."group" order by day),
        cast(groups.dissolved_at as date)
    ) as members_until
from weeks left join mart.groups using ("group")
order by day
