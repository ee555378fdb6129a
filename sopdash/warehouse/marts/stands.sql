-- When was a customer in a group, and when held without being in one? By days, as they begin.
-- One row: a customer's unbroken stretch, in a group or in none: it holds as day D begins where since < D <= until.
-- `next_from`: of who is in none, the day of joining one next. What has no end ends in 9999. A membership that ends before
-- it begins is none. In the order of ends, so that a period reads what reaches it.
with stays as (
    select
        customer,
        coalesce(cast(joined_at as date), date '1970-01-01') as since,
        coalesce(cast(left_at as date), date '9999-12-31') as until
    from mart.memberships
    where not is_staff and customer is not null and (left_at is null or joined_at is null or left_at >= joined_at)
),
spans as (
    select customer, true as in_group, since, until from stays
    union all
    select customer, false, cast(held_from as date), coalesce(cast(held_until as date), date '9999-12-31') from mart.holdings
),
reached as (
    select
        *,
        max(until) over (earlier rows between unbounded preceding and 1 preceding) as before,
        max(until) over (earlier rows between unbounded preceding and unbounded following) as last
    from spans
    window earlier as (partition by customer, in_group order by since, until)
),
-- A stretch begins where nothing before reaches; it ends with what had been reached as the next one begins.
whole as (
    select
        customer, in_group, since,
        coalesce(lead(before) over (partition by customer, in_group order by since), last) as until
    from reached
    where before is null or since > before
),
-- Whoever is held and not in a group is so from being held or leaving on, up to joining or being held no more.
turns as (
    select
        *,
        max(case when not in_group then until end) over (
            partition by customer order by since, in_group rows unbounded preceding
        ) as held_until,
        coalesce(min(case when in_group then since end) over (
            partition by customer order by since, in_group rows between 1 following and unbounded following
        ), date '9999-12-31') as next_from
    from whole
),
stretches as (
    select customer, true as in_group, since, until, date '9999-12-31' as next_from from turns where in_group
    union all
    select customer, false, case when in_group then until else since end, least(next_from, held_until), next_from from turns
)
from stretches
where since < until
order by until
