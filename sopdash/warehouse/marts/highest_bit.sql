-- Which is the highest bit that is set?
-- A macro: 0 for the lowest of 64; of a mask with one at least. Two halves, since a double tells 53 bits apart.
create or replace temp macro highest_bit(mask) as
    case when mask >> 32 > 0 then 32 + floor(log2(cast(mask >> 32 as double))) else floor(log2(cast(mask as double))) end
