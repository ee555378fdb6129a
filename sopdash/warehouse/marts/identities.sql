-- Which customer does an external id, a union id, a shop account, a phone or a WeCom name belong to?
-- One row: one identity. `kind` is external_id, unionid, account (platform|shop|account), bare_account (an account named
-- without its shop), phone (key), name (WeCom name), and, for rows that no key names, follow and member (their ids).
select kind, value, customer from kept.people
union all
select 'bare_account', account_labels.account, people.customer
from kept.account_labels join kept.people on people.number = hash('3account:' || account_labels.label)
union all
select 'name', name, customer from name_people
union all
select 'follow', follow_id, cast(md5_number_lower('6follow:' || follow_id) & 9223372036854775807 as bigint)
from follow_people
where customer is null and (name is null or name not in (select name from name_people))
union all
select 'member', membership_id, cast(md5_number_lower('7member:' || membership_id) & 9223372036854775807 as bigint)
from member_people
where not is_staff and customer is null and (name is null or name not in (select name from name_people))
