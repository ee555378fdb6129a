-- Which steps fall due between two days, for whom, and who does them?
-- One row: a step due for one customer at one moment. An event counts with the moment it happened. A step that counts in
-- hours waits for the end of the quiet hours; none where its `unless` event came first, where the customer was not held
-- at that moment, and for who opted out.
with steps as (
    select
        unnest($step) as step,
        unnest($event) as event,
        unnest($days) as days,
        unnest($minutes) as minutes,
        unnest($time_of_day) as time_of_day,
        unnest($unless) as unless,
        unnest($ever) as ever
),
happened as (
    select 'added' as event, customer, staff, store, added_at as "at" from mart.follows where not is_transfer
    union all
    select 'joined', customer, null, null, joined_at from mart.memberships where not is_staff
    union all
    select 'first_ordered', customer, null, null, ordered_at from mart.orders where is_paid and nth = 1
    union all
    select 'ordered', customer, null, null, ordered_at from mart.orders where is_paid
    union all
    select
        'received', customer, null, null,
        coalesce(received_at, case when status in ('shipped', 'completed') then ordered_at + to_days($delivery_days) end)
    from mart.orders where is_paid and coalesce(refunds, 0) < gmv
    union all
    select 'active', customer, null, null, cast(day as timestamp) from mart.customer_days
    union all
    select
        'birthday', customer, null, null,
        cast(make_date(years.year, extract(month from birthday)::int, least(extract(day from birthday)::int,
            extract(day from last_day(make_date(years.year, extract(month from birthday)::int, 1)))::int)) as timestamp)
    from mart.customers
    cross join (
        select unnest(range(extract(year from $first::date)::int - 1, extract(year from $end::date)::int + 2)) as year
    ) as years
    where birthday is not null
),
timed as (
    select
        steps.step, steps.event, steps.unless, steps.ever,
        happened.customer, happened.staff, happened.store, happened.at,
        case
            when steps.minutes is not null then happened.at + to_minutes(steps.minutes)
            when steps.time_of_day is null then happened.at + to_days(steps.days)
            else cast(cast(happened.at as date) + steps.days as timestamp) + steps.time_of_day
        end as wanted_at,
        coalesce(steps.minutes, 0) > 0 as may_wait
    from steps join happened on happened.event = steps.event
    where happened.customer is not null
        and happened.at >= cast($first as timestamp) - to_days(steps.days + 5)
        and happened.at < cast($end as timestamp) - to_days(steps.days) + to_days(1)
),
scheduled as (
    select
        * exclude (wanted_at, may_wait),
        case
            when not may_wait then wanted_at
            when $quiet_from > $quiet_until and cast(wanted_at as time) >= $quiet_from
                then cast(cast(wanted_at as date) + 1 as timestamp) + $quiet_span
            when cast(wanted_at as time) < $quiet_until and ($quiet_from > $quiet_until or cast(wanted_at as time) >= $quiet_from)
                then cast(cast(wanted_at as date) as timestamp) + $quiet_span
            else wanted_at
        end as due_at
    from timed
),
falling as (
    select distinct on (step, customer, due_at) *
    from scheduled
    where due_at >= cast($first as timestamp) and due_at < cast($end as timestamp)
    order by step, customer, due_at, "at" desc, staff
),
wanted as (
    select falling.*
    from falling
    where not exists (
        select 1 from happened
        where happened.event = falling.unless
            and happened.customer = falling.customer
            and happened.at <= falling.due_at
            and (falling.ever or happened.at > case
                when happened.event = 'active' and falling.event <> 'active'
                    then cast(cast(falling.at as date) as timestamp) - to_seconds(1)
                else falling.at
            end)
    )
)
select
    wanted.step, wanted.customer, c.name,
    coalesce(wanted.staff, c.staff) as staff,
    coalesce(wanted.store, c.store) as store,
    wanted.at as event_at,
    wanted.due_at
from wanted
join mart.customers c on c.customer = wanted.customer
where not coalesce(c.opted_out, false)
    and exists (
        select 1 from mart.holdings
        where holdings.customer = wanted.customer and holdings.held_from <= wanted.due_at
            and (holdings.held_until is null or holdings.held_until > wanted.due_at)
    )
    and {who}
order by wanted.due_at, staff nulls last, c.name, wanted.customer, wanted.step
