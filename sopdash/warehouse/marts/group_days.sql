-- How did each group do, day by day?
-- One row: group × day. Rows win: membership rows give stock, joins and leaves from a group's first known join to the day
-- the member list speaks of; message rows give messages and speakers for the days of an export that names the group; daily
-- reports fill the days no rows cover. Stock is at the end of the day, of that day only; joins, leaves, messages and
-- speakers of rows are customers'. A reported day covers itself only. Of each group the days from `group_since` on: what
-- was before stands in the stock of the day before, known or counted.
with moves as (
    select "group", greatest(cast(joined_at as date), since - 1) as day, is_staff, 1 as joins, 0 as leaves
    from mart.memberships join group_since using ("group")
    where cast(joined_at as date) >= counted_from
    union all
    select "group", greatest(cast(left_at as date), since - 1), is_staff, 0, 1
    from mart.memberships join group_since using ("group")
    where cast(left_at as date) >= counted_from
),
timeless as (
    select
        "group",
        sum(case when is_staff then 0 else 1 end) as customers,
        sum(case when is_staff then 1 else 0 end) as staff_members
    from mart.memberships
    where joined_at is null
    group by "group"
),
member_grid as (
    select
        "group",
        cast(unnest(generate_series(greatest(first_day, since - 1), last_day, interval 1 day)) as date) as day
    from kept.member_spans as member_spans join group_since using ("group")
    where last_day - first_day < 3700
),
moved as (
    select
        "group", day,
        sum(case when is_staff then 0 else joins end) as joins,
        sum(case when is_staff then 0 else leaves end) as leaves,
        sum(case when is_staff then joins - leaves else 0 end) as staff_change
    from moves
    group by "group", day
),
by_members as (
    select
        "group", day,
        coalesce(known.customers, timeless.customers, 0)
            + sum(coalesce(joins, 0) - coalesce(leaves, 0)) over running as customers,
        coalesce(known.staff_members, timeless.staff_members, 0)
            + sum(coalesce(staff_change, 0)) over running as staff_members,
        coalesce(joins, 0) as joins,
        coalesce(leaves, 0) as leaves
    from member_grid
    join group_since as known using ("group")
    left join moved using ("group", day)
    left join timeless using ("group")
    window running as (partition by "group" order by day rows unbounded preceding)
),
message_grid as (
    select distinct
        "group",
        cast(unnest(generate_series(greatest(first_day, since), last_day, interval 1 day)) as date) as day
    from kept.message_spans as message_spans join group_since using ("group")
    where last_day - first_day < 3700
),
by_messages as (
    select
        "group", day,
        coalesce(messages, 0) as messages,
        coalesce(staff_messages, 0) as staff_messages,
        coalesce(speakers, 0) as speakers
    from message_grid left join kept.group_talk using ("group", day)
),
reported as (
    select groups."group", days.*
    from fact.group_days as days
    join mart.groups on groups.group_id = days.group_id
    join group_since on group_since."group" = groups."group"
    where days.day >= group_since.since
),
days as (
    select "group", day from by_members
    union
    select "group", day from by_messages
    union
    select "group", day from reported
)
select
    days."group", days.day,
    cast(case
        when by_members.day is not null then by_members.customers + by_members.staff_members else reported.members
    end as bigint) as members,
    cast(case
        when by_members.day is not null then by_members.customers
        else coalesce(reported.customers, reported.members - reported.staff_members)
    end as bigint) as customers,
    cast(case when by_members.day is not null then by_members.staff_members else reported.staff_members end as bigint) as staff_members,
    cast(case when by_members.day is not null then by_members.joins else reported.joins end as bigint) as joins,
    cast(case when by_members.day is not null then by_members.leaves else reported.leaves end as bigint) as leaves,
    cast(case when by_messages.day is not null then by_messages.messages else reported.messages end as bigint) as messages,
    cast(by_messages.staff_messages as bigint) as staff_messages,
    cast(by_messages.speakers as bigint) as speakers,
    reported.active,
    case when by_members.day is not null or by_messages.day is not null then 'rows' else 'report' end as origin,
    case when by_members.day is not null then 'rows' when reported.day is not null then 'report' end as members_origin,
    case when by_messages.day is not null then 'rows' when reported.messages is not null then 'report' end as messages_origin,
    reported.last_message_at,
    groups.group_type,
    groups.store
from days
join mart.groups using ("group")
join group_since using ("group")
left join by_members using ("group", day)
left join by_messages using ("group", day)
left join reported using ("group", day)
where days.day >= group_since.since
