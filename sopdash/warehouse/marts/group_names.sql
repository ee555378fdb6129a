-- Which group does a name or id written in a file mean?
-- One row: a group id, or a group name, with the group's key ('i' + id, or 'n' + name where no id is known for it).
with told as (
    select group_id, name from kept.group_writings where source not in ('activities', 'sends')
),
named as (
    select
        name,
        count(distinct nullif(group_id, '')) as ids,
        min(nullif(group_id, '')) as group_id
    from told
    where name <> ''
    group by name
),
loose as (
    select distinct name
    from kept.group_writings
    where source in ('activities', 'sends') or source in ('group_members', 'messages') and coalesce(group_id, '') = ''
)
select 'id' as kind, group_id as written, 'i' || group_id as key
from (select distinct group_id from told where group_id <> '')
union all
select 'name', name, case when ids = 1 then 'i' || group_id else 'n' || name end
from named
where ids = 1 or name in (select name from loose where name is not null)
union all
select 'name', name, 'n' || name
from loose
where name <> '' and name not in (select name from named)
