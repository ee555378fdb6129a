-- One row: a customer group.
select 'wrLg' || lpad(cast(no + 1 as varchar), 8, '0') as group_id,
    '福利' || lpad(cast(no + 1 as varchar), 5, '0') || '群' as name,
    large.guide(no % $staff) as owner, ['福利群', '福利群', '兴趣群', 'VIP群'][1 + no % 4] as group_type,
    large.store((no % $staff) // $staff_per_store) as store,
    case when no % 9 = 0 then 500 end as capacity,
    $first + cast(86400 * 2 * large.u(no, 0, 60) as integer) * interval 1 second as created_at
from range($groups) as t (no)
