"""How text is read as a value: the usual form at once, every other form from the distinct texts that have it.

For each kind of cell: `TIDY` (text without wrapping), `USUAL` (value of the form nearly all cells have, NULL otherwise)
and `ODD` (SQL over a relation `texts(text)` giving `text, value, why`: all other forms, and why one can't be read).
Only distinct odd texts go through `ODD`, so a million clean cells cost one comparison each.
"""

from __future__ import annotations

TIDY = {
    "words": "door_text({0})",
    "time": "door_moment({0})",
    "day": "door_moment({0})",
}
"""Kind → SQL for the tidied text; the others are `door_bare`."""

USUAL = {
    "words": "case when not starts_with({0}, '#') and not starts_with({0}, chr(57344)) then {0} end",
    "id": "case when regexp_full_match({0}, '[0-9A-Za-z_-]+') then {0} end",
    "phone": "case when regexp_full_match({0}, '1[3-9]\\d{{9}}') then {0} end",
    "money": "case when regexp_full_match({0}, '-?\\d{{1,15}}(\\.\\d+)?') then try_cast({0} as decimal(18, 2)) end",
    "count": "case when regexp_full_match({0}, '\\d{{1,18}}') then try_cast({0} as bigint) end",
    "rate": "case when regexp_full_match({0}, '-?\\d{{1,15}}(\\.\\d+)?') then try_cast({0} as double) end",
    "flag": "case {0} when '是' then true when '否' then false end",
    "time": "case when length({0}) = 19 and {0}[5] = '-' and {0}[17] = ':' and {0}[11] in (' ', 'T') then try_cast({0} as timestamp) end",
    "day": "case when regexp_full_match({0}, '\\d{{4}}-\\d{{2}}-\\d{{2}}') then try_cast({0} as date) end",
}

_FAULT = """case when door_scientific(text) then 'id_damaged_by_excel' when door_lost(text) then 'id_precision'
                 when door_error(text) then 'error_cell' end"""

_WORDS = f"""
with faults as (select text, {_FAULT} as fault from texts)
select text, case when fault in ('error_cell', 'id_precision') then null else text end as value, fault as why from faults"""

# 20241104000.0 is an id that went through a spreadsheet as a number.
_ID = f"""
with faults as (select text, {_FAULT} as fault from texts)
select text,
       case when fault is not null then null
            when regexp_full_match(text, '\\d+\\.0+') then regexp_extract(text, '^\\d+') else text end as value,
       fault as why
from faults"""

# '' is a number that can't join people (masked, a landline): not a fault, but no key either.
_PHONE = f"""
with faults as (select text, {_FAULT} as fault from texts)
select text,
       case when fault is null then
            regexp_extract(regexp_replace(text, '[\\s''`()–-]+', '', 'g'), '^(?:\\+?86|0086)?(1[3-9]\\d{{9}})(?:\\.0+)?$', 1)
       end as value,
       fault as why
from faults"""

# A remark in brackets, currency signs, units and thousands commas go; (92.05) is −92.05; any other comma is ambiguous.
_NUMBER = """
with half as (select text, regexp_replace(door_half(text), '\\([^()]*\\p{{Han}}[^()]*\\)$', '') as plain from texts),
bare as (select text, regexp_replace(plain, '[¥$元\\s]|RMB|CNY|{units}', '', 'g') as plain from half),
signed as (select text, regexp_replace(plain, '^\\((\\d[\\d,]*(?:\\.\\d+)?)\\)$', '-\\1') as plain from bare),
number as (
    select text, plain,
           case when regexp_full_match(plain, '[+-]?\\d{{1,3}}(,\\d{{3}})+(\\.\\d+)?') then replace(plain, ',', '')
                when regexp_full_match(plain, '[+-]?(\\d+\\.?\\d*|\\.\\d+)') then plain end as digits
    from signed
)
select text, {value} as value,
       case when regexp_full_match(plain, '[+-]?\\d+,\\d{{1,2}}') then 'decimal_comma' else 'number' end as why
from number"""

_FLAG = """
select text,
       case when lower(text) in ('是', 'true', '1', 'y', 'yes', 't', '有', '√', '员工', '企业成员') then true
            when lower(text) in ('否', 'false', '0', 'n', 'no', 'f', '没有', '×', '客户', '外部联系人') then false end as value,
       'flag' as why
from texts"""

