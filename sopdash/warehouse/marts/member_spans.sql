-- From which to which day do membership rows tell of a group?
-- One row: a group with a dated membership: from its first known join or leave to its last one, or to the day of the newest
-- member list that names it.
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
    select
        "group",
        least(min(joined_at), min(left_at)) as first_at,
        greatest(max(joined_at), max(left_at)) as last_at
    from mart.memberships
    where joined_at is not null or left_at is not null
    group by "group"
)
select
    groups."group",
    cast(moves.first_at as date) as first_day,
    greatest(cast(moves.last_at as date), member_lists.last_day) as last_day
from moves
join mart.groups using ("group")
left join member_lists on member_lists.key = groups.key
