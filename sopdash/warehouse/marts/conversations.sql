-- How were customers served?
-- One row: a service conversation; `reply_seconds` is NULL while nobody answered.
select
    conversations.conversation_id, conversations.staff, staff_homes.store,
    coalesce(external.customer, phone.customer, named.customer) as customer,
    conversations.opened_by, conversations.opened_at,
    cast(conversations.opened_at as date) as day,
    conversations.first_reply_at,
    date_diff('second', conversations.opened_at, conversations.first_reply_at) as reply_seconds,
    conversations.auto_reply, conversations.complaint, conversations.order_id
from fact.conversations
left join staff_homes on staff_homes.name = conversations.staff
left join mart.identities as external on external.kind = 'external_id' and external.value = conversations.external_id
left join mart.identities as phone on phone.kind = 'phone' and phone.value = conversations.phone_key
left join mart.identities as named on named.kind = 'name' and named.value = conversations.name
