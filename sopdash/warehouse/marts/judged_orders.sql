-- Does an order count as paid, how much went back, and whose is it?
-- One row: an order of any status; `row` is its place in fact.orders. Narrow, since what follows sorts and joins it.
-- An order closed after payment is paid and refunded: in full where no file names the refund. An order file that says 0 was
-- written before the money went back where an after-sales case has finished.
with after_sales as (
    select platform, shop, order_id, sum(amount) as refunded
    from fact.refunds
    where coalesce(status, 'finished') = 'finished'
    group by platform, shop, order_id
),
judged as (
    select
        orders.rowid as row, orders.paid_at, orders.paid_amount,
        case
            when orders.refund_estimated then coalesce(after_sales.refunded, orders.refund_amount)
            else coalesce(nullif(orders.refund_amount, 0), after_sales.refunded, orders.refund_amount)
        end as refunded,
        coalesce(orders.status, case
            when not coalesce(orders.status_absent, true) then 'unknown'
            when orders.paid_at is not null or coalesce(orders.paid_at_absent, false) then 'paid'
            else 'unpaid'
        end) as status,
        coalesce(orders.paid_at, orders.created_at) as ordered_at,
        hash(coalesce(
            '1external_id:' || nullif(orders.external_id, ''),
            '2unionid:' || nullif(orders.unionid, ''),
            '3account:' || orders.platform || '|' || orders.shop || '|' || nullif(orders.account, ''),
            case when shared_phones.phone_key is null then '4phone:' || nullif(orders.phone_key, '') end
        )) as number
    from fact.orders
    left join after_sales using (platform, shop, order_id)
    left join kept.shared_phones on shared_phones.phone_key = orders.phone_key
),
paid as (
    select
        row, ordered_at, status, number,
        status in ('paid', 'shipped', 'completed')
        or (status = 'closed' and paid_at is not null and (coalesce(paid_amount, 0) > 0 or coalesce(refunded, 0) > 0))
        as is_paid,
        case when status = 'closed' then coalesce(refunded, paid_amount) else refunded end as refund
    from judged
)
select paid.row, paid.ordered_at, paid.status, paid.is_paid, paid.refund, people.customer
from paid left join kept.people on people.number = paid.number
