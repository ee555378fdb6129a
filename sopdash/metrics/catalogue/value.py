"""Lifetime value: what customers are still worth, and whether a channel's customers are worth what they cost."""

from __future__ import annotations

from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.sources_value import ACQUISITION, CHANNEL_VALUE, CUSTOMER_VALUE
from sopdash.text import Text

METRICS = (
    Metric(
        name="clv",
        room=Room.MONEY,
        label=Text(zh="客户终身价值", en="CLV"),
        definition=Text(
            zh="到期末下过单的客户，未来 12 个月预计净销售额的平均值：BG/NBD 预计次数 × Gamma-Gamma 预计金额，"
            "按月 1% 折现，未乘毛利率；按数据中最后一笔订单那天估算",
            en="Customer lifetime value: mean expected net sales of the next 12 months over customers who have bought "
            "by the period's end: purchases by BG/NBD × their value by Gamma-Gamma, discounted at 1 % a month, before "
            "margin; as of the data's last order",
        ),
        formula="sum of customers' expected net sales / customers",
        unit=Unit.MONEY,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(CUSTOMER_VALUE, "sum(v.clv)"),
        denominator=Measure(CUSTOMER_VALUE, "count(v.clv)"),
        needs=("orders.customer", "model.orders", "model.money"),
        notes=("history_starts", "value_as_of"),
    ),
    Metric(
        name="clv_expected_orders",
        room=Room.MONEY,
        label=Text(zh="预计购买次数", en="Expected orders"),
        definition=Text(
            zh="到期末下过单的客户，未来 12 个月预计购买次数（有订单的天数）的平均值（BG/NBD）；"
            "按数据中最后一笔订单那天估算",
            en="Mean expected purchases (days with orders) of the next 12 months over customers who have bought by the "
            "period's end, by BG/NBD; as of the data's last order",
        ),
        formula="sum of customers' expected purchases / customers",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(CUSTOMER_VALUE, "sum(v.expected_orders)"),
        denominator=Measure(CUSTOMER_VALUE, "count(v.expected_orders)"),
        needs=("orders.customer", "model.orders"),
        notes=("history_starts", "value_as_of"),
    ),
    Metric(
        name="p_alive",
        room=Room.MONEY,
        label=Text(zh="活跃概率", en="P(alive)"),
        definition=Text(
            zh="到期末下过单的客户，仍会再买的概率的平均值（BG/NBD；只买过一次的客户按模型为 100%）；"
            "按数据中最后一笔订单那天估算",
            en="Mean probability of still being a customer over those who have bought by the period's end, by BG/NBD "
            "(which takes it to be 1 after a single purchase); as of the data's last order",
        ),
        formula="sum of customers' probabilities / customers",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(CUSTOMER_VALUE, "sum(v.p_alive)"),
        denominator=Measure(CUSTOMER_VALUE, "count(v.p_alive)"),
        needs=("orders.customer", "model.orders"),
        notes=("history_starts", "value_as_of"),
    ),
    Metric(
        name="clv_to_cac",
        room=Room.ACQUIRE,
        label=Text(zh="LTV:CAC", en="LTV:CAC"),
        definition=Text(
            zh="渠道带来的下单客户（老客户除外）的平均客户终身价值 ÷ 获客成本",
            en="Mean CLV of the buyers a channel brought (existing customers left out) / CAC",
        ),
        formula="mean clv of the channel's buyers / cac",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(CHANNEL_VALUE, "avg(v.clv)", zero=False),
        denominator=Measure(ACQUISITION, "sum(q.spend) / nullif(sum(q.acquired), 0)", zero=False),
        needs=("channel_days.spend", "follows", "orders.customer", "model.orders", "model.money"),
        notes=("history_starts", "value_as_of"),
    ),
)
