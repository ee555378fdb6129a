-- Which live codes are there?
-- One row: a live code (channel × place × material).
select codes.code, codes.channel, codes.place, codes.material, coalesce(own.store, nullif(codes.store, '')) as store, codes.staff
from fact.codes left join store_names as own on own.written = codes.store
