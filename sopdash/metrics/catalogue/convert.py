"""Convert: from held customers to orders, and what campaigns and the calendar brought."""

from __future__ import annotations

from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.planned import NEED_CALENDAR
from sopdash.metrics.sources import HELD_AT_START
from sopdash.metrics.sources_work import CALENDAR, CAMPAIGN_CUSTOMERS, TARGETED
from sopdash.text import Text

METRICS = (
    Metric(
        name="conversion_rate",
        room=Room.CONVERT,
        label=Text(zh="转化率", en="Conversion rate"),
        definition=Text(
            zh="期初在管客户（不含拒收的）中，期内有支付订单的占比",
            en="Of customers held at the period's start (opt-outs left out): share with a paid order in the period",
        ),
        formula="held customers who ordered / customers held at period start",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(HELD_AT_START, "count(*) filter (cu.opted_out is not true and bought.customer is not null)"),
        denominator=Measure(HELD_AT_START, "count(*) filter (cu.opted_out is not true)"),
        needs=("orders.customer", "follows|group_members"),
        notes=(),
    ),
    Metric(
        name="campaign_redemption_rate",
        room=Room.CONVERT,
        label=Text(zh="活动核销率", en="Campaign redemption rate"),
        definition=Text(
            zh="活动的目标客户（收到该活动的券，或收到点对点的活动消息；记在首次收到的日期）中，到数据截止时至少核销过"
            "一张该活动的券的占比；多个活动合计时，每个活动的目标客户各算一次",
            en="Of the customers a campaign was meant for (who got a coupon or a message of it sent to them alone; on "
            "the day of the first): share who redeemed at least one coupon of the campaign by the data's end; over "
            "several campaigns each counts its own customers",
        ),
        formula="targeted customers who redeemed ≥ 1 coupon of the campaign / targeted customers",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(TARGETED, "count(*) filter (t.redeemed)"),
        denominator=Measure(TARGETED, "count(*)"),
        needs=("coupons.campaign", "coupons.redeemed_at"),
        notes=(),
    ),
    Metric(
        name="lift",
        room=Room.CONVERT,
        label=Text(zh="活动提升（人均）", en="Lift per customer"),
        definition=Text(
            zh="双重差分：目标客户活动期间的人均净销售额减去活动前同样天数的，再减去非目标客户的同一差额；只算活动开始时"
            "在管的客户、期内开始且已结束的活动；客户不是随机分组，不代表因果",
            en="Difference in differences: net sales per customer during the campaign less those of as many days "
            "before it, of the customers it was meant for, less the same difference of the others; of customers held "
            "when it began and campaigns that began in the period and are over. Not causal: customers were not "
            "assigned at random",
        ),
        formula="(treated during − before) − (untreated during − before), net_sales per customer",
        unit=Unit.MONEY,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.DIFFERENCE,
        numerator=Measure(CAMPAIGN_CUSTOMERS, "avg(x.change) filter (x.treated)", zero=False),
        denominator=Measure(CAMPAIGN_CUSTOMERS, "avg(x.change) filter (not x.treated)", zero=False),
        needs=("campaigns.starts_at", "coupons.campaign|sends.campaign", "orders.customer", "follows|group_members"),
        notes=("not_causal",),
    ),
    Metric(
        name="on_time_rate",
        room=Room.CONVERT,
        label=Text(zh="准时率", en="Published on time"),
        definition=Text(
            zh="内容日历中计划在期内、按内容发布数据的最后时间已到期的条目（不含取消的）里，有同主题内容在计划时间前后 "
            "30 分钟内（含）发布的占比",
            en="Of calendar entries planned in the period (cancelled ones left out) and due where the data on posts "
            "ends: share with a post of the same theme published within 30 minutes (inclusive) of the plan",
        ),
        formula="entries published within ± 30 min of plan / entries planned and due",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.POST,
        combine=Combine.RATIO,
        numerator=Measure(CALENDAR, "count(*) filter (e.on_time)"),
        denominator=Measure(CALENDAR, "count(*)"),
        needs=("posts.theme", NEED_CALENDAR),
        notes=(),
    ),
)
