-- Between which numbers of nodes is there a link?
-- One row: a pair of numbers, in both directions.
select a, b from links
union all
select b, a from links
