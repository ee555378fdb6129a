-- How much has each customer said, under which name, and between which moments?
-- One row: a customer × name with messages, staff left out; NULL customer: a name that several people bear.
select customer, sender, count(*) as messages, min(sent_at) as first_at, max(sent_at) as last_at
from mart.messages
where not is_staff
group by customer, sender
