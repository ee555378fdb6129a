-- When was a customer reachable: at least one active follow or group membership?
-- One row: a customer's unbroken interval [held_from, held_until); NULL until = still held. A relation whose start no
-- file names counts from 1970, that is from before the data. `next_from`: where the customer's next interval begins.
with spans as (
    select customer, added_at as held_from, lost_at as held_until from mart.follows
    union all
    select customer, joined_at, left_at from mart.memberships where not is_staff
),
known as (
    select
        customer,
        coalesce(held_from, timestamp '1970-01-01 00:00:00') as held_from,
        coalesce(held_until, timestamp '9999-12-31 00:00:00') as held_until
    from spans
    where customer is not null
),
reached as (
    select *, max(held_until) over (
        partition by customer order by held_from, held_until rows between unbounded preceding and 1 preceding
    ) as held_before
    from known
    where held_until >= held_from
),
islands as (
    select *, sum(case when held_from <= held_before then 0 else 1 end) over (
        partition by customer order by held_from, held_until rows unbounded preceding
    ) as island
    from reached
)
select
    customer,
    min(held_from) as held_from,
    case when max(held_until) < timestamp '9999-12-31 00:00:00' then max(held_until) end as held_until,
    lead(min(held_from)) over (partition by customer order by min(held_from)) as next_from
from islands
group by customer, island
