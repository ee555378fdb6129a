-- What did channels and live codes report, day by day?
-- One row: channel × code × store × day as reported; NULL where the report does not say. Adds and losses are a check only
-- where follow rows exist.
select
    coalesce(nullif(days.channel, ''), codes.channel, 'unknown') as channel,
    nullif(days.code, '') as code,
    coalesce(own.store, nullif(days.store, ''), coded.store, nullif(codes.store, '')) as store,
    days.day, days.spend, days.reach, days.impressions, days.scans, days.adds, days.losses
from fact.channel_days as days
left join fact.codes on codes.code = days.code
left join store_names as own on own.written = days.store
left join store_names as coded on coded.written = codes.store
