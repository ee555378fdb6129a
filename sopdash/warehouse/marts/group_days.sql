-- How did each group do, day by day?
-- One row: group × day. Rows win: membership rows give stock, joins and leaves from a group's first known join to the day
-- the member list speaks of; message rows give messages and speakers for the days of an export that names the group; daily
-- reports fill the days no rows cover. Stock is at the end of the day, of that day only; joins, leaves, messages and
-- speakers of rows are customers'. A reported day covers itself only.
with member_lists as (
    select
        coalesce(by_id.key, by_name.key) as key,
        max(cast(imports.as_of as date)) as last_day
    from kept.batch_groups as members
    join imports using (batch)
    left join kept.group_names as by_id on by_id.kind = 'id' and by_id.written = members.group_id
    left join kept.group_names as by_name on by_name.kind = 'name' and by_name.written = members.group_name
    where members.fact = 'group_members'
    group by coalesce(by_id.key, by_name.key)
),
moves as (
    select "group", cast(joined_at as date) as day, is_staff, 1 as joins, 0 as leaves from mart.memberships where joined_at is not null
    union all
    select "group", cast(left_at as date), is_staff, 0, 1 from mart.memberships where left_at is not null
),
member_spans as (
    select groups."group", min(moves.day) as first_day, greatest(max(moves.day), max(member_lists.last_day)) as last_day
    from moves
    join mart.groups using ("group")
    left join member_lists on member_lists.key = groups.key
    group by groups."group"
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
    select "group", cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from member_spans
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
        coalesce(timeless.customers, 0) + sum(coalesce(joins, 0) - coalesce(leaves, 0)) over running as customers,
        coalesce(timeless.staff_members, 0) + sum(coalesce(staff_change, 0)) over running as staff_members,
        coalesce(joins, 0) as joins,
        coalesce(leaves, 0) as leaves
    from member_grid
    left join moved using ("group", day)
    left join timeless using ("group")
    window running as (partition by "group" order by day rows unbounded preceding)
),
message_spans as (
    select distinct groups."group", spans.first_day, spans.last_day
    from kept.batch_groups as logged
    join (
        select batch, min(day) as first_day, max(day) as last_day
        from kept.batch_days
        where fact = 'messages'
        group by batch
    ) as spans using (batch)
    left join kept.group_names as by_id on by_id.kind = 'id' and by_id.written = logged.group_id
    left join kept.group_names as by_name on by_name.kind = 'name' and by_name.written = logged.group_name
    join mart.groups on groups.key = coalesce(by_id.key, by_name.key)
    where logged.fact = 'messages'
),
message_grid as (
    select distinct "group", cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from message_spans
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
left join by_members using ("group", day)
left join by_messages using ("group", day)
left join reported using ("group", day)
