-- At which hours of which days do customers talk?
-- One row: a day × hour with customers' messages in groups.
select cast(sent_at as date) as day, hour, count(*) as messages
from mart.messages
where is_staff is not true and sent_at is not null
group by all
