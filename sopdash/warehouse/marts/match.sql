-- How much of each source could be matched to a customer, and of the orders, how much to the private domain?
-- One row: a source (orders by platform, messages, members, follows, touches): rows, those with a customer, those whose
-- customer has a follow; the by_* columns count rows that carry each kind of identity.
with sourced as (
    select 'orders' as source, platform as part, customer, known_by, count(*) as rows
    from mart.orders where is_paid group by platform, customer, known_by
    union all
    select 'messages', null, customer, case when sender <> '' then 'name' end, messages from kept.customer_talk
    union all
    select 'members', null, customer, known_by, count(*)
    from mart.memberships where not is_staff group by customer, known_by
    union all
    select 'follows', null, customer, known_by, count(*) from mart.follows group by customer, known_by
    union all
    select 'touches', null, customer, null, count(*) from mart.touches group by customer
),
followed as (
    select distinct customer from mart.follows
)
select
    source, part,
    cast(sum(rows) as bigint) as rows,
    cast(sum(case when sourced.customer is not null then rows else 0 end) as bigint) as matched,
    cast(sum(case when followed.customer is not null then rows else 0 end) as bigint) as followed,
    sum(case when ' ' || known_by || ' ' like '% external_id %' then rows else 0 end) as by_external_id,
    sum(case when ' ' || known_by || ' ' like '% unionid %' then rows else 0 end) as by_unionid,
    sum(case when ' ' || known_by || ' ' like '% account %' then rows else 0 end) as by_account,
    sum(case when ' ' || known_by || ' ' like '% phone %' then rows else 0 end) as by_phone,
    sum(case when ' ' || known_by || ' ' like '% name %' then rows else 0 end) as by_name
from sourced left join followed on followed.customer = sourced.customer
group by source, part
