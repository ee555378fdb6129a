-- Which stores are there?
-- One row: a store known from the store list or from any row that names one.
with told as (
    select store from fact.stores
    union
    select store from mart.follows
    union
    select store from mart.orders
    union
    select store from mart.groups
    union
    select store from mart.channel_days
)
select told.store, coalesce(nullif(stores.name, ''), told.store) as name, stores.province, stores.city, stores.region
from told left join fact.stores on stores.store = told.store
where told.store <> ''
