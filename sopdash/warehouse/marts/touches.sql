-- What did customers see and click?
-- One row: a view, click or private message of one customer.
select
    coalesce(external.customer, account.customer, phone.customer, named.customer) as customer,
    touches.at,
    cast(touches.at as date) as day,
    touches.kind, touches.channel, touches.campaign, touches.content
from fact.touches
left join mart.identities as external on external.kind = 'external_id' and external.value = touches.external_id
left join mart.identities as account on account.kind = 'bare_account' and account.value = touches.account
left join mart.identities as phone on phone.kind = 'phone' and phone.value = touches.phone_key
left join mart.identities as named on named.kind = 'name' and named.value = touches.name
