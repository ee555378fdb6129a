-- Which state of the data is this?
-- One row: this refresh. Days run from the first to the last day of any dated fact. From `recent_first` to before
-- `recent_end`: the last twelve whole weeks, with which pages open.
select
    cast($version as bigint) as version,
    min(first_day) as first_day,
    max(last_day) as last_day,
    cast(date_trunc('week', max(last_day) + 1) as date) - 84 as recent_first,
    cast(date_trunc('week', max(last_day) + 1) as date) as recent_end,
    (select max(ordered_at) from mart.orders where is_paid) as last_order_at,
    cast($built_at as timestamp) as built_at
from fact_days
