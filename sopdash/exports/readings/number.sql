-- Numbers in odd forms. One row: a text. A remark in brackets, currency signs, $units and thousands commas go; (92.05) is
-- −92.05; any other comma is ambiguous: it may be a decimal comma.
with half as (
    select text, regexp_replace(door_half(text), '\([^()]*\p{Han}[^()]*\)$', '') as plain from texts
),
bare as (
    select text, regexp_replace(plain, '[¥$元\s\x{a0}\x{3000}]|RMB|CNY|' || $units, '', 'g') as plain from half
),
signed as (
    select text, regexp_replace(plain, '^\((\d[\d,]*(?:\.\d+)?)\)$', '-\1') as plain from bare
),
numbers as (
    select text, plain,
           case when regexp_full_match(plain, '[+-]?\d{1,3}(,\d{3})+(\.\d+)?') then replace(plain, ',', '')
                when regexp_full_match(plain, '[+-]?(\d+\.?\d*|\.\d+)') then plain end as digits
    from signed
)
select text, digits,
       case when regexp_full_match(plain, '[+-]?\d+,\d{1,2}') then 'decimal_comma' else 'number' end as why
from numbers
