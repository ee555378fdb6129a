-- Yes or no, in whatever words. One row: a text.
select text,
       case when lower(text) in ('是', 'true', '1', 'y', 'yes', 't', '有', '√', '员工', '企业成员', 'staff') then true
            when lower(text) in ('否', 'false', '0', 'n', 'no', 'f', '没有', '×', '客户', '外部联系人', 'customer') then false
       end as value,
       'flag' as why
from texts
