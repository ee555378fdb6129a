-- What is a key of a person by itself?
-- One row: a combination of identities as nodes '<rank><kind>:<value>'; a phone used by more than five shop accounts is
-- a shared one (a shop's, a family's) and no key.
with shared_phones as (
    select phone_key from mentions where phone_key is not null group by phone_key having count(distinct label) > 5
),
keyed as (
    select
        '1external_id:' || external_id as external_node,
        '2unionid:' || unionid as unionid_node,
        '3account:' || label as account_node,
        case when phone_key not in (select phone_key from shared_phones) then '4phone:' || phone_key end as phone_node,
        name
    from mentions
)
select distinct *, coalesce(external_node, unionid_node, account_node, phone_node) as first_node from keyed
