-- How long did customers wait for their second order, or are they waiting for it?
-- One row: the day of the first order × in a group by then × whether they bought again × whole days until then, or else
-- until the newest order of the data, with the customers. Bought again within n × 24 h is n days.
select
    cast(first_ordered_at as date) as day,
    coalesce(first_joined_at <= first_ordered_at, false) as in_group,
    second_ordered_at is not null as returned,
    cast(case
        when second_ordered_at is not null then ceil(epoch(second_ordered_at - first_ordered_at) / 86400.0)
        else floor(epoch(meta.last_order_at - first_ordered_at) / 86400.0)
    end as bigint) as days,
    count(*) as customers
from mart.customers cross join mart.meta
where first_ordered_at is not null
group by all
