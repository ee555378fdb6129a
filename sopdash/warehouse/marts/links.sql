-- Which identities are the same person because one row names both?
-- One row: a pair of nodes; numbers stand for them in the search for connected sets.
with nodes as (
    select coalesce(external_node, unionid_node, account_node, phone_node) as first_node, unionid_node, account_node, phone_node
    from kept.strong_nodes as strong_nodes
),
pairs as (
    select first_node, unionid_node as other_node from nodes where unionid_node <> first_node
    union
    select first_node, account_node from nodes where account_node <> first_node
    union
    select first_node, phone_node from nodes where phone_node <> first_node
)
select first_node, other_node, hash(first_node) as a, hash(other_node) as b from pairs
