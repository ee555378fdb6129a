-- How far did each customer come through the closed funnel, if nobody looked at the clock?
-- One row: a customer with an event of the first stage that the data shows; each later time is the earliest event at or
-- after the stage before, and NULL where there is none. A window only cuts such a path off, so one table serves them all.
-- A stage whose export is missing is left out of the chain.
with added as (
    select customer, min("at") as "at" from mart.customer_events where kind = 'added' group by customer
),
joined as (
    select events.customer, min(events."at") as "at"
    from mart.customer_events as events
    cross join kept.stages as have
    left join added on added.customer = events.customer
    where events.kind = 'joined' and (not have.added or events."at" >= added."at")
    group by events.customer
),
before_engaged as (
    select customer, joined."at" from joined cross join kept.stages as have where have.joined
    union all
    select customer, added."at" from added cross join kept.stages as have where have.added and not have.joined
    union all
    select customer, timestamp '0001-01-01' from mart.customers cross join kept.stages as have where not have.added and not have.joined
),
engaged as (
    select events.customer, min(events."at") as "at"
    from mart.customer_events as events
    join before_engaged as earlier on earlier.customer = events.customer
    where events.kind in ('spoke', 'clicked') and events."at" >= earlier."at"
    group by events.customer
),
before_ordered as (
    select customer, engaged."at" from engaged cross join kept.stages as have where have.engaged
    union all
    select customer, before_engaged."at" from before_engaged cross join kept.stages as have where not have.engaged
),
ordered as (
    select events.customer, min(events."at", 2) as two
    from mart.customer_events as events
    join before_ordered as earlier on earlier.customer = events.customer
    where events.kind = 'ordered' and events."at" >= earlier."at"
    group by events.customer
)
select
    customers.customer,
    added."at" as added, joined."at" as joined, engaged."at" as engaged,
    ordered.two[1] as ordered, ordered.two[2] as ordered_again
from mart.customers
left join added on added.customer = customers.customer
left join joined on joined.customer = customers.customer
left join engaged on engaged.customer = customers.customer
left join ordered on ordered.customer = customers.customer
where added."at" is not null or joined."at" is not null or engaged."at" is not null or ordered.two is not null
