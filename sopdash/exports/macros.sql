-- Small readings of one cell, used by the cleaning steps. Text in, text or NULL out.

create or replace temp macro door_strip(v) as
    trim(v, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(8203) || chr(8204) || chr(8205) || chr(8288) || chr(65279));

-- Marks back offices write into empty cells. Not by `in` or list_contains: DuckDB makes a join of those, for every cell.
create or replace temp macro door_empty(s) as
    case when strlen(s) > 6 then s
         when list_position(['', '-', '--', '—', '——', '/', '无', 'null', 'NULL', 'None', '\N'], s) > 0 then null
         else s end;

create or replace temp macro door_half(v) as
    translate(v, '０１２３４５６７８９．，（）－＋：／％￥', '0123456789.,()-+:/%¥');

create or replace temp macro door_text(v) as
    case when starts_with(v, '="') and ends_with(v, '"') then door_empty(door_strip(substr(v, 3, length(v) - 3)))
         else door_empty(v) end;

-- Ids and numbers: without ="…", bare =, leading ' or `, and in half-width digits.
create or replace temp macro door_unwrapped(v) as case
    when starts_with(v, '="') and ends_with(v, '"') then door_strip(substr(v, 3, length(v) - 3))
    when regexp_matches(v, '^[=''`"]') then door_strip(regexp_replace(v, '^[=''`"]+|["`]+$', '', 'g'))
    else v
end;
-- Of what is not bare already, each step names its text once: a macro is written out wherever its argument stands.
create or replace temp macro door_blank(s) as
    nullif(regexp_replace(s, '^(?:-|--|—|——|/|无|null|NULL|None|\\N)$', ''), '');
create or replace temp macro door_bare(v) as
    case when regexp_full_match(v, '[0-9A-Za-z_.-]+') then door_empty(v) else door_blank(door_half(door_unwrapped(v))) end;
create or replace temp macro door_moment(v) as case
    when strlen(v) = 19 and v[5] = '-' and v[17] = ':' then v
    when regexp_full_match(v, '(0000-00-00|1970-01-01)( 0[08]:00:00)?') then null
    else door_bare(v)
end;

-- What Excel leaves behind: 1.23E+17, #REF!, ####, and numbers whose digits beyond the 15th are gone.
create or replace temp macro door_scientific(s) as regexp_full_match(s, '[+-]?\d(\.\d+)?[Ee]\+\d{1,3}|[+-]?\d\.\d+[Ee]\d{1,3}');
create or replace temp macro door_error(s) as regexp_full_match(s, '#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|#{3,}');
create or replace temp macro door_lost(s) as starts_with(s, chr(57344));
create or replace temp macro door_has_year_last(s) as regexp_matches(s, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(\D|$)');
create or replace temp macro door_is_serial(s) as regexp_full_match(s, '[2-7]\d{4}(\.\d+)?');

-- Places: an address is reduced to these two and then forgotten. Provinces by their full names, cities as written.
-- "浙江省 杭州市 …" comes first as nearly all begin so; the rules after it would say the same.
create or replace temp macro door_province(s) as case
    when s[3] = '省' and list_position(
            ['河北', '山西', '辽宁', '吉林', '江苏', '浙江', '安徽', '福建', '江西', '山东', '河南', '湖北', '湖南', '广东',
             '海南', '四川', '贵州', '云南', '陕西', '甘肃', '青海', '台湾'], left(s, 2)) > 0 then left(s, 3)
    when regexp_matches(s, '^(?:中国)?\s*(北京|天津|上海|重庆)') then regexp_extract(s, '(北京|天津|上海|重庆)')
    when regexp_matches(s, '^(?:中国)?\s*(河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)')
        then regexp_extract(s, '(河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)') || '省'
    when regexp_matches(s, '^(?:中国)?\s*内蒙古') then '内蒙古自治区'
    when regexp_matches(s, '^(?:中国)?\s*广西') then '广西壮族自治区'
    when regexp_matches(s, '^(?:中国)?\s*西藏') then '西藏自治区'
    when regexp_matches(s, '^(?:中国)?\s*宁夏') then '宁夏回族自治区'
    when regexp_matches(s, '^(?:中国)?\s*新疆') then '新疆维吾尔自治区'
    when regexp_matches(s, '^(?:中国)?\s*(香港|澳门)') then regexp_extract(s, '(香港|澳门)') || '特别行政区'
    when length(s) <= 8 and not regexp_matches(s, '\d|\*') then s
end;
create or replace temp macro door_city(s) as case
    when regexp_matches(s, '^(?:[^\s省]{2,3}省|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区) [^\s省市区县,]{1,10}(?:市|自治州|地区|盟) ')
        then split_part(s, ' ', 2)
    when regexp_matches(s, '^(?:中国)?\s*(北京|天津|上海|重庆)') then regexp_extract(s, '(北京|天津|上海|重庆)')
    else nullif(regexp_extract(
        regexp_replace(s, '^(?:中国)?\s*(内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区|[^\s省]{2,3}省|内蒙古|广西|西藏|宁夏|新疆)?[\s,]*', ''),
        '^([^\s省市区县,]{1,10}(?:市|自治州|地区|盟))', 1), '')
end;
create or replace temp macro door_store(s) as
    nullif(door_strip(regexp_extract(s, '([^/\\>;,|，；、·]*(?:店|专柜|馆))\s*$', 1)), '');
create or replace temp macro door_gender(s) as case
    when list_position(['男', '1', '男性', 'male', 'Male', 'M', '先生'], s) > 0 then '男'
    when list_position(['女', '2', '女性', 'female', 'Female', 'F', '女士'], s) > 0 then '女'
end;
create or replace temp macro door_first(s) as door_empty(door_strip(regexp_extract(s, '^[^;；,，、|/]+')));
