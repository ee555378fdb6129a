-- Of which days do message exports tell, for each group they name?
-- One row: a group and the first and last day of an export.
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
