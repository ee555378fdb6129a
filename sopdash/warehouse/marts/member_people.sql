-- Whom does each membership name by a key of its own?
-- One row: a membership; `customer` is NULL where only a name, or nothing, says who it is, and for staff.
with keyed as (
    select
        members.membership_id, nullif(members.name, '') as name,
        coalesce(members.is_staff, members.name in (select name from kept.staff_names), false) as is_staff,
        coalesce(
            '1external_id:' || nullif(members.external_id, ''),
            '2unionid:' || nullif(members.unionid, ''),
            '3account:' || account_labels.label,
            case when shared_phones.phone_key is null then '4phone:' || nullif(members.phone_key, '') end
        ) as node
    from fact.group_members as members
    left join kept.account_labels on account_labels.account = members.account
    left join kept.shared_phones on shared_phones.phone_key = members.phone_key
)
select
    keyed.membership_id, keyed.name, keyed.is_staff,
    case when not keyed.is_staff then people.customer end as customer
from keyed left join kept.people on people.number = hash(keyed.node)
