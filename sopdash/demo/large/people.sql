-- Who are the synthetic chain's customers?
-- One row: a person with fixed traits: keys, home, when added, weekly rates of ordering and talking, both with heavy tails.
with drawn as (
    select
        i,
        large.u(i, 0, 1) as follows_draw, large.u(i, 0, 2) as group_draw, large.u(i, 0, 3) as phone_draw,
        cast(floor(($days - 1) * pow(large.u(i, 0, 4), 1.6)) as integer) as added_on,
        cast(floor($stores * pow(large.u(i, 0, 5), 1.6)) as integer) as store_no,
        cast(floor(52 * pow(large.u(i, 0, 6), 2)) as integer) - 8 as born,
        least(60, pow(1 - large.u(i, 0, 7), -0.62) - 0.97) as order_rate,
        least(200, pow(1 - large.u(i, 0, 8), -0.85) - 0.98) as talk_rate,
        large.u(i, 0, 9) as profile_draw, large.u(i, 0, 10) as place_draw, large.u(i, 0, 11) as life_draw
    from range($people) as t (i)
)
select
    drawn.i,
    follows_draw < 0.80 as is_followed,
    group_draw < 0.75 as joins_groups,
    follows_draw >= 0.80 and group_draw >= 0.75 as is_shop_only,
    case when follows_draw < 0.80 or group_draw < 0.75 then 'wmLg' || lpad(cast(drawn.i as varchar), 12, '0') end as external_id,
    'oUnLg' || lpad(cast(drawn.i as varchar), 11, '0') as unionid,
    phone_keys.phone_key,
    '顾客' || lpad(cast(drawn.i as varchar), 7, '0') as name,
    channels.channel, channels.add_way,
    store_no,
    cast(floor($staff_per_store * pow(large.u(drawn.i, 0, 12), 1.3)) as integer) as staff_no,
    $first + added_on * interval 1 day
        + cast(3600 * (8 + 14 * large.u(drawn.i, 0, 13)) as integer) * interval 1 second as added_at,
    case when large.u(drawn.i, 0, 14) < channels.loss
        then cast(floor(1 + 240 * pow(large.u(drawn.i, 0, 15), 2.5)) as integer) end as lost_after,
    channels.orders * order_rate * (0.25 + 1.5 * large.u(drawn.i, 0, 16)) as order_rate,
    born,
    born + case when life_draw < 0.35 then 80 else cast(floor(40 * life_draw) as integer) end as dies,
    talk_rate,
    profile_draw,
    ['浙江省', '江苏省', '广东省', '山东省', '四川省', '湖北省', '河南省', '福建省'][1 + cast(floor(8 * pow(place_draw, 1.4)) as integer)]
        as province
from drawn
join large.channels on large.u(drawn.i, 0, 17) >= channels.low and large.u(drawn.i, 0, 17) < channels.high
left join large.phone_keys on phone_keys.i = drawn.i
order by added_at, drawn.i
