-- One row: a campaign of one month.
select '活动' || lpad(cast(no + 1 as varchar), 2, '0') as campaign, '会员日 88 折' as theme, '社群' as channel,
    $first + cast(28 * no as integer) * interval 1 day as starts_at,
    $first + cast(28 * no + 14 as integer) * interval 1 day as ends_at, 20000 as budget, '销售额' as goal
from range(13) as t (no)
