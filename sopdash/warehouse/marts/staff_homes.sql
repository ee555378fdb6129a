-- Which store does a member of staff belong to?
-- One row: a staff name or account; one that stands for several stores is left out.
with written as (
    select staff as name, store from fact.staff
    union
    select staff_account, store from fact.staff
)
select written.name, min(coalesce(store_names.store, written.store)) as store
from written left join store_names on store_names.written = written.store
where written.name <> '' and written.store <> ''
group by written.name
having count(distinct coalesce(store_names.store, written.store)) = 1
