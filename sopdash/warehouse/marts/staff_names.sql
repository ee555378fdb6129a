-- Which names belong to staff, so that their messages and memberships are kept apart from customers'?
-- One row: a name or account of a staff member.
with told as (
    select staff as name from fact.staff
    union all
    select staff_account from fact.staff
    union all
    select staff from fact.follows
    union all
    select staff_account from fact.follows
    union all
    select owner from fact.groups
    union all
    select name from fact.group_members where is_staff
    union all
    select sender from fact.messages where is_staff
)
select distinct name from told where name <> ''
