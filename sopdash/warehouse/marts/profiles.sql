-- What did customers tell of themselves that is no column of mart.customers?
-- One row: a customer's occupation, income or preference as a shop or SCRM knows it; who told several has several rows.
with owned as (
    select
        coalesce(external.customer, account.customer, phone.customer) as customer,
        profiles.occupation, profiles.income, profiles.preference
    from fact.customer_profiles as profiles
    left join mart.identities as external on external.kind = 'external_id' and external.value = profiles.external_id
    left join mart.identities as account on account.kind = 'bare_account' and account.value = profiles.account
    left join mart.identities as phone on phone.kind = 'phone' and phone.value = profiles.phone_key
)
select customer, 'occupation' as trait, occupation as value from owned where customer is not null and occupation <> ''
union
select customer, 'income', income from owned where customer is not null and income <> ''
union
select customer, 'preference', preference from owned where customer is not null and preference <> ''
