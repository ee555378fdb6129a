-- Times in odd forms. One row: a text. 2026/6/12 22:04, 2026年6月12日22时04分13秒, 2026/6/12 下午10:04, …T22:04+08:00,
-- 20260612220413, Excel's 46185.92, seconds since 1970; and where the year stands last, day and month in the order
-- $first (dmy, mdy), told or proved; ymd: two-digit years stand first.
with half as (
    select text, door_strip(regexp_replace(translate(door_half(text), '年月时分点', '--:::'), '日|秒|:$', ' ', 'g')) as plain
    from texts
),
ordered as (
    select text, plain,
           case when $first = 'dmy' and door_has_year_last(plain)
                then regexp_replace(plain, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})', '\3-\2-\1')
                when $first = 'mdy' and door_has_year_last(plain)
                then regexp_replace(plain, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})', '\3-\1-\2')
                when $first = 'ymd' then regexp_replace(plain, '^(\d{2}[-/.]\d{1,2}[-/.]\d{1,2})(\D|$)', '20\1\2')
                when $first = 'dmy' then regexp_replace(plain, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})(\D|$)', '20\3-\2-\1\4')
                when $first = 'mdy' then regexp_replace(plain, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})(\D|$)', '20\3-\1-\2\4')
                else plain end as dated
    from half
),
parts as (
    select text, plain, regexp_extract(
               dated,
               '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(上午|下午|凌晨|AM|PM|am|pm)?\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?\s*(AM|PM|am|pm)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$',
               ['year', 'month', 'day', 'early', 'hour', 'minute', 'second', 'late', 'shift']) as part
    from ordered
),
halves as (
    select text, plain, part, upper(part.early || part.late) as half, try_cast(part.hour as integer) as hour from parts
),
stamped as (
    select text, plain, part.shift as shift,
           try_cast(
               part.year || '-' || part.month || '-' || part.day || ' '
               || case when half in ('下午', 'PM') and hour < 12 then hour + 12
                       when half in ('上午', '凌晨', 'AM') and hour = 12 then 0
                       else coalesce(hour, 0) end
               || ':' || coalesce(nullif(part.minute, ''), '0') || ':' || coalesce(nullif(part.second, ''), '0')
           as timestamp) as wall
    from halves
)
select text,
       case when regexp_full_match(plain, '\d{14}') then try_strptime(plain, '%Y%m%d%H%M%S')
            when regexp_full_match(plain, '\d{12}') then try_strptime(plain, '%Y%m%d%H%M')
            when regexp_full_match(plain, '\d{8}') then try_strptime(plain, '%Y%m%d')
            when regexp_full_match(plain, '1\d{9}|1\d{12}') then timezone($zone, to_timestamp(cast(left(plain, 10) as bigint)))
            when door_is_serial(plain)
            then timestamp '1899-12-30 00:00:00' + to_seconds(cast(round(cast(plain as double) * 86400) as bigint))
            when shift <> ''
            then timezone($zone, try_cast(strftime(wall, '%Y-%m-%d %H:%M:%S') || replace(upper(shift), 'Z', '+00') as timestamptz))
            else wall end as value,
       'date' as why
from stamped
