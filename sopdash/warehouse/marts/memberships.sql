-- Who is or was in which group?
-- One row: a membership; it ends when the person leaves or the group is dissolved.
with placed as (
    select
        members.*,
        coalesce(by_id.key, by_name.key) as key,
        coalesce(members.is_staff, members.name in (select name from staff_names), false) as staff_known
    from fact.group_members as members
    left join group_names as by_id on by_id.kind = 'id' and by_id.written = members.group_id
    left join group_names as by_name on by_name.kind = 'name' and by_name.written = members.group_name
)
select
    placed.membership_id,
    groups."group",
    case
        when placed.staff_known then null
        else coalesce(external.customer, unionid.customer, account.customer, phone.customer, named.customer, lone.customer)
    end as customer,
    placed.name,
    placed.staff_known as is_staff,
    placed.joined_at,
    coalesce(placed.left_at, groups.dissolved_at) as left_at,
    case when placed.left_at is not null then placed.leave_kind end as leave_kind,
    placed.join_scene,
    placed.inviter,
    nullif(placed.code, '') as code
from placed
left join mart.groups on groups.key = placed.key
left join mart.identities as external on external.kind = 'external_id' and external.value = placed.external_id
left join mart.identities as unionid on unionid.kind = 'unionid' and unionid.value = placed.unionid
left join mart.identities as account on account.kind = 'bare_account' and account.value = placed.account
left join mart.identities as phone on phone.kind = 'phone' and phone.value = placed.phone_key
left join mart.identities as named on named.kind = 'name' and named.value = placed.name
left join mart.identities as lone on lone.kind = 'member' and lone.value = placed.membership_id
