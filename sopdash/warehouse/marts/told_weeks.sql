-- In which weeks was anyone active?
-- One row: a week, by its page and bit in mart.customer_weeks.
with pages as (
    select page, bit_or(ordered | spoke | clicked) as weeks from mart.customer_weeks where unit = 'week' group by page
),
bits as (
    select cast(unnest(range(64)) as utinyint) as bit
)
select page, bit from pages cross join bits where (weeks >> bit) & 1 = 1
