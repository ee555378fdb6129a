-- From which day on are the days of each group to be built?
-- One row: a group; all its days. `customers`, `staff_members`: the stock of the day before, where it is known; moves of
-- members count from `counted_from` on.
select
    "group", date '0001-01-01' as since, date '0001-01-01' as counted_from,
    cast(null as bigint) as customers, cast(null as bigint) as staff_members
from mart.groups
