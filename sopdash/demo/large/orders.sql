-- What was ordered in this week?
-- One row: an order of one of four shop systems; one in thirteen names nobody.
with drawn as (
    select
        buyers.i, buyers.n, buyers.i * 64 + buyers.n as k,
        $monday + moments.seconds * interval 1 second
            + cast(3599 * large.u(buyers.i * 64 + buyers.n, $week, 32) as integer) * interval 1 second as created_at
    from buyers
    join large.moments on moments.slot = cast(floor(10000 * large.u(buyers.i * 64 + buyers.n, $week, 31)) as integer)
),
numbered as (
    select
        *, cast($week as bigint) * 1000000 + row_number() over (order by created_at, k) as number,
        large.u(k, $week, 33) as platform_draw, large.u(k, $week, 34) as status_draw, large.u(k, $week, 35) as money_draw,
        large.u(k, $week, 36) as refund_draw, large.u(k, $week, 37) as known_draw, large.u(k, $week, 38) as units_draw,
        large.u(k, $week, 39) as wait_draw, large.u(k, $week, 40) as place_draw
    from drawn
),
priced as (
    select
        numbered.*, products.product,
        case when units_draw < 0.72 then 1 when units_draw < 0.92 then 2 else 3 + cast(floor(40 * (units_draw - 0.92)) as bigint) end as units,
        products.price,
        people.phone_key, people.unionid, people.province, people.external_id, people.staff_no, people.store_no,
        case
            when people.phone_key is null then 'youzan'
            when platform_draw < 0.45 then 'taobao' when platform_draw < 0.75 then 'youzan'
            when platform_draw < 0.90 then 'douyin' else 'jd'
        end as platform,
        case
            when status_draw < 0.04 then 'unpaid' when status_draw < 0.07 then 'closed' when status_draw < 0.11 then 'paid'
            when status_draw < 0.20 then 'shipped' else 'completed'
        end as status
    from numbered
    join large.people on people.i = numbered.i
    join large.products on money_draw >= products.low and money_draw < products.high
),
valued as (
    select
        *, cast(price * units * (0.8 + 0.2 * cast(floor(3 * wait_draw) as integer) / 2.0) as decimal(18, 2)) as amount,
        status not in ('unpaid') and (status <> 'closed' or status_draw < 0.055) as was_paid
    from priced
)
select
    platform, case platform when 'taobao' then '示例旗舰店' when 'youzan' then '示例商城' when 'douyin' then '示例抖店' else '示例自营' end as shop,
    substr(platform, 1, 1) || lpad(cast(number as varchar), 15, '0') as order_id,
    case when known_draw >= 0.077 then '买家' || lpad(cast(i as varchar), 7, '0') end as account,
    case when known_draw >= 0.077 then phone_key end as phone_key,
    case when known_draw >= 0.077 and platform = 'youzan' then unionid end as unionid,
    cast(null as varchar) as external_id,
    status, status as status_word, created_at,
    case when was_paid
        then least(created_at + cast(20 + 580 * wait_draw as integer) * interval 1 second, $end - interval 1 second) end as paid_at,
    case when was_paid then amount when status <> 'closed' then amount else 0 end as paid_amount,
    case
        when not was_paid then 0
        when status = 'closed' then amount
        when refund_draw < 0.03 then amount
        when refund_draw < 0.05 then round(amount * 0.4, 2)
        else 0
    end as refund_amount,
    units, product, province,
    case platform when 'taobao' then '天猫' when 'douyin' then '抖音' when 'jd' then '京东'
        when 'youzan' then case when place_draw < 0.6 then '小程序' when place_draw < 0.85 then '私域链接' else '门店' end end as sales_channel,
    case when platform = 'youzan' and place_draw >= 0.6 then large.store(store_no) end as store,
    case when platform = 'youzan' and place_draw >= 0.6 then large.guide(store_no * $staff_per_store + staff_no) end as staff,
    number
from valued
order by number
