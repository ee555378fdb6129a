-- Who are our customers, and what have they done so far? What hangs on the customer's own rows alone, so that a refresh
-- replaces those of touched customers only; mart.customers adds what hangs on the day and on the other customers.
-- Channel, code, store and staff are those of the first follow that is no transfer; who was only handed over has store and
-- staff of that, channel 'unknown' and no time of being followed. `named_at`: when the name was first written, if known.
-- One row: a customer of any source.
with everyone as (
    select customer from mart.identities group by customer
),
named as (
    select customer, account as name, 1 as rank, first_at as "at" from kept.order_names
    union all
    select customer, name, 2, min(added_at) from mart.follows where name <> '' group by customer, name
    union all
    select customer, name, 3, min(joined_at) from mart.memberships where name <> '' group by customer, name
    union all
    select customer, sender, 4, first_at from kept.customer_talk as talk where sender <> ''
    union all
    select ids.customer, profiles.account, 5, profiles.since
    from fact.customer_profiles as profiles
    join mart.identities as ids on ids.kind = 'bare_account' and ids.value = profiles.account
    where profiles.account <> ''
    union all
    select ids.customer, profiles.name, 6, profiles.since
    from fact.customer_profiles as profiles
    join mart.identities as ids on ids.kind = 'phone' and ids.value = profiles.phone_key
    where profiles.name <> ''
),
spare as (
    select ids.customer, ids.value as name
    from mart.identities as ids anti join (select customer from named where customer is not null) as told using (customer)
    where ids.kind in ('name', 'bare_account') and ids.value <> ''
),
names as (
    select customer, min(name) as name, null as "at" from spare group by customer
    union all
    select customer, name, "at"
    from named
    where customer is not null
    qualify row_number() over (partition by customer order by "at" nulls last, rank, name) = 1
),
known_by as (
    select
        customer,
        min(case when kind = 'account' then substr(after_platform, strpos(after_platform, '|') + 1) end) as account,
        min(case when kind = 'phone' then value end) as phone_key,
        min(case when kind = 'external_id' then value end) as external_id
    from (
        select customer, kind, value, substr(value, strpos(value, '|') + 1) as after_platform
        from mart.identities
        where kind in ('account', 'phone', 'external_id')
    )
    group by customer
),
joined as (
    select customer, min(joined_at) as first_joined_at, max(left_at) as last_left_at,
        bool_or(left_at is null) as in_group
    from mart.memberships where not is_staff group by customer
),
spoke as (
    select customer, min(first_at) as first_spoke_at, max(last_at) as last_spoke_at
    from kept.customer_talk as talk group by customer
),
clicked as (
    select customer, max("at") as last_clicked_at from mart.touches where kind = 'click' group by customer
),
told as (
    select follows.customer, facts.gender, facts.birthday, facts.province, facts.tags, follows.added_at as "at"
    from mart.follows join fact.follows as facts using (follow_id)
    union all
    select coalesce(external.customer, account.customer, phone.customer),
        profiles.gender, profiles.birthday, profiles.province, profiles.tags, profiles.since
    from fact.customer_profiles as profiles
    left join mart.identities as external on external.kind = 'external_id' and external.value = profiles.external_id
    left join mart.identities as account on account.kind = 'bare_account' and account.value = profiles.account
    left join mart.identities as phone on phone.kind = 'phone' and phone.value = profiles.phone_key
),
profiles as (
    select
        customer,
        min(case
            when lower(gender) in ('男', '男性', 'male', 'm', '1') then 'male'
            when lower(gender) in ('女', '女性', 'female', 'f', '2') then 'female'
        end) as gender,
        min(birthday) as birthday,
        min(nullif(province, '')) as province
    from told
    group by customer
),
tagged as (
    select customer, string_agg(tag, ';' order by tag) as tags
    from (
        select distinct customer, trim(unnest(string_split(tags, ';'))) as tag from told where tags <> ''
    )
    where tag <> ''
    group by customer
),
opted as (
    select distinct coalesce(external.customer, account.customer, phone.customer, named_as.customer) as customer
    from fact.opt_outs
    left join mart.identities as external on external.kind = 'external_id' and external.value = opt_outs.external_id
    left join mart.identities as account on account.kind = 'bare_account' and account.value = opt_outs.account
    left join mart.identities as phone on phone.kind = 'phone' and phone.value = opt_outs.phone_key
    left join mart.identities as named_as on named_as.kind = 'name' and named_as.value = opt_outs.name
),
held as (
    select customer, bool_or(held_until is null) as held, min(held_from) as held_from from mart.holdings group by customer
)
select
    everyone.customer,
    coalesce(names.name, phones.masked, known_by.external_id) as name, names."at" as named_at,
    known_by.account, known_by.phone_key,
    acquired.channel, acquired.code,
    coalesce(acquired.store, shop_homes.store) as store,
    coalesce(acquired.staff, shop_homes.staff) as staff,
    acquired.add_way,
    coalesce(profiles.province, shop_homes.region, nullif(stores.region, ''), nullif(stores.province, '')) as region,
    profiles.gender, profiles.birthday, tagged.tags,
    acquired.added_at as first_followed_at,
    joined.first_joined_at, spoke.first_spoke_at,
    bought.first_ordered_at, bought.second_ordered_at, bought.last_ordered_at,
    greatest(bought.last_ordered_at, spoke.last_spoke_at, clicked.last_clicked_at) as last_active_at,
    spoke.last_spoke_at, clicked.last_clicked_at, joined.last_left_at, bought.last_refunded_at,
    coalesce(bought.orders, 0) as orders,
    coalesce(bought.net_sales, 0) as net_sales,
    coalesce(bought.first_ordered_at < acquired.added_at, false) as existing,
    coalesce(held.held, false) as held,
    coalesce(joined.in_group, false) as in_group,
    held.held_from,
    opted.customer is not null as opted_out,
    bought.frequent_on, bought.previous_ordered_at, coalesce(bought.dated, 0) as dated_orders,
    shop_homes.region as shop_region, shop_homes.store as shop_store, shop_homes.staff as shop_staff
from everyone
left join names on names.customer = everyone.customer
left join known_by on known_by.customer = everyone.customer
left join phones on phones.phone_key = known_by.phone_key
left join acquisitions as acquired on acquired.customer = everyone.customer
left join joined on joined.customer = everyone.customer
left join spoke on spoke.customer = everyone.customer
left join clicked on clicked.customer = everyone.customer
left join purchased as bought on bought.customer = everyone.customer
left join shop_homes on shop_homes.customer = everyone.customer
left join profiles on profiles.customer = everyone.customer
left join tagged on tagged.customer = everyone.customer
left join opted on opted.customer = everyone.customer
left join held on held.customer = everyone.customer
left join fact.stores on stores.store = coalesce(acquired.store, shop_homes.store)
