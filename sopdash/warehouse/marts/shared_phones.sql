-- Which phones are a shop's or a family's and no key of a person?
-- One row: a phone used by more than five shop accounts.
with labelled as (
    select phone_key, shop || '|' || account as label
    from customer_mentions
    where phone_key is not null and account is not null and shop is not null
    union
    select mentioned.phone_key, account_labels.label
    from customer_mentions as mentioned join kept.account_labels on account_labels.account = mentioned.account
    where mentioned.phone_key is not null and mentioned.shop is null
)
select phone_key from labelled group by phone_key having count(*) > 5
