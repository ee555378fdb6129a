-- Which customer groups are there?
-- One row: a group known from any source, with its unique display name. Capacity is the group's own or the setting.
with latest_day as (
    select group_id, max(day) as day from fact.group_days group by group_id
)
select
    group_keys."group",
    group_keys.key,
    group_keys.group_id,
    group_keys.name,
    groups.owner,
    coalesce(own.store, nullif(groups.store, ''), staff_homes.store) as store,
    nullif(groups.group_type, '') as group_type,
    coalesce(groups.capacity, thresholds.group_capacity) as capacity,
    groups.created_at,
    groups.dissolved_at,
    groups.tags,
    latest_day.day as last_snapshot
from group_keys
cross join mart.thresholds
left join fact.groups on groups.group_id = group_keys.group_id
left join latest_day on latest_day.group_id = group_keys.group_id
left join store_names as own on own.written = groups.store
left join staff_homes on staff_homes.name = groups.owner
