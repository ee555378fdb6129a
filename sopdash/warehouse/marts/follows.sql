-- Who added whom, when and from where?
-- One row: a contact relation between a customer and a member of staff, once seen always known. `is_first` marks the
-- customer's first follow that is not a transfer; `channel` is the row's own channel or its live code's, else a mapped
-- tag's, else how they were added, else 'unknown'.
with placed as (
    select
        follows.*,
        coalesce(
            people.customer, named.customer,
            cast(md5_number_lower('6follow:' || follows.follow_id) & 9223372036854775807 as bigint)
        ) as customer,
        coalesce(add_ways.is_transfer, false) as is_transfer,
        case when add_ways.word is null then nullif(follows.add_way, '') else add_ways.label end as way,
        codes.channel as code_channel,
        codes.store as code_store
    from fact.follows
    join follow_people as people on people.follow_id = follows.follow_id
    left join name_people as named on named.name = follows.name
    left join add_ways on add_ways.word = follows.add_way
    left join fact.codes on codes.code = follows.code
),
tagged as (
    select placed.follow_id, min(tag_channels.channel) as channel
    from placed join tag_channels on ';' || placed.tags || ';' like '%;' || tag_channels.tag || ';%'
    group by placed.follow_id
),
homed as (
    select
        placed.follow_id,
        coalesce(
            own.store, nullif(placed.store, ''),
            coded.store, nullif(placed.code_store, ''),
            by_account.store, by_name.store,
            department.store,
            case when (select count(*) from fact.stores) = 0 then nullif(placed.department, '') end
        ) as home
    from placed
    left join store_names as own on own.written = placed.store
    left join store_names as coded on coded.written = placed.code_store
    left join staff_homes as by_account on by_account.name = placed.staff_account
    left join staff_homes as by_name on by_name.name = placed.staff
    left join store_names as department on department.written = placed.department
)
select
    placed.follow_id, placed.customer, placed.name,
    coalesce(placed.staff, placed.staff_account) as staff,
    homed.home as store,
    placed.department,
    coalesce(nullif(placed.channel, ''), placed.code_channel, tagged.channel, placed.way, 'unknown') as channel,
    nullif(placed.code, '') as code,
    coalesce(placed.way, 'unknown') as add_way,
    placed.added_at,
    cast(placed.added_at as date) as day,
    placed.lost_at, placed.lost_by,
    not placed.is_transfer and row_number() over (
        partition by placed.customer, placed.is_transfer order by placed.added_at nulls last, placed.follow_id
    ) = 1 as is_first,
    placed.is_transfer,
    concat_ws(' ',
        case when placed.external_id <> '' then 'external_id' end,
        case when placed.unionid <> '' then 'unionid' end,
        case when placed.account <> '' then 'account' end,
        case when placed.phone_key <> '' then 'phone' end,
        case when placed.name <> '' then 'name' end
    ) as known_by
from placed
join homed on homed.follow_id = placed.follow_id
left join tagged on tagged.follow_id = placed.follow_id
