-- Who talked in the groups in this week?
-- One row: a message of a customer or of the group's staff; few people write most, some groups are silent.
with present as (
    select
        members.i, group_no, members.name, members.external_id, joined_at, left_at,
        talk_rate * case when large.u(group_no, 0, 50) < 0.06 then 0 else 0.3 + 1.4 * large.u(group_no, 0, 51) end as rate
    from large.members
    join large.people on people.i = members.i
    where joined_at < $monday + interval 7 day and coalesce(left_at, $end) > $monday
),
share as (
    select $messages / sum(rate) as share from present
),
written as (
    select (i * 16384 + group_no) * 512 as k, group_no, name, external_id, joined_at, left_at, false as is_staff,
        unnest(range(least(511, cast(floor(rate * share + large.u(i * 16384 + group_no, $week, 52)) as bigint)))) as n
    from present cross join share
    union all
    select (($people + group_no) * 16384 + group_no) * 512, group_no, large.guide(group_no % $staff), null, null, null, true,
        unnest(range(least(511, cast(floor(0.065 * $messages / $groups + large.u(group_no, $week, 53)) as bigint))))
    from range($groups) as groups (group_no)
),
timed as (
    select
        written.*,
        least(
            greatest(
                $monday + moments.seconds * interval 1 second
                    + cast(3599 * large.u(k + n, $week, 55) as integer) * interval 1 second,
                joined_at + cast(5400 * large.u(k + n, $week, 58) as integer) * interval 1 second
            ),
            left_at - cast(1 + 5400 * large.u(k + n, $week, 59) as integer) * interval 1 second
        ) as sent_at
    from written
    join large.moments on moments.slot = cast(floor(10000 * large.u(k + n, $week, 54)) as integer)
)
select
    'mg' || $week || '-' || (k + n) as message_id,
    '福利' || lpad(cast(group_no + 1 as varchar), 5, '0') || '群' as group_name,
    'wrLg' || lpad(cast(group_no + 1 as varchar), 8, '0') as group_id,
    name as sender, external_id, sent_at,
    case when large.u(k + n, $week, 56) < 0.8 then 'text' else 'image' end as kind,
    1 + cast(floor(60 * pow(large.u(k + n, $week, 57), 3)) as bigint) as length,
    is_staff
from timed
where sent_at >= $monday and sent_at < $monday + interval 7 day
order by sent_at
