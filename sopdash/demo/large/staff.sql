-- One row: a member of staff.
select large.guide(no) as staff, 'guide' || lpad(cast(no + 1 as varchar), 5, '0') as staff_account,
    large.store(no // $staff_per_store) as store, '导购' as role
from range($staff) as t (no)
