-- Which store does a name or number written in a file mean?
-- One row: a way of writing a store; a display name shared by two stores means neither.
select store as written, store from fact.stores
union
select name, min(store)
from fact.stores
where name <> '' and name not in (select store from fact.stores)
group by name
having count(*) = 1
