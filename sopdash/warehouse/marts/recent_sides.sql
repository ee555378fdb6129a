-- Who was in a group or in none in the weeks that pages open with, and what did each of them buy in these?
-- One row: as of `sided`.
from mart.sided((select recent_first from mart.meta), (select recent_end from mart.meta))
