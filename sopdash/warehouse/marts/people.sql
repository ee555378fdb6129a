-- Which customer does each key of a person belong to?
-- One row: an external id, a union id, a shop account or a phone; `number` stands for it in joins. `customer` is a hash of
-- the smallest identity of the connected set, so it depends on the data alone.
with nodes as (
    select 'external_id' as kind, substr(external_node, 14) as value, external_node as node
    from kept.strong_nodes as strong_nodes where external_node is not null group by external_node
    union all
    select 'unionid', substr(unionid_node, 10), unionid_node
    from kept.strong_nodes as strong_nodes where unionid_node is not null group by unionid_node
    union all
    select 'account', substr(account_node, 10), account_node
    from kept.strong_nodes as strong_nodes where account_node is not null group by account_node
    union all
    select 'phone', substr(phone_node, 8), phone_node
    from kept.strong_nodes as strong_nodes where phone_node is not null group by phone_node
)
select
    nodes.kind, nodes.value, hash(nodes.node) as number,
    coalesce(components.customer, cast(md5_number_lower(nodes.node) & 9223372036854775807 as bigint)) as customer
from nodes left join components on components.node = hash(nodes.node)
