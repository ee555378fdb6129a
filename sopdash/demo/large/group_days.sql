-- What does the weekly report say of each group and day?
-- One row: group × day, with the members at its end and the joins, leaves and messages of the day.
with days as (
    select group_no, cast($monday as date) + cast(day as integer) as day
    from range($groups) as groups (group_no) cross join range(7) as days (day)
),
moves as (
    select group_no, cast(joined_at as date) as day, 1 as joins, 0 as leaves from large.members
    where joined_at >= $monday and joined_at < $monday + interval 7 day
    union all
    select group_no, cast(left_at as date), 0, 1 from large.members
    where left_at >= $monday and left_at < $monday + interval 7 day
),
moved as (
    select group_no, day, sum(joins) as joins, sum(leaves) as leaves from moves group by group_no, day
),
stock as (
    select group_no, count(*) as members from large.members
    where joined_at < $monday and coalesce(left_at, $end) >= $monday group by group_no
),
said as (
    select group_id, cast(sent_at as date) as day, count(*) as messages, max(sent_at) as last_message_at,
        count(distinct external_id) as active
    from week_messages where not is_staff group by group_id, day
),
named as (
    select *, 'wrLg' || lpad(cast(group_no + 1 as varchar), 8, '0') as group_id from days
)
select
    named.group_id, named.day, '福利' || lpad(cast(group_no + 1 as varchar), 5, '0') || '群' as name,
    cast(3 + coalesce(stock.members, 0) + sum(coalesce(joins, 0) - coalesce(leaves, 0)) over running as bigint) as members,
    cast(coalesce(stock.members, 0) + sum(coalesce(joins, 0) - coalesce(leaves, 0)) over running as bigint) as customers,
    3 as staff_members,
    coalesce(active, 0) as active, coalesce(joins, 0) as joins, coalesce(leaves, 0) as leaves,
    coalesce(messages, 0) as messages, last_message_at
from named
left join moved using (group_no, day)
left join stock using (group_no)
left join said on said.group_id = named.group_id and said.day = named.day
window running as (partition by group_no order by named.day rows unbounded preceding)
order by named.day, group_no
