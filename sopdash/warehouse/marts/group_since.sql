-- From which day on are the days of each group to be built?
-- One row: a group; all its days.
select "group", date '0001-01-01' as since from mart.groups
