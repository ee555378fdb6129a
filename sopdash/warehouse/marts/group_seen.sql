-- Since when is each group there at all, and until when is it known whether it talks?
-- One row: a group with the moment of its first day with members or messages, and its last day of which messages are told.
select
    "group",
    cast(min(day) filter (coalesce(members, customers) is not null or messages > 0) as timestamp) as at,
    max(day) filter (messages is not null or last_message_at is not null) as told_until
from mart.group_days
group by "group"
