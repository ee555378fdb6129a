-- Whom does a WeCom name mean?
-- One row: a name that is a key. A name is a weak one: only where it carries at most one person known by a strong
-- identity and at most five follows, each with another member of staff; names of two people would merge strangers.
with named as (
    select
        mentioned.name,
        people.customer
    from kept.strong_nodes as mentioned left join kept.people on people.number = mentioned.first_number
    where mentioned.name is not null
),
relations as (
    select distinct name, staff, customer, case when customer is null then follow_id end as stranger
    from follow_people
    where name is not null
),
follow_counts as (
    select name, count(distinct staff) as staff, count(*) as relations from relations group by name
),
clear as (
    select name, min(customer) as customer
    from named
    group by name
    having min(customer) is not distinct from max(customer)
)
select
    clear.name,
    coalesce(clear.customer, cast(md5_number_lower('5name:' || clear.name) & 9223372036854775807 as bigint)) as customer
from clear left join follow_counts on follow_counts.name = clear.name
where coalesce(follow_counts.relations, 0) <= 5 and coalesce(follow_counts.relations, 0) = coalesce(follow_counts.staff, 0)
