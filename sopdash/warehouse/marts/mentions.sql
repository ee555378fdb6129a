-- Which ways of naming a person occur together?
-- One row: a distinct combination of identities in one kind of row; `number` stands for it.
-- `shop` (platform|shop) where the row names the account's shop, NULL where it names an account without one; `is_staff` as
-- the file says, NULL where it does not.
with told as (
    select distinct
        'orders' as source, nullif(external_id, '') as external_id, nullif(unionid, '') as unionid,
        platform || '|' || shop as shop, nullif(account, '') as account, nullif(phone_key, '') as phone_key,
        cast(null as varchar) as name, cast(null as boolean) as is_staff
    from fact.orders
    union all
    select distinct
        'follows', nullif(external_id, ''), nullif(unionid, ''), null, nullif(account, ''), nullif(phone_key, ''),
        nullif(name, ''), false
    from fact.follows
    union all
    select distinct
        'group_members', nullif(external_id, ''), nullif(unionid, ''), null, nullif(account, ''), nullif(phone_key, ''),
        nullif(name, ''), is_staff
    from fact.group_members
    union all
    select distinct 'messages', nullif(external_id, ''), null, null, null, null, nullif(sender, ''), is_staff
    from fact.messages
    union all
    select distinct
        'customer_profiles', nullif(external_id, ''), nullif(unionid, ''), null, nullif(account, ''), nullif(phone_key, ''),
        null, false
    from fact.customer_profiles
    union all
    select distinct 'coupons', nullif(external_id, ''), null, null, nullif(account, ''), nullif(phone_key, ''), null, false
    from fact.coupons
    union all
    select distinct
        'touches', nullif(external_id, ''), null, null, nullif(account, ''), nullif(phone_key, ''), nullif(name, ''), false
    from fact.touches
    union all
    select distinct 'activities', nullif(external_id, ''), null, null, null, nullif(phone_key, ''), nullif(name, ''), false
    from fact.activities
    union all
    select distinct 'conversations', nullif(external_id, ''), null, null, null, nullif(phone_key, ''), nullif(name, ''), false
    from fact.conversations
    union all
    select distinct 'surveys', nullif(external_id, ''), null, null, null, nullif(phone_key, ''), null, false
    from fact.surveys
    union all
    select distinct
        'opt_outs', nullif(external_id, ''), null, null, nullif(account, ''), nullif(phone_key, ''), nullif(name, ''), false
    from fact.opt_outs
    union all
    select distinct 'sends', nullif(external_id, ''), null, null, null, nullif(phone_key, ''), nullif(name, ''), false
    from fact.sends
    union all
    (
        select
            'referrals', nullif(inviter_external_id, ''), null, null, null, nullif(inviter_phone_key, ''),
            nullif(inviter_name, ''), false
        from fact.referrals
        union
        select
            'referrals', nullif(invitee_external_id, ''), null, null, null, nullif(invitee_phone_key, ''),
            nullif(invitee_name, ''), false
        from fact.referrals
    )
)
select *, hash(source, external_id, unionid, shop, account, phone_key, name, is_staff) as number from told
