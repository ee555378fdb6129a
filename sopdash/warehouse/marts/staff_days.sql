-- What did the back office report of each member of staff, day by day?
-- One row: staff × day as reported; WeCom's own averages are shown, never averaged again.
select
    days.staff, days.day,
    coalesce(own.store, nullif(days.store, ''), staff_homes.store) as store,
    days.requests_sent, days.requests_accepted, days.adds, days.losses, days.chats, days.messages_sent,
    days.reply_percent, days.avg_reply_minutes, days.groups_created, days.moments_posted, days.moments_viewers
from fact.staff_days as days
left join store_names as own on own.written = days.store
left join staff_homes on staff_homes.name = days.staff
