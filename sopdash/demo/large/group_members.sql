-- Who joined which group in this week?
-- One row: a membership.
select
    membership_id, '福利' || lpad(cast(group_no + 1 as varchar), 5, '0') || '群' as group_name,
    'wrLg' || lpad(cast(group_no + 1 as varchar), 8, '0') as group_id, name, external_id, false as is_staff,
    joined_at, left_at, case when left_at is null then null when draw < 0.94 then 'left' else 'removed' end as leave_kind,
    case when draw < 0.7 then '扫描群二维码' else '群成员邀请' end as join_scene
from large.members where joined_at >= $monday and joined_at < $monday + interval 7 day
order by joined_at, i
