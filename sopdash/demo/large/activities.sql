-- One row: a customer's part in a group activity.
select 'a' || k as activity_id, '直播' || cast(cast(moment as date) as varchar) as activity, '直播' as kind,
    '福利' || lpad(cast(1 + cast(floor($groups * draw) as integer) as varchar), 5, '0') || '群' as group_name,
    external_id, phone_key, moment as "at", 1000 as viewers, 30 as shares
from drawn where kind = 'activity'
