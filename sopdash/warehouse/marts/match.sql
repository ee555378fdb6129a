-- How much of each source could be matched to a customer, and of the orders, how much to the private domain?
-- One row: a source (orders by platform, messages, members, follows, touches): rows, those with a customer, those whose
-- customer has a follow; the by_* columns count rows that carry each kind of identity.
with followed as materialized (
    select customer from kept.customer_facts where channel is not null
),
sourced as (
    select 'members' as source, null as part, memberships.customer as customer, followed.customer as follower, known_by
    from mart.memberships left join followed on followed.customer = memberships.customer
    where not is_staff
    union all
    select 'follows', null, customer, customer, known_by from mart.follows
    union all
    select 'touches', null, touches.customer, followed.customer, null
    from mart.touches left join followed on followed.customer = touches.customer
),
counted as (
    select source, part, customer is not null as matched, follower is not null as followed, known_by, count(*) as rows
    from sourced
    group by all
    union all
    -- Orders have the channel of their customer's follow.
    select 'orders', platform, known, channel is not null, known_by, sum(orders)
    from mart.order_sums
    group by all
    union all
    select 'messages', null, talk.customer is not null, followed.customer is not null,
        case when talk.sender <> '' then 'name' end, sum(talk.messages)
    from kept.customer_talk as talk left join followed on followed.customer = talk.customer
    group by all
)
select
    source, part,
    cast(sum(rows) as bigint) as rows,
    cast(sum(case when matched then rows else 0 end) as bigint) as matched,
    cast(sum(case when counted.followed then rows else 0 end) as bigint) as followed,
    sum(case when ' ' || known_by || ' ' like '% external_id %' then rows else 0 end) as by_external_id,
    sum(case when ' ' || known_by || ' ' like '% unionid %' then rows else 0 end) as by_unionid,
    sum(case when ' ' || known_by || ' ' like '% account %' then rows else 0 end) as by_account,
    sum(case when ' ' || known_by || ' ' like '% phone %' then rows else 0 end) as by_phone,
    sum(case when ' ' || known_by || ' ' like '% name %' then rows else 0 end) as by_name
from counted
group by source, part
