-- Who took part in which group activity?
-- One row: a customer's part in an activity.
select
    activities.activity_id, activities.activity, activities.kind,
    coalesce(external.customer, phone.customer, named.customer) as customer,
    groups."group",
    activities.at,
    cast(activities.at as date) as day,
    activities.viewers, activities.shares
from fact.activities
left join kept.group_names as group_names on group_names.kind = 'name' and group_names.written = activities.group_name
left join mart.groups on groups.key = group_names.key
left join mart.identities as external on external.kind = 'external_id' and external.value = activities.external_id
left join mart.identities as phone on phone.kind = 'phone' and phone.value = activities.phone_key
left join mart.identities as named on named.kind = 'name' and named.value = activities.name
