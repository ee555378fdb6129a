-- Who invited whom?
-- One row: an invitation; customers are NULL where no key names them.
select
    referrals.referral_id, referrals.campaign,
    coalesce(inviter_external.customer, inviter_phone.customer, inviter_name.customer) as inviter,
    coalesce(invitee_external.customer, invitee_phone.customer, invitee_name.customer) as invitee,
    referrals.invited_at, referrals.joined_at, referrals.reward
from fact.referrals
left join mart.identities as inviter_external
    on inviter_external.kind = 'external_id' and inviter_external.value = referrals.inviter_external_id
left join mart.identities as inviter_phone on inviter_phone.kind = 'phone' and inviter_phone.value = referrals.inviter_phone_key
left join mart.identities as inviter_name on inviter_name.kind = 'name' and inviter_name.value = referrals.inviter_name
left join mart.identities as invitee_external
    on invitee_external.kind = 'external_id' and invitee_external.value = referrals.invitee_external_id
left join mart.identities as invitee_phone on invitee_phone.kind = 'phone' and invitee_phone.value = referrals.invitee_phone_key
left join mart.identities as invitee_name on invitee_name.kind = 'name' and invitee_name.value = referrals.invitee_name
