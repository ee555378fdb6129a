-- Who is or was in which group?
-- One row: a membership; it ends when the person leaves or the group is dissolved.
with placed as (
    select
        members.*,
        coalesce(by_id.key, by_name.key) as key,
        people.is_staff as staff_known,
        coalesce(
            people.customer, named.customer,
            cast(md5_number_lower('7member:' || members.membership_id) & 9223372036854775807 as bigint)
        ) as person
    from fact.group_members as members
    join member_people as people on people.membership_id = members.membership_id
    left join name_people as named on named.name = members.name
    left join kept.group_names as by_id on by_id.kind = 'id' and by_id.written = members.group_id
    left join kept.group_names as by_name on by_name.kind = 'name' and by_name.written = members.group_name
)
select
    placed.membership_id,
    groups."group",
    case when not placed.staff_known then placed.person end as customer,
    placed.name,
    placed.staff_known as is_staff,
    placed.joined_at,
    coalesce(placed.left_at, groups.dissolved_at) as left_at,
    case when placed.left_at is not null then placed.leave_kind end as leave_kind,
    placed.join_scene,
    placed.inviter,
    nullif(placed.code, '') as code,
    concat_ws(' ',
        case when placed.external_id <> '' then 'external_id' end,
        case when placed.unionid <> '' then 'unionid' end,
        case when placed.account <> '' then 'account' end,
        case when placed.phone_key <> '' then 'phone' end,
        case when placed.name <> '' then 'name' end
    ) as known_by
from placed
left join mart.groups on groups.key = placed.key
