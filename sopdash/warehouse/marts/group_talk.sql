-- How much was said in each group, day by day?
-- One row: group × day with a message. `speakers` are distinct customers, by name where nothing else is known.
select
    "group", day,
    sum(case when is_staff then 0 else 1 end) as messages,
    sum(case when is_staff then 1 else 0 end) as staff_messages,
    count(distinct case when not is_staff then coalesce(cast(customer as varchar), sender) end) as speakers
from mart.messages
where "group" is not null and day is not null
group by "group", day
