-- How much of each source could be matched to a customer, and of the orders, how much to the private domain?
-- One row: a source (orders by platform, messages, members, follows, touches): rows, those with a customer, those whose
-- customer has a follow; the by_* columns count rows that carry each kind of identity.
with sourced as (
    select
        'orders' as source, facts.platform as part, orders.customer,
        facts.external_id <> '' as external_id, facts.unionid <> '' as unionid, facts.account <> '' as account,
        facts.phone_key <> '' as phone, false as name
    from mart.orders join fact.orders as facts using (platform, shop, order_id)
    where orders.is_paid
    union all
    select 'messages', null, customer, false, false, false, false, sender <> '' from mart.messages where not is_staff
    union all
    select
        'members', null, memberships.customer, facts.external_id <> '', facts.unionid <> '', facts.account <> '',
        facts.phone_key <> '', facts.name <> ''
    from mart.memberships join fact.group_members as facts using (membership_id)
    where not memberships.is_staff
    union all
    select
        'follows', null, follows.customer, facts.external_id <> '', facts.unionid <> '', facts.account <> '',
        facts.phone_key <> '', facts.name <> ''
    from mart.follows join fact.follows as facts using (follow_id)
    union all
    select 'touches', null, customer, false, false, false, false, false from mart.touches
),
followed as (
    select distinct customer from mart.follows
)
select
    source, part,
    count(*) as rows,
    count(sourced.customer) as matched,
    count(followed.customer) as followed,
    sum(case when external_id then 1 else 0 end) as by_external_id,
    sum(case when unionid then 1 else 0 end) as by_unionid,
    sum(case when account then 1 else 0 end) as by_account,
    sum(case when phone then 1 else 0 end) as by_phone,
    sum(case when name then 1 else 0 end) as by_name
from sourced left join followed on followed.customer = sourced.customer
group by source, part
