"""Keep: who comes back in later weeks. The whole triangle is `cohorts`; some of its columns are metrics too."""

from __future__ import annotations

from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.sources import BEGUN, RETAINED_AFTER
from sopdash.text import Text


def _retained(k: int) -> Metric:
    """Share of a week's new customers who ordered in week + k, of the weeks for which that week is over and covered."""
    week = f"(n.monday + {7 * k})"
    known = f"{week} + 6 <= seen.data_ends and {week} <= seen.last_day and {week} + 6 >= seen.first_day"
    return Metric(
        name=f"retention_week_{k}",
        room=Room.KEEP,
        label=Text(zh=f"第 {k} 周留存", en=f"Retention in week {k}"),
        definition=Text(
            zh=f"按首次加好友或入群所在周分组的客户中，其后第 {k} 周（周一至周日）有支付订单的占比；该周未结束、"
            "或订单数据没有覆盖到的客户不算",
            en=f"Of customers by the week of their first follow or group: share with a paid order {k} "
            f"week{'s' * (k > 1)} later (Monday to Sunday); customers for whom that week is not over, or not covered "
            "by orders, are left out",
        ),
        formula=f"customers active in week + {k} / customers of the week",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(BEGUN, f"count(*) filter ({known} and list_contains(bought.mondays, {week}))"),
        denominator=Measure(BEGUN, f"count(*) filter ({known})"),
        needs=("follows|group_members", "orders.customer"),
        notes=(),
    )


METRICS = tuple(_retained(k) for k in RETAINED_AFTER)
