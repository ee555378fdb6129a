-- How do the files write their groups?
-- One row: a fact × group id × group name that some row of it has; NULL where it has none.
select 'groups' as source, group_id, name from fact.groups group by all
union all
select 'group_days', group_id, name from fact.group_days group by all
union all
select 'group_members', group_id, group_name from fact.group_members group by all
union all
select 'messages', group_id, group_name from fact.messages group by all
union all
select 'activities', null, group_name from fact.activities group by all
union all
select 'sends', null, group_name from fact.sends group by all
