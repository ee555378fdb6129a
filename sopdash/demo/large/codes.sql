-- One row: a live code.
select channel || '-主页' as code, channel, '主页' as place, cast(null as varchar) as store
from large.channels where channel not in ('门店海报', '导购')
union all
select channel || '-' || large.store(stores.no), channel, '门店', large.store(stores.no)
from large.channels cross join range($stores) as stores (no) where channel in ('门店海报', '导购')
