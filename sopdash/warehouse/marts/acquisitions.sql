-- Where does each customer come from: of which follow are channel, code, store and staff?
-- One row: a customer with a follow: of the first that is no transfer; who was only handed over has store and staff of
-- that, channel 'unknown' and no time of being followed.
with ordered as (
    select
        customer, store, staff, add_way, channel, code, added_at, is_transfer,
        row_number() over (partition by customer order by is_transfer, added_at nulls last, follow_id) as nth
    from mart.follows
    where customer is not null
)
select
    customer, store, staff, add_way,
    case when is_transfer then 'unknown' else channel end as channel,
    case when not is_transfer then code end as code,
    case when not is_transfer then added_at end as added_at
from ordered
where nth = 1
