-- Which identities are the same person because one row names both?
-- One row: a pair of nodes, in both directions.
with pairs as (
    select first_node as a, unionid_node as b from strong_nodes
    union
    select first_node, account_node from strong_nodes
    union
    select first_node, phone_node from strong_nodes
),
joined as (
    select a, b from pairs where b is not null and a <> b
)
select a, b from joined
union
select b, a from joined
