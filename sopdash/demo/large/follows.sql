-- Who was added in this week?
-- One row: a contact relation; some have a second one with another member of staff.
with added as (
    select *, 1 as nth, added_at as moment from large.people where is_followed
    union all
    select *, 2, added_at + cast(86400 * (3 + 60 * large.u(i, 0, 41)) as integer) * interval 1 second
    from large.people where is_followed and large.u(i, 0, 42) < 0.15
)
select
    'f' || nth || lpad(cast(i as varchar), 8, '0') as follow_id, name, external_id, unionid, phone_key,
    large.guide((store_no * $staff_per_store + staff_no + (nth - 1) * 7) % $staff) as staff,
    large.store(store_no) as store,
    case when nth = 1 then channel end as channel,
    case when nth = 1 then channel || '-' || case when channel in ('门店海报', '导购') then large.store(store_no) else '主页' end end as code,
    case when nth = 1 then add_way when large.u(i, 0, 43) < 0.4 then '管理员/负责人分配' else '名片分享' end as add_way,
    moment as added_at,
    case when moment + lost_after * interval 1 day < $end then moment + lost_after * interval 1 day end as lost_at,
    case when moment + lost_after * interval 1 day < $end then 'customer' end as lost_by,
    case when profile_draw < 0.45 then '女' when profile_draw < 0.62 then '男' end as gender,
    case when profile_draw < 0.3 then date '1966-01-01' + cast(15000 * pow(large.u(i, 0, 44), 0.7) as integer) end as birthday,
    province,
    case when large.u(i, 0, 45) < 0.35 then '兴趣:' || ['护肤', '彩妆', '防晒', '成分', '礼盒'][1 + cast(floor(5 * large.u(i, 0, 46)) as integer)]
        || case when large.u(i, 0, 47) < 0.3 then ';高意向' else '' end end as tags
from added
where moment >= $monday and moment < $monday + interval 7 day
order by moment, i
