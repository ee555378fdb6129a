-- Whom do this week's smaller events happen to?
-- One row: event k of a kind, its person, its moment and a draw.
with kinds as (
    select * from (values
        ('touch', 64, 60000), ('coupon', 65, 40000), ('conversation', 66, 10000), ('survey', 67, 2000), ('referral', 68, 4000),
        ('opt_out', 69, 300), ('send', 70, 20000), ('activity', 71, 4000), ('post', 72, 70)
    ) as kinds (kind, salt, count)
),
events as (
    select kind, unnest(range(cast(greatest(3, count * $factor) as bigint))) * 100 + salt as k from kinds
),
placed as (
    select kind, k, cast(floor($people * pow(large.u(k, $week, 73), 1.25)) as bigint) as i, large.u(k, $week, 74) as draw,
        $monday + moments.seconds * interval 1 second + cast(3599 * large.u(k, $week, 75) as integer) * interval 1 second as moment
    from events join large.moments on moments.slot = cast(floor(10000 * large.u(k, $week, 76)) as integer)
)
select placed.kind, cast($week as bigint) * 100000000 + placed.k as k, placed.i, placed.draw, placed.moment,
    people.external_id, people.phone_key, people.name, people.store_no * $staff_per_store + people.staff_no as staff_no
from placed join large.people on people.i = placed.i
