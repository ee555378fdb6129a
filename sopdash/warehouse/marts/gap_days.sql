-- How many gaps between orders last how many whole days?
-- One row: a day × `after_day` of `buyer_turns` × whole days; `gaps`: how many, `waited`: of all of that day, in microseconds, on
-- one of the rows.
select day, day - after_day as whole, buyers - short as gaps, waited
from mart.buyer_turns where after_day is not null and buyers > 0
union all
select day, day - after_day - 1, short, 0 from mart.buyer_turns where short > 0
