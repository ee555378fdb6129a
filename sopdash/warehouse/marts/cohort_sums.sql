-- How many of those who began together were active in which week?
-- One row: the week of joining × the week of the first order (Mondays; NULL: neither yet) × a week (its Monday) with the
-- customers who were active then, who ordered, who spoke; `week` NULL: how many began so at all.
select
    joined, first_order, week,
    cast(sum(customers) as bigint) as customers,
    cast(sum(ordered) as bigint) as ordered,
    cast(sum(spoke) as bigint) as spoke
from cohort_parts
group by joined, first_order, week
