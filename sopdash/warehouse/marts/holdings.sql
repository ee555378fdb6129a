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
    select
        *,
        max(held_until) over (earlier rows between unbounded preceding and 1 preceding) as held_before,
        max(held_until) over (earlier rows between unbounded preceding and unbounded following) as held_last
    from known
    where held_until >= held_from
    window earlier as (partition by customer order by held_from, held_until)
),
-- An interval begins where nothing before reaches; it ends with what had been reached as the next one begins.
unbroken as (
    select
        customer, held_from,
        coalesce(lead(held_before) over starts, held_last) as held_until,
        lead(held_from) over starts as next_from
    from reached
    where held_before is null or held_from > held_before
    window starts as (partition by customer order by held_from)
)
select
    customer, held_from,
    case when held_until < timestamp '9999-12-31 00:00:00' then held_until end as held_until,
    next_from
from unbroken
