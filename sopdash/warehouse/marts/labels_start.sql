-- Where does the search for connected identities start?
-- One row: a node that has an edge, labelled with itself.
select distinct a as node, a as label from edges
