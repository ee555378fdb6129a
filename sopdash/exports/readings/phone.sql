-- Phones in odd forms. One row: a text. '' is a number that can't join people (masked, a landline): no fault, but no key.
with faults as (
    select text,
           case when door_scientific(text) then 'id_damaged_by_excel' when door_lost(text) then 'id_precision'
                when door_error(text) then 'error_cell' end as why
    from texts
)
select text,
       case when why is null then
            regexp_extract(regexp_replace(text, '[\s''`()–-]+', '', 'g'), '^(?:\+?86|0086)?(1[3-9]\d{9})(?:\.0+)?$', 1)
       end as value,
       why
from faults
