-- What was sent to whom?
-- One row: a marketing message to one customer or one group.
select
    sends.send_id,
    coalesce(external.customer, phone.customer, named.customer) as customer,
    groups."group",
    sends.sent_at,
    cast(sends.sent_at as date) as day,
    sends.channel, sends.campaign
from fact.sends
left join kept.group_names as group_names on group_names.kind = 'name' and group_names.written = sends.group_name
left join mart.groups on groups.key = group_names.key
left join mart.identities as external on external.kind = 'external_id' and external.value = sends.external_id
left join mart.identities as phone on phone.kind = 'phone' and phone.value = sends.phone_key
left join mart.identities as named on named.kind = 'name' and named.value = sends.name
