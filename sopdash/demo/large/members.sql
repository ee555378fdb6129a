-- Which memberships begin in this week?
-- One row: a membership. Everyone who is there by then joins about equally often, stays until about the next group calls,
-- and some leave soon; newcomers join in the week they are added.
with chosen as (
    select *
    from large.joiners
    where added_at < $monday + interval 7 day
        and (rank >= $known or floor(large.u(i, 0, 20) + $turns + $pace) > floor(large.u(i, 0, 20) + $turns))
),
timed as (
    select
        chosen.*,
        greatest(
            added_at + cast(7200 * large.u(i, $week, 21) as integer) * interval 1 second,
            $monday + moments.seconds * interval 1 second + cast(3599 * large.u(i, $week, 22) as integer) * interval 1 second
        ) as joined_at,
        case
            when large.u(i, $week, 23) < 0.80 then (0.85 + 0.35 * large.u(i, $week, 24)) * 7 / greatest($pace, 0.05)
            else 60 * pow(large.u(i, $week, 25), 2.2) + 0.01
        end as days,
        cast(floor($groups * pow(large.u(i, $week, 26), 1.12)) as integer) as group_no
    from chosen
    join large.moments on moments.slot = cast(floor(10000 * large.u(i, $week, 27)) as integer)
)
select
    'gm' || lpad(cast($week as varchar), 2, '0') || lpad(cast(i as varchar), 8, '0') as membership_id,
    i, group_no, name, external_id, joined_at,
    case when joined_at + cast(86400 * days as bigint) * interval 1 second < $end
        then joined_at + cast(86400 * days as bigint) * interval 1 second end as left_at,
    large.u(i, $week, 28) as draw
from timed
where joined_at < $monday + interval 7 day
