-- Who joins groups, in the order in which they come?
-- One row: a person who does; `rank` counts them by the moment they were added.
select i, external_id, name, added_at, row_number() over (order by added_at, i) - 1 as rank
from large.people where joins_groups
