-- Whom does each follow name by a key of its own?
-- One row: a follow; `customer` is NULL where only a name, or nothing, says who it is.
with keyed as (
    select
        follows.follow_id, nullif(follows.name, '') as name,
        coalesce(follows.staff_account, follows.staff, '') as staff,
        coalesce(
            '1external_id:' || nullif(follows.external_id, ''),
            '2unionid:' || nullif(follows.unionid, ''),
            '3account:' || account_labels.label,
            case when shared_phones.phone_key is null then '4phone:' || nullif(follows.phone_key, '') end
        ) as node
    from fact.follows
    left join kept.account_labels on account_labels.account = follows.account
    left join kept.shared_phones on shared_phones.phone_key = follows.phone_key
)
select
    keyed.follow_id, keyed.name, keyed.staff,
    people.customer
from keyed left join kept.people on people.number = hash(keyed.node)
