-- Which settings do the marts depend on?
-- One row: this installation.
select
    cast($vip_above as decimal(18, 2)) as vip_above,
    cast($super_from as decimal(18, 2)) as super_from,
    cast($group_capacity as bigint) as group_capacity,
    cast($high_value_orders as bigint) as high_value_orders,
    cast($high_value_share as double) as high_value_share,
    cast($potential_days as bigint) as potential_days,
    cast($new_days as bigint) as new_days,
    cast($growing_days as bigint) as growing_days,
    cast($active_days as bigint) as active_days
