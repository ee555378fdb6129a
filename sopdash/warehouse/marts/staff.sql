-- Which members of staff are there?
-- One row: a staff name from the staff list or from any row that names one, with the store they belong to.
with told as (
    select staff from fact.staff
    union
    select staff from mart.follows
    union
    select staff from mart.orders
    union
    select staff from fact.staff_days
)
select told.staff, staff.staff_account, coalesce(staff_homes.store, nullif(staff.store, '')) as store, staff.department, staff.role
from told
left join fact.staff on staff.staff = told.staff
left join staff_homes on staff_homes.name = told.staff
where told.staff <> ''
