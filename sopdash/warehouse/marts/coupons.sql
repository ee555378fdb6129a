-- Which coupons did customers get and use?
-- One row: a coupon issued to one customer.
select
    coupons.coupon_id, coupons.coupon, coupons.campaign,
    coalesce(external.customer, account.customer, phone.customer) as customer,
    coupons.issued_at, coupons.received_at, coupons.redeemed_at, coupons.order_id, coupons.cost
from fact.coupons
left join mart.identities as external on external.kind = 'external_id' and external.value = coupons.external_id
left join mart.identities as account on account.kind = 'bare_account' and account.value = coupons.account
left join mart.identities as phone on phone.kind = 'phone' and phone.value = coupons.phone_key
