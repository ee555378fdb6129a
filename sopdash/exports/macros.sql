-- How is one cell read? Text in, value out; NULL for an empty cell and for one that can't be read.
-- `door_text`/`door_bare` tidy a cell, `door_<kind>` turns tidied text into a value, `door_why_<kind>` says what was wrong.

create or replace temp macro door_strip(v) as
    trim(v, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(8203) || chr(8204) || chr(8205) || chr(8288) || chr(65279));

-- Marks back offices write into empty cells.
create or replace temp macro door_empty(s) as
    case when s in ('', '-', '--', '—', '——', '/', '无', 'null', 'NULL', 'None', '\N') then null else s end;

create or replace temp macro door_half(v) as
    translate(v, '０１２３４５６７８９．，（）－＋：／％￥', '0123456789.,()-+:/%¥');

create or replace temp macro door_text(v) as
    door_empty(door_strip(case when v like '="%"' then substr(v, 3, length(v) - 3) else v end));

-- Ids and numbers: without ="…", bare =, leading ' or `, and in half-width digits.
create or replace temp macro door_bare(v) as case
    when regexp_full_match(v, '[0-9A-Za-z_.-]{2,}') then door_empty(v)
    else door_empty(door_strip(regexp_replace(regexp_replace(door_strip(door_half(v)), '^=?"(.*)"$', '\1'), '^[=''`]+', '')))
end;

create or replace temp macro door_scientific(s) as regexp_full_match(s, '[+-]?\d(\.\d+)?[Ee]\+\d{1,3}|[+-]?\d\.\d+[Ee]\d{1,3}');
create or replace temp macro door_error(s) as regexp_full_match(s, '#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|#{3,}');
create or replace temp macro door_lost(s) as starts_with(s, chr(57344));

create or replace temp macro door_words(s) as case when door_error(s) or door_lost(s) then null else s end;
create or replace temp macro door_why_words(s) as case when door_lost(s) then 'id_precision' else 'error_cell' end;

create or replace temp macro door_id(s) as case
    when door_scientific(s) or door_error(s) or door_lost(s) then null
    when regexp_full_match(s, '\d+\.0+') then regexp_extract(s, '^\d+')
    else s
end;
create or replace temp macro door_why_id(s) as case
    when door_scientific(s) then 'id_damaged_by_excel' when door_lost(s) then 'id_precision' else 'error_cell'
end;

-- Phones: '' where there is a number that can't join people (masked, a landline): not a fault, but no key either.
create or replace temp macro door_phone(s) as case
    when door_scientific(s) or door_error(s) or door_lost(s) then null
    else regexp_extract(regexp_replace(s, '[\s''`()–-]+', '', 'g'), '^(?:\+?86|0086)?(1[3-9]\d{9})(?:\.0+)?$', 1)
end;
create or replace temp macro door_why_phone(s) as door_why_id(s);

-- Money: a remark in brackets, currency signs and thousands commas go; (92.05) is −92.05; any other comma is ambiguous.
create or replace temp macro door_amount(s) as
    regexp_replace(
        regexp_replace(
            regexp_replace(door_half(s), '\([^()]*\p{Han}[^()]*\)$', ''),
            '[¥$元\s]|RMB|CNY', '', 'g'),
        '^\((\d[\d,]*(?:\.\d+)?)\)$', '-\1');
create or replace temp macro door_plain_number(s) as case
    when regexp_full_match(s, '[+-]?\d{1,3}(,\d{3})+(\.\d+)?') then replace(s, ',', '')
    when regexp_full_match(s, '[+-]?(\d+\.?\d*|\.\d+)') then s
end;
create or replace temp macro door_money(s) as case
    when regexp_full_match(s, '-?\d{1,15}(\.\d+)?') then try_cast(s as decimal(18, 2))
    else try_cast(door_plain_number(door_amount(s)) as decimal(18, 2))
end;
create or replace temp macro door_why_money(s) as case
    when regexp_full_match(door_amount(s), '[+-]?\d+,\d{1,2}') then 'decimal_comma' else 'number'
end;

create or replace temp macro door_count(s) as case
    when regexp_full_match(s, '\d{1,18}') then try_cast(s as bigint)
    else try_cast(regexp_extract(door_plain_number(regexp_replace(door_amount(s), '[件个人次条张单位名群分]$', '')), '^([+-]?\d+)(\.0*)?$', 1) as bigint)
end;
create or replace temp macro door_why_count(s) as 'number';

create or replace temp macro door_rate(s) as
    try_cast(door_plain_number(regexp_replace(door_amount(s), '[%分]$|分钟$', '')) as double);
create or replace temp macro door_why_rate(s) as 'number';

create or replace temp macro door_flag(s) as case
    when lower(s) in ('是', 'true', '1', 'y', 'yes', 't', '有', '√', '员工', '企业成员') then true
    when lower(s) in ('否', 'false', '0', 'n', 'no', 'f', '没有', '×', '客户', '外部联系人') then false
end;
create or replace temp macro door_why_flag(s) as 'flag';

-- Times. Everything but the usual form goes through parts: year, month, day, half of the day, hour, minute, second, zone.
create or replace temp macro door_stamp(y, m, d, half, h, i, s) as
    try_cast(y || '-' || m || '-' || d || ' ' || case
        when h = '' then '0'
        when half in ('下午', 'PM') and try_cast(h as integer) < 12 then cast(cast(h as integer) + 12 as varchar)
        when half in ('上午', '凌晨', 'AM') and h = '12' then '0'
        else h end || ':' || case when i = '' then '0' else i end || ':' || case when s = '' then '0' else s end
    as timestamp);
