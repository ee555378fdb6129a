-- What is a key of a person by itself?
-- One row: a mention by its number: its identities as nodes '<rank><kind>:<value>', its name, and the number that stands
-- for the first of its nodes.
with labelled as (
    select number, external_id, unionid, shop || '|' || account as label, phone_key, name
    from customer_mentions
    where shop is not null or account is null
    union all
    select mentioned.number, mentioned.external_id, mentioned.unionid, account_labels.label, mentioned.phone_key, mentioned.name
    from customer_mentions as mentioned left join kept.account_labels on account_labels.account = mentioned.account
    where mentioned.shop is null and mentioned.account is not null
),
keyed as (
    select
        number,
        '1external_id:' || external_id as external_node,
        '2unionid:' || unionid as unionid_node,
        '3account:' || label as account_node,
        case when phone_key not in (select phone_key from kept.shared_phones) then '4phone:' || phone_key end as phone_node,
        name
    from labelled
)
select *,
    hash(coalesce(external_node, unionid_node, account_node, phone_node)) as first_number
from keyed
