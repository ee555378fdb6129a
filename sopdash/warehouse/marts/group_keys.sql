-- How is each group shown, so that no two groups look the same?
-- One row: a group with its unique display name. Groups that share a name carry their id behind it.
with latest as (
    select group_id, name from fact.groups where name <> ''
    union all
    select group_id, name
    from (
        select group_id, name, row_number() over (partition by group_id order by day desc) as nth
        from fact.group_days
        where name <> ''
    )
    where nth = 1 and group_id not in (select group_id from fact.groups where name <> '')
),
written as (
    select group_id, min(name) as name
    from kept.group_writings
    where source in ('group_members', 'messages') and group_id <> '' and name <> ''
    group by group_id
),
keyed as (
    select
        names.key,
        case when substr(names.key, 1, 1) = 'i' then substr(names.key, 2) end as group_id,
        coalesce(latest.name, written.name, substr(names.key, 2)) as name
    from (select distinct key from kept.group_names as group_names) as names
    left join latest on 'i' || latest.group_id = names.key
    left join written on 'i' || written.group_id = names.key
)
select
    key, group_id, name,
    case
        when count(*) over (partition by name) = 1 or group_id is null then name
        else name || ' · ' || group_id
    end as "group"
from keyed
