-- What was ordered, by whom, and does it count as paid?
-- One row: an order of any status. Money is NULL unless the order is paid; `amount` is what the file says whatever the
-- status. An order closed after payment is paid and refunded: in full where no file names the refund.
-- An order file that says 0 was written before the money went back where an after-sales case has finished.
with after_sales as (
    select platform, shop, order_id, sum(amount) as refunded
    from fact.refunds
    where coalesce(status, 'finished') = 'finished'
    group by platform, shop, order_id
),
judged as not materialized (
    select
        orders.*, orders.rowid as row,
        case
            when orders.refund_estimated then coalesce(after_sales.refunded, orders.refund_amount)
            else coalesce(nullif(orders.refund_amount, 0), after_sales.refunded, orders.refund_amount)
        end as refunded,
        coalesce(orders.status, case
            when not coalesce(orders.status_absent, true) then 'unknown'
            when orders.paid_at is not null or coalesce(orders.paid_at_absent, false) then 'paid'
            else 'unpaid'
        end) as known_status,
        coalesce(orders.paid_at, orders.created_at) as ordered_at
    from fact.orders left join after_sales using (platform, shop, order_id)
),
paid as not materialized (
    select
        *,
        known_status in ('paid', 'shipped', 'completed')
        or (known_status = 'closed' and paid_at is not null and (coalesce(paid_amount, 0) > 0 or coalesce(refunded, 0) > 0))
        as is_paid,
        case when known_status = 'closed' then coalesce(refunded, paid_amount) else refunded end as refund
    from judged
),
keyed as not materialized (
    select
        paid.*,
        coalesce(
            '1external_id:' || nullif(paid.external_id, ''),
            '2unionid:' || nullif(paid.unionid, ''),
            '3account:' || paid.platform || '|' || paid.shop || '|' || nullif(paid.account, ''),
            case when shared_phones.phone_key is null then '4phone:' || nullif(paid.phone_key, '') end
        ) as node
    from paid left join kept.shared_phones on shared_phones.phone_key = paid.phone_key
),
-- Who bought when: narrow, since what follows sorts and joins it.
bought as materialized (
    select keyed.row, people.customer, keyed.ordered_at, keyed.is_paid, keyed.platform, keyed.shop, keyed.order_id
    from keyed join kept.people on people.number = hash(keyed.node)
),
counted as (
    select row, row_number() over purchases as nth, lag(ordered_at) over purchases as previous_at,
        lag(ordered_at, 2) over purchases as earlier_at
    from bought
    where is_paid
    window purchases as (partition by customer order by ordered_at, platform, shop, order_id)
),
held as (
    select bought.row, spans.held_until is null or spans.held_until >= bought.ordered_at as held_before
    from (select * from bought semi join mart.holdings using (customer)) as bought
    asof join mart.holdings as spans on spans.customer = bought.customer and spans.held_from <= bought.ordered_at
),
known as (
    select bought.row, bought.customer, counted.nth, counted.previous_at, counted.earlier_at, held.held_before
    from bought left join counted on counted.row = bought.row left join held on held.row = bought.row
)
select
    owned.platform, owned.shop, owned.order_id, known.customer,
    owned.known_status as status,
    owned.status_word, owned.is_paid, owned.created_at, owned.ordered_at, owned.received_at,
    cast(owned.ordered_at as date) as day,
    case when owned.is_paid then owned.paid_amount end as gmv,
    case when owned.is_paid then owned.refund end as refunds,
    case when owned.is_paid then owned.paid_amount - coalesce(owned.refund, 0) end as net_sales,
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
    known.nth,
    known.previous_at,
    known.earlier_at,
    coalesce(known.held_before, false) as held_before,
    coalesce(acquired.added_at <= owned.ordered_at, false) as after_add
from paid as owned
left join known on known.row = owned.row
left join acquisitions as acquired on acquired.customer = known.customer
left join store_names as own_store on own_store.written = owned.store
left join fact.stores on stores.store = coalesce(own_store.store, nullif(owned.store, ''), acquired.store)
