-- How many different people spoke in groups, week by week?
-- One row: a week, by its Monday: customers, and names that several people bear.
with pages as (
    select page, generate_subscripts(counts, 1) - 1 as bit, unnest(counts) as customers
    from (
        select page, [count_if((spoke >> 0) & 1 = 1), count_if((spoke >> 1) & 1 = 1), count_if((spoke >> 2) & 1 = 1), count_if((spoke >> 3) & 1 = 1),
            count_if((spoke >> 4) & 1 = 1), count_if((spoke >> 5) & 1 = 1), count_if((spoke >> 6) & 1 = 1), count_if((spoke >> 7) & 1 = 1),
            count_if((spoke >> 8) & 1 = 1), count_if((spoke >> 9) & 1 = 1), count_if((spoke >> 10) & 1 = 1), count_if((spoke >> 11) & 1 = 1),
            count_if((spoke >> 12) & 1 = 1), count_if((spoke >> 13) & 1 = 1), count_if((spoke >> 14) & 1 = 1), count_if((spoke >> 15) & 1 = 1),
            count_if((spoke >> 16) & 1 = 1), count_if((spoke >> 17) & 1 = 1), count_if((spoke >> 18) & 1 = 1), count_if((spoke >> 19) & 1 = 1),
            count_if((spoke >> 20) & 1 = 1), count_if((spoke >> 21) & 1 = 1), count_if((spoke >> 22) & 1 = 1), count_if((spoke >> 23) & 1 = 1),
            count_if((spoke >> 24) & 1 = 1), count_if((spoke >> 25) & 1 = 1), count_if((spoke >> 26) & 1 = 1), count_if((spoke >> 27) & 1 = 1),
            count_if((spoke >> 28) & 1 = 1), count_if((spoke >> 29) & 1 = 1), count_if((spoke >> 30) & 1 = 1), count_if((spoke >> 31) & 1 = 1),
            count_if((spoke >> 32) & 1 = 1), count_if((spoke >> 33) & 1 = 1), count_if((spoke >> 34) & 1 = 1), count_if((spoke >> 35) & 1 = 1),
            count_if((spoke >> 36) & 1 = 1), count_if((spoke >> 37) & 1 = 1), count_if((spoke >> 38) & 1 = 1), count_if((spoke >> 39) & 1 = 1),
            count_if((spoke >> 40) & 1 = 1), count_if((spoke >> 41) & 1 = 1), count_if((spoke >> 42) & 1 = 1), count_if((spoke >> 43) & 1 = 1),
            count_if((spoke >> 44) & 1 = 1), count_if((spoke >> 45) & 1 = 1), count_if((spoke >> 46) & 1 = 1), count_if((spoke >> 47) & 1 = 1),
            count_if((spoke >> 48) & 1 = 1), count_if((spoke >> 49) & 1 = 1), count_if((spoke >> 50) & 1 = 1), count_if((spoke >> 51) & 1 = 1),
            count_if((spoke >> 52) & 1 = 1), count_if((spoke >> 53) & 1 = 1), count_if((spoke >> 54) & 1 = 1), count_if((spoke >> 55) & 1 = 1),
            count_if((spoke >> 56) & 1 = 1), count_if((spoke >> 57) & 1 = 1), count_if((spoke >> 58) & 1 = 1), count_if((spoke >> 59) & 1 = 1),
            count_if((spoke >> 60) & 1 = 1), count_if((spoke >> 61) & 1 = 1), count_if((spoke >> 62) & 1 = 1), count_if((spoke >> 63) & 1 = 1)
        ] as counts
        from mart.customer_weeks where unit = 'week' and spoke <> 0 group by page
    ) counted
),
named as (
    select date '1970-01-05' + 7 * cast(page * 64 + bit as integer) as day, customers as speakers from pages where customers > 0
    union all
    select cast(date_trunc('week', day) as date), count(distinct sender)
    from mart.speaker_days where customer is null group by 1
)
select day, cast(sum(speakers) as bigint) as speakers from named group by day
