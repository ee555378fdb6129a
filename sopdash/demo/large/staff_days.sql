-- What did the back office count of each member of staff in this week?
-- One row: staff × day.
with days as (
    select no, cast($monday as date) + cast(day as integer) as day, large.u(no * 10 + day, $week, 63) as draw
    from range($staff) as staff (no) cross join range(7) as days (day)
)
select large.guide(no) as staff, day, cast(floor(30 * draw) as bigint) as requests_sent,
    cast(floor(21 * draw) as bigint) as requests_accepted, cast(floor(25 * draw) as bigint) as adds,
    cast(floor(2 * draw) as bigint) as losses, cast(floor(60 * draw) as bigint) as chats,
    cast(floor(300 * draw) as bigint) as messages_sent, round(60 + 40 * draw, 1) as reply_percent,
    round(1 + 9 * draw, 1) as avg_reply_minutes
from days
