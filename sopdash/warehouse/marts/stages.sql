-- Which stages of the closed funnel does the data show?
-- One row.
select
    coalesce(bool_or(need = 'follows'), false) as added,
    coalesce(bool_or(need = 'group_members'), false) as joined,
    coalesce(bool_or(need in ('messages', 'touches')), false) as engaged
from mart.coverage where rows > 0