# 2026-06-12, 2026/6/12 22:04, 2026年6月12日22时04分13秒, 2026/6/12 下午10:04, …T22:04+08:00, 20260612220413, 46185.92,
# seconds since 1970, and day/month/year in the order told or proved.
_TIME = """
with half as (
    select text, door_strip(regexp_replace(translate(door_half(text), '年月时分点', '--:::'), '日|秒|:$', ' ', 'g')) as plain from texts
),
ordered as (
    select text, plain, case
        when door_has_year_last(plain) and '{first}' = 'dmy' then regexp_replace(plain, '^(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.](\\d{{4}})', '\\3-\\2-\\1')
        when door_has_year_last(plain) and '{first}' = 'mdy' then regexp_replace(plain, '^(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.](\\d{{4}})', '\\3-\\1-\\2')
        when '{first}' = 'ymd' then regexp_replace(plain, '^(\\d{{2}}[-/.]\\d{{1,2}}[-/.]\\d{{1,2}})(\\D|$)', '20\\1\\2')
        when '{first}' = 'dmy' then regexp_replace(plain, '^(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.](\\d{{2}})(\\D|$)', '20\\3-\\2-\\1\\4')
        when '{first}' = 'mdy' then regexp_replace(plain, '^(\\d{{1,2}})[-/.](\\d{{1,2}})[-/.](\\d{{2}})(\\D|$)', '20\\3-\\1-\\2\\4')
        else plain end as dated
    from half
),
parts as (
    select text, plain, regexp_extract(dated,
        '^(\\d{{4}})[-/.](\\d{{1,2}})[-/.](\\d{{1,2}})(?:[T\\s]+(上午|下午|凌晨|AM|PM|am|pm)?\\s*(\\d{{1,2}}):(\\d{{1,2}})(?::(\\d{{1,2}})(?:[.,]\\d+)?)?\\s*(AM|PM|am|pm)?)?\\s*(Z|z|[+-]\\d{{2}}(?::?\\d{{2}})?)?$',
        ['year', 'month', 'day', 'early', 'hour', 'minute', 'second', 'late', 'shift']) as part
    from ordered
),
halves as (
    select text, plain, part, upper(part.early || part.late) as half, try_cast(part.hour as integer) as hour from parts
),
stamped as (
    select text, plain, part.shift as shift, try_cast(
        part.year || '-' || part.month || '-' || part.day || ' '
        || case when half in ('下午', 'PM') and hour < 12 then hour + 12 when half in ('上午', '凌晨', 'AM') and hour = 12 then 0 else coalesce(hour, 0) end
        || ':' || coalesce(nullif(part.minute, ''), '0') || ':' || coalesce(nullif(part.second, ''), '0') as timestamp) as wall
    from halves
),
valued as (
    select text, case
        when regexp_full_match(plain, '\\d{{14}}') then try_strptime(plain, '%Y%m%d%H%M%S')
        when regexp_full_match(plain, '\\d{{12}}') then try_strptime(plain, '%Y%m%d%H%M')
        when regexp_full_match(plain, '\\d{{8}}') then try_strptime(plain, '%Y%m%d')
        when regexp_full_match(plain, '1\\d{{9}}|1\\d{{12}}') then timezone($zone, to_timestamp(cast(left(plain, 10) as bigint)))
        when door_is_serial(plain) then timestamp '1899-12-30 00:00:00' + to_seconds(cast(round(cast(plain as double) * 86400) as bigint))
        when shift <> '' then timezone($zone, try_cast(strftime(wall, '%Y-%m-%d %H:%M:%S') || replace(upper(shift), 'Z', '+00') as timestamptz))
        else wall end as value
    from stamped
)
select text, {value} as value, 'date' as why from valued"""

ODD = {
    "words": _WORDS,
    "id": _ID,
    "phone": _PHONE,
    "money": _NUMBER.format(units="元", value="try_cast(digits as decimal(18, 2))"),
    "count": _NUMBER.format(
        units="[件个人次条张单位名群分]$", value="try_cast(nullif(regexp_extract(digits, '^([+-]?\\d+)(\\.0*)?$', 1), '') as bigint)"
    ),
    "rate": _NUMBER.format(units="[%分]$|分钟$", value="try_cast(digits as double)"),
    "flag": _FLAG,
    "time": _TIME.replace("{value}", "value"),
    "day": _TIME.replace("{value}", "cast(value as date)"),
}


def reading(kind: str, first: str, texts: str) -> str:
    """SQL giving `text, value, why` for the query `texts`, whose texts are not of the kind's usual form.

    `first`: order of day and month where the year stands last (dmy, mdy; ymd: two-digit years stand first).
    """
    steps = ODD[kind].format(first=first) if kind in ("time", "day") else ODD[kind]
    steps = steps.strip()
    rest = f", {steps.removeprefix('with ')}" if steps.startswith("with ") else steps
    return f"with texts as materialized ({texts}){rest if rest.startswith(',') else ' ' + rest}"
