-- How much of each source could be matched to a customer, and of the orders, how much to the private domain?
-- One row: a source (orders by platform, messages, members, follows, touches): rows, those with a customer, those whose
-- customer has a follow; the by_* columns count rows that carry each kind of identity.
with strangers as materialized (
    select customer from kept.customer_facts where channel is null
),
-- Of customers without a follow, mostly the fewer, the rows are sought by customer.
counted as (
    select 'members' as source, null as part, known_by, count(*) as rows, count(customer) as matched, 0 as of_strangers
    from mart.memberships where not is_staff group by known_by
    union all
    select 'members', null, known_by, 0, 0, count(*)
    from mart.memberships semi join strangers using (customer) where not is_staff group by known_by
    union all
    select 'follows', null, known_by, count(*), count(customer), 0 from mart.follows group by known_by
    union all
    select 'touches', null, null, count(*), count(customer), 0 from mart.touches having count(*) > 0
    union all
    select 'touches', null, null, 0, 0, count(*)
    from mart.touches semi join strangers using (customer) having count(*) > 0
    union all
    -- Orders have the channel of their customer's follow.
    select 'orders', platform, known_by, sum(orders), sum(case when known then orders else 0 end),
        sum(case when known and channel is null then orders else 0 end)
    from mart.order_sums group by platform, known_by
    union all
    select 'messages', null, case when talk.sender <> '' then 'name' end, sum(talk.messages),
        sum(case when talk.customer is not null then talk.messages else 0 end),
        sum(case when strangers.customer is not null then talk.messages else 0 end)
    from kept.customer_talk as talk left join strangers on strangers.customer = talk.customer
    group by all
)
select
    source, part,
    cast(sum(rows) as bigint) as rows,
    cast(sum(matched) as bigint) as matched,
    cast(sum(matched) - sum(of_strangers) as bigint) as followed,
    sum(case when ' ' || known_by || ' ' like '% external_id %' then rows else 0 end) as by_external_id,
    sum(case when ' ' || known_by || ' ' like '% unionid %' then rows else 0 end) as by_unionid,
    sum(case when ' ' || known_by || ' ' like '% account %' then rows else 0 end) as by_account,
    sum(case when ' ' || known_by || ' ' like '% phone %' then rows else 0 end) as by_phone,
    sum(case when ' ' || known_by || ' ' like '% name %' then rows else 0 end) as by_name
from counted
group by source, part