create or replace temp macro door_zoned(wall, shift, zone) as case
    when shift = '' then wall
    else timezone(zone, try_cast(strftime(wall, '%Y-%m-%d %H:%M:%S') || case when upper(shift) = 'Z' then '+00' else shift end as timestamptz))
end;
create or replace temp macro door_of_parts(p, zone) as
    door_zoned(door_stamp(p.year, p.month, p.day, upper(case when p.half = '' then p.late else p.half end), p.hour, p.minute, p.second), p.shift, zone);
create or replace temp macro door_time_text(s) as
    door_strip(regexp_replace(translate(door_half(s), '年月时分点', '--:::'), '日|秒|:$', ' ', 'g'));
create or replace temp macro door_year_first(s, zone) as door_of_parts(regexp_extract(s,
    '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(上午|下午|凌晨|AM|PM|am|pm)?\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?:?\s*(AM|PM|am|pm)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$',
    ['year', 'month', 'day', 'half', 'hour', 'minute', 'second', 'late', 'shift']), zone);
create or replace temp macro door_year_last(s, zone, first) as door_of_parts(regexp_extract(
    case when first = 'mdy' then regexp_replace(s, '^(\d{1,2})([-/.])(\d{1,2})([-/.])', '\3\2\1\4') else s end,
    '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T\s]+(上午|下午|凌晨|AM|PM|am|pm)?\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?\s*(AM|PM|am|pm)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?$',
    ['day', 'month', 'year', 'half', 'hour', 'minute', 'second', 'late', 'shift']), zone);
create or replace temp macro door_has_year_last(s) as regexp_matches(s, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(\D|$)');
create or replace temp macro door_is_serial(s) as regexp_full_match(s, '[2-7]\d{4}(\.\d+)?');
create or replace temp macro door_time(s, zone, first) as case
    when length(s) = 19 and s[5] = '-' and s[17] = ':' and s[11] in (' ', 'T') then try_cast(s as timestamp)
    when regexp_full_match(s, '(0000-00-00|1970-01-01)( 0[08]:00:00)?') then null
    when regexp_full_match(s, '\d{14}') then try_strptime(s, '%Y%m%d%H%M%S')
    when regexp_full_match(s, '\d{12}') then try_strptime(s, '%Y%m%d%H%M')
    when regexp_full_match(s, '\d{8}') then try_strptime(s, '%Y%m%d')
    when regexp_full_match(s, '1\d{9}|1\d{12}')
        then timezone(zone, to_timestamp(cast(case when length(s) = 13 then left(s, 10) else s end as bigint)))
    when door_is_serial(s) then timestamp '1899-12-30 00:00:00' + to_seconds(cast(round(cast(s as double) * 86400) as bigint))
    when door_has_year_last(s) then door_year_last(s, zone, first)
    when first = 'ymd' and regexp_matches(s, '^\d{2}[-/.]') then door_year_first('20' || door_time_text(s), zone)
    when first in ('dmy', 'mdy') and regexp_matches(s, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(\D|$)')
        then door_year_last(regexp_replace(s, '^(\d{1,2}[-/.]\d{1,2}[-/.])', '\120'), zone, first)
    else door_year_first(door_time_text(s), zone)
end;
create or replace temp macro door_no_time(s) as
    case when regexp_full_match(s, '(0000-00-00|1970-01-01)( 0[08]:00:00)?') then null else s end;
create or replace temp macro door_day(s, zone, first) as cast(door_time(s, zone, first) as date);
create or replace temp macro door_why_time(s) as 'date';
create or replace temp macro door_why_day(s) as 'date';

-- Places: an address is reduced to these two and then forgotten.
create or replace temp macro door_province(s) as case regexp_extract(s, '^(?:中国)?\s*(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)', 1)
    when '' then case when length(s) <= 8 and not regexp_matches(s, '\d') then s end
    when '内蒙古' then '内蒙古自治区' when '广西' then '广西壮族自治区' when '西藏' then '西藏自治区'
    when '宁夏' then '宁夏回族自治区' when '新疆' then '新疆维吾尔自治区'
    when '香港' then '香港特别行政区' when '澳门' then '澳门特别行政区'
    when '北京' then '北京' when '天津' then '天津' when '上海' then '上海' when '重庆' then '重庆'
    else regexp_extract(s, '^(?:中国)?\s*(北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)', 1) || '省'
end;
create or replace temp macro door_city(s) as case
    when regexp_matches(s, '^(?:中国)?\s*(北京|天津|上海|重庆)') then regexp_extract(s, '(北京|天津|上海|重庆)', 1)
    else nullif(regexp_extract(
        regexp_replace(s, '^(?:中国)?\s*(内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区|[^\s省]{2,3}省|内蒙古|广西|西藏|宁夏|新疆)?[\s,]*', ''),
        '^([^\s省市区县,]{1,10}(?:市|自治州|地区|盟))', 1), '')
end;
create or replace temp macro door_store(s) as nullif(door_strip(regexp_extract(s, '([^/\\>;,|，；、·]*(?:店|专柜|馆))[\s]*$', 1)), '');
create or replace temp macro door_gender(s) as case when s in ('男', '1', '男性', 'male', 'M') then '男' when s in ('女', '2', '女性', 'female', 'F') then '女' end;
