-- Who spoke in which group, day by day?
-- One row: group × day × speaker with the number of messages, staff left out. A speaker is a customer, or a name that
-- several people bear (`sender`, where `customer` is NULL). In the order of days, so that a period reads its own part.
select
    "group", day, customer, case when customer is null then sender end as sender,
    count(*) as messages
from mart.messages
where not is_staff and day is not null
group by "group", day, customer, case when customer is null then sender end
order by day
