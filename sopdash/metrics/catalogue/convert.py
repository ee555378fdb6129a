"""Convert: from held customers to orders."""

from __future__ import annotations

from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.sources import HELD_AT_START
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
)
