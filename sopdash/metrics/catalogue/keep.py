"""Keep: groups, who speaks in them, and who stays with us."""

from __future__ import annotations

from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.sources import (
    ACTIVE_7,
    ACTIVE_30,
    ENGAGED_MEMBERS,
    FIRST_FOLLOWS,
    GROUP_MOVES,
    GROUP_TALK,
    GROUP_TURNOVER,
    GROUPS_AT_END,
    HELD_AT_END,
    HELD_AT_START,
    LEFT_GROUPS,
    MEMBER_CUSTOMERS_AT_END,
    MEMBERS_AT_END,
    PAID_ORDERS,
    SILENT,
    SPEAKERS,
    WHOLE,
)
from sopdash.text import Text

MEMBERS = Measure(MEMBERS_AT_END, "sum(members)", zero=False)
LEAVES = Measure(GROUP_MOVES, "sum(leaves)", zero=False)
WHOLE_LEAVES = Measure(GROUP_TURNOVER, f"sum(leaves) filter ({WHOLE})", zero=False)
MEMBERS_BEFORE = Measure(GROUP_TURNOVER, f"sum(coalesce(members, 0)) filter ({WHOLE})", zero=False)
MEMBERS_BEFORE_BY_ROWS = Measure(GROUP_TURNOVER, "sum(coalesce(members, 0)) filter (by_rows > 0)", zero=False)
SPEAKER_COUNT = Measure(SPEAKERS, "count(distinct coalesce(cast(m.customer as varchar), 'name ' || m.sender))")
HELD = Measure(HELD_AT_END, "count(*)")
HELD_BEFORE = Measure(HELD_AT_START, "count(*)")
KNOWN_SIZE = "group_days.customers|group_days.members|group_members"


def _left(kind: str, label: Text, definition: Text, *, rate: bool) -> Metric:
    """Leaves of one kind, which only member lists tell; as a rate of the members of groups known by such lists."""
    return Metric(
        name=f"leave_rate_{kind}" if rate else f"leaves_{kind}",
        room=Room.KEEP,
        label=label,
        definition=definition,
        formula=f"leaves of kind {kind}" + " / members at period start" * rate,
        unit=Unit.RATE if rate else Unit.COUNT,
        better=Better.LOWER,
        grain=Grain.MEMBERSHIP,
        combine=Combine.RATIO if rate else Combine.VALUE,
        numerator=Measure(LEFT_GROUPS, f"count(*) filter (x.leave_kind = '{kind}')"),
        denominator=MEMBERS_BEFORE_BY_ROWS if rate else None,
        needs=("group_members.leave_kind",),
        notes=(),
    )


def _active(name: str, days: int, label: Text) -> Metric:
    return Metric(
        name=name,
        room=Room.KEEP,
        label=label,
        definition=Text(
            zh=f"截至期末的 {days} 天内有下单、群内发言或点击的客户，去重",
            en=f"Distinct customers with an order, a group message or a click in the {days} days to the period's end",
        ),
        formula=f"distinct active customers, {days} days to period end",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.VALUE,
        numerator=Measure(ACTIVE_30 if days == 30 else ACTIVE_7, "count(*)"),
        denominator=None,
        needs=("orders.customer|messages|touches",),
        notes=(),
    )


