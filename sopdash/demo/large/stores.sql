-- One row: a store.
select large.store(no) as store, '城区' || lpad(cast(no + 1 as varchar), 4, '0') || '店' as name,
    ['浙江省', '江苏省', '广东省', '山东省', '四川省', '湖北省'][1 + no % 6] as province,
    ['华东', '华东', '华南', '华北', '西南', '华中'][1 + no % 6] as region
from range($stores) as t (no)
