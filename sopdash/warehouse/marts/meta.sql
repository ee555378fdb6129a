-- Which state of the data is this?
-- One row: this refresh. Days run from the first to the last day of any dated fact.
select
    cast($version as bigint) as version,
    min(first_day) as first_day,
    max(last_day) as last_day,
    (select max(ordered_at) from mart.orders where is_paid) as last_order_at,
    cast($built_at as timestamp) as built_at
from fact_days
