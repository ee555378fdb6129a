-- Which is the smallest identity within reach, one step further?
-- One row: a node with the smallest label among its neighbours' and its own, followed through to that node's own label.
with near as (
    select edges.a as node, min(labels.label) as label
    from edges join labels on labels.node = edges.b
    group by edges.a
),
lowered as (
    select labels.node, least(labels.label, near.label) as label
    from labels join near on near.node = labels.node
)
select lowered.node, least(lowered.label, labels.label) as label
from lowered join labels on labels.node = lowered.label
