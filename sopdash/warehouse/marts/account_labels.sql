-- Which shop account does a bare account name mean, where a file names no shop?
-- One row: an account name and the label platform|shop|account it stands for; names used in several shops are left out.
with ordered as (
    select distinct account, platform || '|' || shop || '|' || account as label from fact.orders where account <> ''
),
bare as (
    select account from fact.follows
    union
    select account from fact.group_members
    union
    select account from fact.coupons
    union
    select account from fact.touches
    union
    select account from fact.opt_outs
    union
    select account from fact.customer_profiles
)
select coalesce(ordered.account, bare.account) as account, coalesce(min(ordered.label), '||' || max(bare.account)) as label
from ordered full outer join bare on bare.account = ordered.account
where coalesce(ordered.account, bare.account) <> ''
group by coalesce(ordered.account, bare.account)
having count(distinct ordered.label) <= 1
