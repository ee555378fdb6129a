-- What was ordered, by whom, and does it count as paid?
-- One row: an order of any status. Money is NULL unless the order is paid; `amount` is what the file says whatever the
-- status. See judged_orders and order_history for what hangs on other rows.
select
    owned.platform, owned.shop, owned.order_id, told.customer,
    told.status,
    owned.status_word, told.is_paid, owned.created_at, told.ordered_at, owned.received_at,
    cast(told.ordered_at as date) as day,
    case when told.is_paid then owned.paid_amount end as gmv,
    case when told.is_paid then told.refund end as refunds,
    case when told.is_paid then owned.paid_amount - coalesce(told.refund, 0) end as net_sales,
    owned.paid_amount as amount,
    owned.account,
    concat_ws(' ',
        case when owned.external_id <> '' then 'external_id' end,
        case when owned.unionid <> '' then 'unionid' end,
        case when owned.account <> '' then 'account' end,
        case when owned.phone_key <> '' then 'phone' end
    ) as known_by,
    owned.units, owned.product, owned.coupon,
    coalesce(own_store.store, nullif(owned.store, ''), acquired.store) as store,
    coalesce(nullif(owned.staff, ''), acquired.staff) as staff,
    coalesce(nullif(owned.province, ''), nullif(stores.region, ''), nullif(stores.province, '')) as region,
    owned.sales_channel,
    acquired.channel,
    acquired.code,
    history.nth,
    history.previous_at,
    history.earlier_at,
    coalesce(history.held_before, false) as held_before,
    coalesce(acquired.added_at <= told.ordered_at, false) as after_add
from fact.orders as owned
join judged_orders as told on told.row = owned.rowid
left join order_history as history on history.row = owned.rowid
left join acquisitions as acquired on acquired.customer = told.customer
left join store_names as own_store on own_store.written = owned.store
left join fact.stores on stores.store = coalesce(own_store.store, nullif(owned.store, ''), acquired.store)
