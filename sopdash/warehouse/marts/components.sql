-- Which customer do the identities of a connected set belong to?
-- One row: the number of a node that is connected to another one. `customer` is a hash of the smallest identity of the
-- set; a node that stands alone has the hash of itself and is left out here.
with members as (
    select first_node as node, a as number from links
    union
    select other_node, b from links
),
smallest as (
    select labels.label, min(members.node) as node
    from members join labels on labels.node = members.number
    group by labels.label
)
select labels.node, cast(md5_number_lower(smallest.node) & 9223372036854775807 as bigint) as customer
from labels join smallest on smallest.label = labels.label
