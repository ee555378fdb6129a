-- Ids in odd forms: 20241104000.0 went through a spreadsheet as a number; 2.02411E+17 has lost its digits. One row: a text.
with faults as (
    select text,
           case when door_scientific(text) then 'id_damaged_by_excel' when door_lost(text) then 'id_precision'
                when door_error(text) then 'error_cell' end as why
    from texts
)
select text,
       case when why is not null then null
            when regexp_full_match(text, '\d+\.0+') then regexp_extract(text, '^\d+')
            else text end as value,
       why
from faults
