"""Acquire: whom the channels brought, what it cost, and whom we lost again."""

from __future__ import annotations

from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.sources import (
    ACQUIRED_BUYERS,
    ADDS,
    CHANNEL_DAYS,
    CHANNEL_ORDERS,
    CHANNELS,
    FIRST_FOLLOWS,
    FOLLOWS,
    FOLLOWS_AT_END,
    FOLLOWS_AT_START,
    LOSSES,
)
from sopdash.text import Text

FOLLOWS_SEEN_UNTIL = (
    "(select greatest((select max(greatest(added_at, lost_at)) from mart.follows), max(as_of)) "
    "from mart.sources where fact = 'follows')"
)
CUSTOMERS_ADDED = Measure(FIRST_FOLLOWS, "count(distinct f.customer)")
SPEND = Measure(CHANNEL_DAYS, "sum(d.spend)", zero=False)
LOST_BY_CUSTOMER = Measure(LOSSES, "sum(f.losses) filter (not f.by_staff)")
CHANNEL_NET_SALES = Measure(CHANNEL_ORDERS, "sum(o.net_sales)")


def _reported(name: str, column: str, label: Text, definition: Text, unit: Unit, better: Better) -> Metric:
    """A total of the channel reports; a channel or bucket without a report is unknown, not 0."""
    return Metric(
        name=name,
        room=Room.ACQUIRE,
        label=label,
        definition=definition,
        formula=f"sum of {column}",
        unit=unit,
        better=better,
        grain=Grain.CHANNEL_DAY,
        combine=Combine.VALUE,
        numerator=SPEND if column == "spend" else Measure(CHANNEL_DAYS, f"sum(d.{column})", zero=False),
        denominator=None,
        needs=(f"channel_days.{column}",),
        notes=(),
    )


def _lost_within(days: int) -> Metric:
    """Share of new follows lost within `days`, of those observed that long."""
    mature = f"f.added_at + interval {days} day <= {FOLLOWS_SEEN_UNTIL}"
    return Metric(
        name=f"loss_{days}d",
        room=Room.ACQUIRE,
        label=Text(
            zh="首日流失率" if days == 1 else f"{days} 日流失率", en=f"Lost within {days} day{'s' * (days > 1)}"
        ),
        definition=Text(
            zh=f"期内新增好友中 {days}×24 小时内被客户删除或拉黑的占比；只算已满 {days} 天的",
            en=f"Of follows started in the period: share deleted or blocked by the customer within {days} × 24 h; "
            "only follows observed that long",
        ),
        formula=f"follows lost ≤ {days} d / follows observed ≥ {days} d",
        unit=Unit.RATE,
        better=Better.LOWER,
        grain=Grain.FOLLOW,
        combine=Combine.RATIO,
        numerator=Measure(
            FOLLOWS,
            f"count(*) filter ({mature} and f.lost_at <= f.added_at + interval {days} day "
            "and f.lost_by is distinct from 'staff')",
        ),
        denominator=Measure(FOLLOWS, f"count(*) filter ({mature})"),
        needs=("follows.lost_at",),
        notes=(),
    )


