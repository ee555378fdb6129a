-- What was ordered, by whom, and does it count as paid?
-- One row: an order of any status. Money is NULL unless the order is paid; `amount` is what the file says whatever the
-- status. An order closed after payment is paid and refunded: in full where no file names the refund.
with after_sales as (
    select platform, shop, order_id, sum(amount) as refunded
    from fact.refunds
    where coalesce(status, 'finished') = 'finished'
    group by platform, shop, order_id
),
judged as (
    select
        orders.*,
        case
            when orders.refund_estimated then coalesce(after_sales.refunded, orders.refund_amount)
            else coalesce(orders.refund_amount, after_sales.refunded)
        end as refunded,
        coalesce(orders.status, case
            when not coalesce(orders.status_absent, true) then 'unknown'
            when orders.paid_at is not null or coalesce(orders.paid_at_absent, false) then 'paid'
            else 'unpaid'
        end) as known_status,
        coalesce(orders.paid_at, orders.created_at) as ordered_at
    from fact.orders left join after_sales using (platform, shop, order_id)
),
paid as (
    select
        *,
        known_status in ('paid', 'shipped', 'completed')
        or (known_status = 'closed' and paid_at is not null and (coalesce(paid_amount, 0) > 0 or coalesce(refunded, 0) > 0))
        as is_paid,
        case when known_status = 'closed' then coalesce(refunded, paid_amount) else refunded end as refund
    from judged
),
owned as (
    select
        paid.*,
        coalesce(external.customer, unionid.customer, account.customer, phone.customer) as customer
    from paid
    left join mart.identities as external on external.kind = 'external_id' and external.value = paid.external_id
    left join mart.identities as unionid on unionid.kind = 'unionid' and unionid.value = paid.unionid
    left join mart.identities as account
        on account.kind = 'account' and account.value = paid.platform || '|' || paid.shop || '|' || paid.account
    left join mart.identities as phone on phone.kind = 'phone' and phone.value = paid.phone_key
),
acquired as (
    select
        customer, store, staff,
        case when is_transfer then 'unknown' else channel end as channel,
        case when not is_transfer then code end as code,
        case when not is_transfer then added_at end as added_at
    from (
        select *, row_number() over (
            partition by customer order by is_transfer, added_at nulls last, follow_id
        ) as nth
        from mart.follows
        where customer is not null
    )
    where nth = 1
),
counted as (
    select
        platform, shop, order_id,
        row_number() over purchases as nth,
        lag(ordered_at) over purchases as previous_at
    from owned
    where is_paid and customer is not null
    window purchases as (partition by customer order by ordered_at, platform, shop, order_id)
),
held as (
    select distinct owned.platform, owned.shop, owned.order_id
    from owned join mart.holdings as spans on spans.customer = owned.customer
    where spans.held_from <= owned.ordered_at and (spans.held_until is null or spans.held_until >= owned.ordered_at)
)
select
    owned.platform, owned.shop, owned.order_id, owned.customer,
    owned.known_status as status,
    owned.status_word, owned.is_paid, owned.created_at, owned.ordered_at, owned.received_at,
    cast(owned.ordered_at as date) as day,
    case when owned.is_paid then owned.paid_amount end as gmv,
    case when owned.is_paid then owned.refund end as refunds,
    case when owned.is_paid then owned.paid_amount - coalesce(owned.refund, 0) end as net_sales,
    owned.paid_amount as amount,
    owned.units, owned.product, owned.coupon,
    coalesce(own_store.store, nullif(owned.store, ''), acquired.store) as store,
    coalesce(nullif(owned.staff, ''), acquired.staff) as staff,
    coalesce(nullif(owned.province, ''), nullif(stores.region, ''), nullif(stores.province, '')) as region,
    owned.sales_channel,
    acquired.channel,
    acquired.code,
    counted.nth,
    counted.previous_at,
    held.order_id is not null as held_before,
    coalesce(acquired.added_at <= owned.ordered_at, false) as after_add
from owned
left join acquired on acquired.customer = owned.customer
left join counted on counted.platform = owned.platform and counted.shop = owned.shop and counted.order_id = owned.order_id
left join held on held.platform = owned.platform and held.shop = owned.shop and held.order_id = owned.order_id
left join store_names as own_store on own_store.written = owned.store
left join fact.stores on stores.store = coalesce(own_store.store, nullif(owned.store, ''), acquired.store)
