-- What did each customer do, and when? The funnel's table.
-- One row: an event of a customer: added (transfers left out), joined, spoke, clicked, ordered (paid). A view: every event
-- stands in another mart already; messages of staff name no customer.
with events as (
    select customer, 'added' as kind, added_at as "at" from mart.follows where not is_transfer
    union all
    select customer, 'joined', joined_at from mart.memberships where not is_staff
    union all
    select customer, 'spoke', sent_at from mart.messages
    union all
    select customer, 'clicked', "at" from mart.touches where kind = 'click'
    union all
    select customer, 'ordered', ordered_at from mart.orders where is_paid
)
select customer, kind, "at" from events where customer is not null and "at" is not null
