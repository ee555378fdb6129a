-- Which ways of naming a person occur together?
-- One row: a distinct combination of identities in one kind of row; `named` says that the name is a WeCom name.
with told as (
    select external_id, unionid, platform || '|' || shop || '|' || account as label, null as account, phone_key, null as name
    from fact.orders
    union
    select external_id, unionid, null, account, phone_key, name from fact.follows
    union
    select external_id, unionid, null, account, phone_key, name
    from fact.group_members
    where not coalesce(is_staff, name in (select name from staff_names), false)
    union
    select external_id, null, null, null, null, sender
    from fact.messages
    where not coalesce(is_staff, sender in (select name from staff_names), false)
    union
    select external_id, unionid, null, account, phone_key, null from fact.customer_profiles
    union
    select external_id, null, null, account, phone_key, null from fact.coupons
    union
    select external_id, null, null, account, phone_key, name from fact.touches
    union
    select external_id, null, null, null, phone_key, name from fact.activities
    union
    select external_id, null, null, null, phone_key, name from fact.conversations
    union
    select external_id, null, null, null, phone_key, null from fact.surveys
    union
    select external_id, null, null, account, phone_key, name from fact.opt_outs
    union
    select external_id, null, null, null, phone_key, name from fact.sends
    union
    select inviter_external_id, null, null, null, inviter_phone_key, inviter_name from fact.referrals
    union
    select invitee_external_id, null, null, null, invitee_phone_key, invitee_name from fact.referrals
)
select distinct
    nullif(told.external_id, '') as external_id,
    nullif(told.unionid, '') as unionid,
    coalesce(told.label, account_labels.label) as label,
    nullif(told.phone_key, '') as phone_key,
    nullif(told.name, '') as name
from told left join account_labels on account_labels.account = told.account
