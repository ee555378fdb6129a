-- One row: an invitation.
select 'r' || k as referral_id, '活动' || lpad(cast(1 + $week // 4 as varchar), 2, '0') as campaign,
    drawn.external_id as inviter_external_id, drawn.phone_key as inviter_phone_key,
    invited.external_id as invitee_external_id, invited.phone_key as invitee_phone_key,
    drawn.moment as invited_at, case when drawn.draw < 0.6 then drawn.moment + interval 2 hour end as joined_at, 5 as reward
from drawn
left join large.people as invited on invited.i = (drawn.i * 7 + 13) % $people
where drawn.kind = 'referral'