METRICS = (
    _reported(
        "reach",
        "reach",
        Text(zh="触达人数", en="People reached"),
        Text(
            zh="渠道报的触达人数；曝光次数另计", en="People reached, as the channels report; impressions are kept apart"
        ),
        Unit.COUNT,
        Better.HIGHER,
    ),
    _reported(
        "impressions",
        "impressions",
        Text(zh="曝光次数", en="Impressions"),
        Text(zh="渠道报的曝光次数", en="Impressions, as the channels report"),
        Unit.COUNT,
        Better.HIGHER,
    ),
    _reported(
        "scans",
        "scans",
        Text(zh="扫码数", en="Scans"),
        Text(zh="活码被扫的次数", en="Scans of live codes"),
        Unit.COUNT,
        Better.HIGHER,
    ),
    Metric(
        name="adds",
        room=Room.ACQUIRE,
        label=Text(zh="新增好友", en="Adds"),
        definition=Text(
            zh="期内新建的好友关系（内部共享、管理员分配等转移不算）；客户列表没有覆盖的日子用渠道日报补上",
            en="Follows started (transfers, add_way 201/202, left out); days that no customer list covers are filled "
            "from the daily channel reports",
        ),
        formula="follows started",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.FOLLOW,
        combine=Combine.VALUE,
        numerator=Measure(ADDS, "sum(f.adds)"),
        denominator=None,
        needs=("follows|channel_days.adds",),
        notes=(),
    ),
    Metric(
        name="customers_added",
        room=Room.ACQUIRE,
        label=Text(zh="新增客户", en="Customers added"),
        definition=Text(
            zh="首次成为好友的时间落在期内的客户，去重", en="Distinct customers whose first follow started"
        ),
        formula="customers by their first follow",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.VALUE,
        numerator=CUSTOMERS_ADDED,
        denominator=None,
        needs=("follows",),
        notes=(),
    ),
    Metric(
        name="add_rate",
        room=Room.ACQUIRE,
        label=Text(zh="加粉率", en="Add rate"),
        definition=Text(
            zh="新增客户 ÷ 触达人数；从不报触达人数、只报扫码数的渠道用扫码数，并注明",
            en="Customers added / people reached; channels that never report reach, only scans, count with their "
            "scans, and it is said",
        ),
        formula="customers_added / reach (or scans)",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=CUSTOMERS_ADDED,
        denominator=Measure(CHANNELS, "sum(d.met)", zero=False),
        needs=("follows", "channel_days.reach|channel_days.scans"),
        notes=(),
    ),
    Metric(
        name="losses",
        room=Room.ACQUIRE,
        label=Text(zh="流失", en="Losses"),
        definition=Text(
            zh="期内被客户删除或拉黑的好友关系（没写是谁删的，算客户）；客户列表没有覆盖的日子用渠道日报补上",
            en="Follows deleted or blocked by the customer in the period (where nobody is named: by the customer); "
            "days that no customer list covers are filled from the daily channel reports",
        ),
        formula="follows ended by the customer",
        unit=Unit.COUNT,
        better=Better.LOWER,
        grain=Grain.FOLLOW,
        combine=Combine.VALUE,
        numerator=LOST_BY_CUSTOMER,
        denominator=None,
        needs=("follows.lost_at|channel_days.losses",),
        notes=(),
    ),
    Metric(
        name="loss_rate",
        room=Room.ACQUIRE,
        label=Text(zh="流失率", en="Loss rate"),
        definition=Text(zh="期内流失 ÷ 期初好友关系", en="Losses in the period / follows at its start"),
        formula="losses / follows at period start",
        unit=Unit.RATE,
        better=Better.LOWER,
        grain=Grain.FOLLOW,
        combine=Combine.RATIO,
        numerator=LOST_BY_CUSTOMER,
        denominator=Measure(FOLLOWS_AT_START, "count(*)"),
        needs=("follows.lost_at",),
        notes=(),
    ),
    _lost_within(1),
    _lost_within(7),
    Metric(
        name="net_adds",
        room=Room.ACQUIRE,
        label=Text(zh="净增", en="Net adds"),
        definition=Text(zh="新增好友 − 流失 − 员工删除", en="Adds less losses less deletions by staff"),
        formula="adds − losses − deletions by staff",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.FOLLOW,
        combine=Combine.DIFFERENCE,
        numerator=Measure(ADDS, "sum(f.adds)"),
        denominator=Measure(LOSSES, "sum(f.losses)"),
        needs=("follows|channel_days.adds", "follows.lost_at|channel_days.losses"),
        notes=(),
    ),
    Metric(
        name="follows_held",
        room=Room.ACQUIRE,
        label=Text(zh="好友数", en="Follows held"),
        definition=Text(
            zh="期末仍在的好友关系（客户×员工，同一客户可有多个）",
            en="Follows that stand at the period's end (customer × staff: one customer may have several)",
        ),
        formula="follows at period end",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.FOLLOW,
        combine=Combine.VALUE,
        numerator=Measure(FOLLOWS_AT_END, "count(*)"),
        denominator=None,
        needs=("follows",),
        notes=(),
    ),
    _reported(
        "spend",
        "spend",
        Text(zh="投入", en="Spend"),
        Text(zh="渠道报的投入金额", en="What the channels cost, as they report"),
        Unit.MONEY,
        Better.NEITHER,
    ),
    Metric(
        name="cost_per_add",
        room=Room.ACQUIRE,
        label=Text(zh="加粉成本", en="Cost per customer added"),
        definition=Text(zh="投入 ÷ 新增客户", en="Spend per customer added"),
        formula="spend / customers_added",
        unit=Unit.MONEY,
        better=Better.LOWER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=SPEND,
        denominator=CUSTOMERS_ADDED,
        needs=("channel_days.spend", "follows"),
        notes=(),
    ),
    Metric(
        name="cac",
        room=Room.ACQUIRE,
        label=Text(zh="获客成本", en="CAC"),
        definition=Text(
            zh="投入 ÷ 期内首购、且下单前已被该渠道加上的客户",
            en="Customer acquisition cost: spend / customers of the channel "
            "whose first order falls in the period and who had been added "
            "before it",
        ),
        formula="spend / new_buyers added before they ordered",
        unit=Unit.MONEY,
        better=Better.LOWER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=SPEND,
        denominator=Measure(ACQUIRED_BUYERS, "count(*)"),
        needs=("channel_days.spend", "follows", "orders.customer"),
        notes=("history_starts",),
    ),
    Metric(
        name="channel_conversion",
        room=Room.ACQUIRE,
        label=Text(zh="渠道转化率", en="Channel conversion"),
        definition=Text(
            zh="期内新增客户中，被加之后到数据截止时下过单的占比；被加之前已买过的老客户不进分子也不进分母",
            en="Of customers added in the period: share who ordered after being added, up to the data's end; "
            "existing customers (who had bought before) are in neither",
        ),
        formula="added customers who ordered / customers added",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(
            FIRST_FOLLOWS,
            "count(distinct f.customer) "
            "filter (cu.existing is not true and cu.last_ordered_at >= cu.first_followed_at)",
        ),
        denominator=Measure(FIRST_FOLLOWS, "count(distinct f.customer) filter (cu.existing is not true)"),
        needs=("follows", "orders.customer"),
        notes=("history_starts",),
    ),
    Metric(
        name="roas",
        room=Room.ACQUIRE,
        label=Text(zh="投产比", en="ROAS"),
        definition=Text(
            zh="渠道带来的客户（老客户除外）在期内的净销售额 ÷ 投入",
            en="Return on ad spend: net sales in the period of the channel's customers "
            "(existing customers left out) / spend",
        ),
        formula="net_sales of the channel's customers / spend",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        grain=Grain.ORDER,
        combine=Combine.RATIO,
        numerator=CHANNEL_NET_SALES,
        denominator=SPEND,
        needs=("channel_days.spend", "follows", "orders.customer"),
        notes=("history_starts",),
    ),
    Metric(
        name="roi",
        room=Room.ACQUIRE,
        label=Text(zh="ROI", en="ROI"),
        definition=Text(
            zh="（渠道带来的客户的净销售额 × 毛利率 − 投入）÷ 投入；毛利率在设置里填，没填就没有 ROI",
            en="(net sales of the channel's customers × margin − spend) / spend; the margin is a setting, "
            "without it there is no ROI",
        ),
        formula="(net_sales of the channel's customers × margin − spend) / spend",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        grain=Grain.ORDER,
        combine=Combine.GROWTH,
        numerator=Measure(CHANNEL_ORDERS, "sum(o.net_sales) * (select margin from settings)"),
        denominator=SPEND,
        needs=("channel_days.spend", "follows", "orders.customer", "settings.margin"),
        notes=("history_starts",),
    ),
)
