-- One row: a member of the shop whom nobody follows.
select 'p' || i as profile_id, 'youzan' as platform, name, '买家' || lpad(cast(i as varchar), 7, '0') as account, phone_key,
    case when phone_key is null then unionid end as unionid,
    case when profile_draw < 0.6 then '女' end as gender, province, $first as since
from large.people where is_shop_only