METRICS = (
    Metric(
        name="groups",
        room=Room.KEEP,
        label=Text(zh="群数", en="Groups"),
        definition=Text(
            zh="期末存在的群（时点数，不相加）；快照里没出现的群不算解散",
            en="Groups that exist at the period's end (a stock, never summed); a group missing from a snapshot is "
            "not dissolved",
        ),
        formula="groups at period end",
        unit=Unit.COUNT,
        better=Better.NEITHER,
        grain=Grain.GROUP,
        combine=Combine.VALUE,
        numerator=Measure(GROUPS_AT_END, "count(*)"),
        denominator=None,
        needs=("groups|group_days|group_members|messages",),
        notes=(),
    ),
    Metric(
        name="group_members",
        room=Room.KEEP,
        label=Text(zh="群成员数", en="Group members"),
        definition=Text(
            zh="期末各群成员之和（时点数；员工已知时不算；一人在两个群算两个）；取期末或之前 7 天内最近一次快照",
            en="Members of all groups at the period's end (a stock; staff left out where known; a customer in two "
            "groups counts twice), from the latest day known, at most 7 days old",
        ),
        formula="members at period end",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.MEMBERSHIP,
        combine=Combine.VALUE,
        numerator=MEMBERS,
        denominator=None,
        needs=(KNOWN_SIZE,),
        notes=(),
    ),
    Metric(
        name="joins",
        room=Room.KEEP,
        label=Text(zh="入群", en="Joins"),
        definition=Text(
            zh="期内加入群的客户次数；只有快照的群只计有快照的日子，并注明，不做对比",
            en="Joins of groups in the period; of a group known by daily reports only those of the reported days, "
            "which is said, and not compared",
        ),
        formula="joins",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.MEMBERSHIP,
        combine=Combine.VALUE,
        numerator=Measure(GROUP_MOVES, "sum(joins)", zero=False),
        denominator=None,
        needs=("group_members|group_days.joins",),
        notes=(),
    ),
    Metric(
        name="leaves",
        room=Room.KEEP,
        label=Text(zh="退群", en="Leaves"),
        definition=Text(
            zh="期内退群或被移出的客户次数；只有快照的群只计有快照的日子，并注明，不做对比",
            en="Members who left or were removed in the period; of a group known by daily reports only those of the "
            "reported days, which is said, and not compared",
        ),
        formula="leaves",
        unit=Unit.COUNT,
        better=Better.LOWER,
        grain=Grain.MEMBERSHIP,
        combine=Combine.VALUE,
        numerator=LEAVES,
        denominator=None,
        needs=("group_members.left_at|group_days.leaves",),
        notes=(),
    ),
    _left(
        "left",
        Text(zh="主动退群", en="Left by themselves"),
        Text(zh="期内自己退群的客户次数", en="Members who left a group by themselves in the period"),
        rate=False,
    ),
    _left(
        "removed",
        Text(zh="被移出群", en="Removed from groups"),
        Text(zh="期内被移出群的客户次数", en="Members who were removed from a group in the period"),
        rate=False,
    ),
    Metric(
        name="leave_rate",
        room=Room.KEEP,
        label=Text(zh="退群率", en="Leave rate"),
        definition=Text(
            zh="期内退群 ÷ 期初群成员；两者都只算整个期间有明细或每天有快照的群",
            en="Leaves in the period / group members at its start, both of the groups that rows or a report of every "
            "day cover",
        ),
        formula="leaves / members at period start",
        unit=Unit.RATE,
        better=Better.LOWER,
        grain=Grain.MEMBERSHIP,
        combine=Combine.RATIO,
        numerator=WHOLE_LEAVES,
        denominator=MEMBERS_BEFORE,
        needs=("group_members.left_at|group_days.leaves", KNOWN_SIZE),
        notes=(),
    ),
    _left(
        "left",
        Text(zh="主动退群率", en="Rate of leaving by themselves"),
        Text(
            zh="期内自己退群的客户次数 ÷ 期初群成员（有成员明细的群）",
            en="Members who left a group by themselves in the period / members at its start, of groups with member "
            "lists",
        ),
        rate=True,
    ),
    _left(
        "removed",
        Text(zh="被移出率", en="Rate of being removed"),
        Text(
            zh="期内被移出群的客户次数 ÷ 期初群成员（有成员明细的群）",
            en="Members who were removed from a group in the period / members at its start, of groups with member "
            "lists",
        ),
        rate=True,
    ),
    Metric(
        name="join_rate",
        room=Room.KEEP,
        label=Text(zh="入群率", en="Join rate"),
        definition=Text(
            zh="期内新增客户中，到数据截止时进过群的占比（先进群后加好友也算）",
            en="Of customers added in the period: share who joined a group, before or after, up to the data's end",
        ),
        formula="added customers who joined / customers_added",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(FIRST_FOLLOWS, "count(distinct f.customer) filter (cu.first_joined_at is not null)"),
        denominator=Measure(FIRST_FOLLOWS, "count(distinct f.customer)"),
        needs=("follows", "group_members"),
        notes=(),
    ),
    Metric(
        name="speakers",
        room=Room.KEEP,
        label=Text(zh="发言人数", en="Speakers"),
        definition=Text(
            zh="期内在群里发过言的客户，去重（员工不算）", en="Distinct customers who spoke in a group (staff left out)"
        ),
        formula="distinct customers with a message",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.VALUE,
        numerator=SPEAKER_COUNT,
        denominator=None,
        needs=("messages",),
        notes=(),
    ),
    Metric(
        name="speaking_rate",
        room=Room.KEEP,
        label=Text(zh="发言率", en="Speaking rate"),
        definition=Text(zh="发言人数 ÷ 期末群成员数", en="Speakers / group members at the period's end"),
        formula="speakers / group_members",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=SPEAKER_COUNT,
        denominator=MEMBERS,
        needs=("messages", KNOWN_SIZE),
        notes=(),
    ),
    Metric(
        name="active_rate",
        room=Room.KEEP,
        label=Text(zh="活跃率", en="Active rate"),
        definition=Text(
            zh="期末在群客户中，期内在群里发过言、有点击或参加过群活动的占比（去重）",
            en="Of distinct customers in a group at the period's end: share who spoke, clicked or took part in a group "
            "activity in the period",
        ),
        formula="active customers / customers in groups",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(ENGAGED_MEMBERS, "count(distinct d.customer)"),
        denominator=Measure(MEMBER_CUSTOMERS_AT_END, "count(distinct x.customer)"),
        needs=("messages|touches|activities", "group_members"),
        notes=(),
    ),
    Metric(
        name="messages",
        room=Room.KEEP,
        label=Text(zh="消息数", en="Messages"),
        definition=Text(
            zh="期内客户在群里的消息（员工消息另计）", en="Messages of customers in groups (staff's apart)"
        ),
        formula="customer messages",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.MESSAGE,
        combine=Combine.VALUE,
        numerator=Measure(GROUP_TALK, "sum(messages)", zero=False),
        denominator=None,
        needs=("messages|group_days.messages",),
        notes=(),
    ),
    Metric(
        name="messages_per_speaker",
        room=Room.KEEP,
        label=Text(zh="人均消息", en="Messages per speaker"),
        definition=Text(zh="客户消息 ÷ 发言人数", en="Customer messages per speaker"),
        formula="customer messages / speakers",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.RATIO,
        numerator=Measure(SPEAKERS, "count(*)"),
        denominator=SPEAKER_COUNT,
        needs=("messages",),
        notes=(),
    ),
    Metric(
        name="silent_groups",
        room=Room.KEEP,
        label=Text(zh="沉默群", en="Silent groups"),
        definition=Text(
            zh="期末存在、截至期末 7 天（可设置）内没有客户消息的群；没有消息数据的群不计；消息数据早几天结束的，"
            "看到它结束为止，最多早 7 天",
            en="Groups at the period's end without a customer message in the 7 days (a setting) to it; groups nothing "
            "is known of are left out; where the data on messages ends earlier, by 7 days at most, to that end",
        ),
        formula="groups without a customer message for 7 days",
        unit=Unit.COUNT,
        better=Better.LOWER,
        grain=Grain.GROUP,
        combine=Combine.VALUE,
        numerator=Measure(GROUPS_AT_END, SILENT, zero=False),
        denominator=None,
        needs=("messages|group_days.messages|group_days.last_message_at",),
        notes=(),
    ),
    Metric(
        name="capacity_used",
        room=Room.KEEP,
        label=Text(zh="群容量", en="Capacity used"),
        definition=Text(
            zh="期末群人数（员工也占位）÷ 群容量（默认 200，可按群设置）",
            en="People in the groups at the period's end (staff take places too) / capacity (200 unless set, "
            "per group)",
        ),
        formula="people / capacity",
        unit=Unit.RATE,
        better=Better.NEITHER,
        grain=Grain.MEMBERSHIP,
        combine=Combine.RATIO,
        numerator=Measure(MEMBERS_AT_END, "sum(people)", zero=False),
        denominator=Measure(
            MEMBERS_AT_END, "sum(coalesce(capacity, (select group_capacity from settings)))", zero=False
        ),
        needs=(KNOWN_SIZE,),
        notes=(),
    ),
    Metric(
        name="customers_held",
        room=Room.KEEP,
        label=Text(zh="在管客户", en="Customers held"),
        definition=Text(
            zh="期末至少有一个好友关系或在一个群的客户，去重",
            en="Distinct customers with at least one active follow or group membership at the period's end",
        ),
        formula="customers held at period end",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.VALUE,
        numerator=HELD,
        denominator=None,
        needs=("follows|group_members",),
        notes=(),
    ),
    Metric(
        name="customer_growth",
        room=Room.KEEP,
        label=Text(zh="用户增长率", en="Customer growth"),
        definition=Text(
            zh="期末在管客户 ÷ 期初在管客户 − 1", en="Customers held at the period's end / at its start − 1"
        ),
        formula="customers held at end / at start − 1",
        unit=Unit.RATE,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.GROWTH,
        numerator=HELD,
        denominator=HELD_BEFORE,
        needs=("follows|group_members",),
        notes=(),
    ),
    _active("mau", 30, Text(zh="月活", en="Monthly active customers")),
    _active("wau", 7, Text(zh="周活", en="Weekly active customers")),
    Metric(
        name="weekly_repurchasers",
        room=Room.KEEP,
        label=Text(zh="周复购人数", en="Weekly repurchasers"),
        definition=Text(
            zh="期内（通常一周）有一笔非首单的支付订单的客户，去重",
            en="Distinct buyers of the period (a week) with an earlier paid order, "
            "that is with an order that is not their first",
        ),
        formula="distinct customers of orders after their first",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        grain=Grain.CUSTOMER,
        combine=Combine.VALUE,
        numerator=Measure(PAID_ORDERS, "count(distinct o.customer) filter (o.nth > 1)"),
        denominator=None,
        needs=("orders.customer",),
        notes=("history_starts",),
    ),
)
