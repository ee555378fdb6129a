-- Which words are not words but what Excel left behind? One row: a distinct text; `why` says what was wrong.
select text,
       case when not door_error(text) and not door_lost(text) then text end as value,
       case when door_lost(text) then 'id_precision' else 'error_cell' end as why
from texts
