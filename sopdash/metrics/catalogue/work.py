"""What the team did and what came of it: staff reports, service, invitations, coupons, content."""

from __future__ import annotations

from sopdash.metrics import sources_work as work
from sopdash.metrics.definition import Better, Combine, Grain, Measure, Metric, Room, Unit
from sopdash.metrics.sources import HELD_AT_START, Source
from sopdash.text import Text


def _total(
    name: str, room: Room, label: Text, definition: Text, grain: Grain, source: Source, sql: str, need: str,
    *, better: Better = Better.HIGHER, zero: bool = True,
) -> Metric:  # fmt: skip
    """Something counted; `zero=False` for figures of reports, where no report is not 0."""
    return Metric(
        name=name,
        room=room,
        label=label,
        definition=definition,
        formula=definition.en.lower(),
        unit=Unit.COUNT,
        better=better,
        grain=grain,
        combine=Combine.VALUE,
        numerator=Measure(source, sql, zero),
        denominator=None,
        needs=(need,),
        notes=(),
    )


def _share(
    name: str, room: Room, label: Text, definition: Text, formula: str, grain: Grain, num: Measure, den: Measure,
    needs: tuple[str, ...], *, better: Better = Better.HIGHER, unit: Unit = Unit.RATE,
) -> Metric:  # fmt: skip
    """One count over another."""
    return Metric(
        name=name,
        room=room,
        label=label,
        definition=definition,
        formula=formula,
        unit=unit,
        better=better,
        grain=grain,
        combine=Combine.RATIO,
        numerator=num,
        denominator=den,
        needs=needs,
        notes=(),
    )


BY_CUSTOMER = "v.opened_by is distinct from 'staff'"
CONVERSATIONS = Measure(work.CONVERSATIONS, "count(*)")
INVITES = Measure(work.INVITATIONS, "count(*)")
INVITED = Measure(work.INVITED, "count(distinct r.invited)")
BOTH_KNOWN = "d.requests_sent is not null and d.requests_accepted is not null"

STAFF = (
    _share(
        "accept_rate",
        Room.ACQUIRE,
        Text(zh="通过率", en="Acceptance rate"),
        Text(
            zh="员工发出的好友申请中被通过的占比，只用同时写明两个数的文件",
            en="Requests accepted / requests sent by staff, only from files that hold both",
        ),
        "accepted / requests sent",
        Grain.FOLLOW,
        Measure(work.STAFF_DAYS, f"sum(d.requests_accepted) filter ({BOTH_KNOWN})", zero=False),
        Measure(work.STAFF_DAYS, f"sum(d.requests_sent) filter ({BOTH_KNOWN})", zero=False),
        ("staff_days.requests_sent", "staff_days.requests_accepted"),
    ),
    *(
        _total(
            name,
            Room.KEEP,
            label,
            definition,
            grain,
            work.STAFF_DAYS,
            f"sum(d.{name})",
            f"staff_days.{name}",
            zero=False,
        )
        for name, grain, label, definition in (
            (
                "groups_created",
                Grain.GROUP,
                Text(zh="建群数", en="Groups created"),
                Text(zh="员工日报里的建群数", en="Groups created, as staff reports say"),
            ),
            (
                "moments_posted",
                Grain.POST,
                Text(zh="朋友圈发送", en="Moments posted"),
                Text(zh="员工日报里的朋友圈发送条数", en="Moments posted, as staff reports say"),
            ),
            (
                "moments_viewers",
                Grain.CUSTOMER,
                Text(zh="朋友圈浏览", en="Moments viewers"),
                Text(
                    zh="员工日报里的朋友圈浏览人数（各日相加）",
                    en="Viewers of Moments, as staff reports say, days added up",
                ),
            ),
        )
    ),
)

SERVICE = (
    Metric(
        name="first_reply_minutes",
        room=Room.KEEP,
        label=Text(zh="首次响应", en="First reply"),
        definition=Text(
            zh="客户发起的会话从开始到员工首次回复的分钟数的中位数；没有回复的不算，企业微信的日均值也不能用",
            en="Median minutes from the customer's first message to the first staff reply, of answered conversations "
            "opened by customers; daily averages of WeCom cannot give it",
        ),
        formula="median(first reply − opened)",
        unit=Unit.MINUTES,
        better=Better.LOWER,
        grain=Grain.CONVERSATION,
        combine=Combine.VALUE,
        numerator=Measure(
            work.CONVERSATIONS, f"quantile_cont(v.reply_seconds / 60.0, 0.5) filter ({BY_CUSTOMER})", zero=False
        ),
        denominator=None,
        needs=("conversations.first_reply_at",),
        notes=(),
    ),
    _share(
        "reply_1h_rate",
        Room.KEEP,
        Text(zh="1 小时响应率", en="Answered within 1 hour"),
        Text(
            zh="客户发起的会话中 60 分钟内（含）有员工回复的占比",
            en="Conversations opened by customers answered within 60 minutes / all of them",
        ),
        "answered ≤ 60 min / conversations opened by customers",
        Grain.CONVERSATION,
        Measure(work.CONVERSATIONS, f"count(*) filter ({BY_CUSTOMER} and v.reply_seconds <= 3600)"),
        Measure(work.CONVERSATIONS, f"count(*) filter ({BY_CUSTOMER})"),
        ("conversations.first_reply_at",),
    ),
    _share(
        "auto_reply_rate",
        Room.KEEP,
        Text(zh="自动回复率", en="Auto-reply rate"),
        Text(zh="自动回复的会话 ÷ 会话", en="Conversations answered automatically / conversations"),
        "auto-replied / conversations",
        Grain.CONVERSATION,
        Measure(work.CONVERSATIONS, "count(*) filter (v.auto_reply)"),
        CONVERSATIONS,
        ("conversations.auto_reply",),
        better=Better.NEITHER,
    ),
    _share(
        "complaint_rate",
        Room.KEEP,
        Text(zh="投诉率", en="Complaint rate"),
        Text(zh="有投诉的会话 ÷ 会话", en="Conversations with a complaint / conversations"),
        "complaints / conversations",
        Grain.CONVERSATION,
        Measure(work.CONVERSATIONS, "count(*) filter (v.complaint)"),
        CONVERSATIONS,
        ("conversations.complaint",),
        better=Better.LOWER,
    ),
    _share(
        "csat",
        Room.KEEP,
        Text(zh="满意度", en="Satisfaction (CSAT)"),
        Text(zh="打 4–5 分的 ÷ 全部打分（5 分制）", en="Answers of 4 or 5 / answers on the scale of 5"),
        "answers 4–5 / answers",
        Grain.ANSWER,
        Measure(work.SURVEYS, "count(*) filter (v.kind = 'csat' and v.score >= 4)"),
        Measure(work.SURVEYS, "count(v.score) filter (v.kind = 'csat')"),
        ("surveys",),
    ),
    _share(
        "nps",
        Room.KEEP,
        Text(zh="NPS", en="Net promoter score"),
        Text(zh="打 9–10 分的占比 − 打 0–6 分的占比", en="Share of answers 9–10 less share of answers 0–6"),
        "(answers 9–10 − answers 0–6) / answers",
        Grain.ANSWER,
        Measure(
            work.SURVEYS,
            "count(*) filter (v.kind = 'nps' and v.score >= 9) - count(*) filter (v.kind = 'nps' and v.score <= 6)",
        ),
        Measure(work.SURVEYS, "count(v.score) filter (v.kind = 'nps')"),
        ("surveys",),
    ),
)

SPREAD = (
    _total(
        "invites",
        Room.ACQUIRE,
        Text(zh="邀请数", en="Invitations"),
        Text(zh="期内发出的邀请", en="Invitations made in the period"),
        Grain.INVITATION,
        work.INVITATIONS,
        INVITES.sql,
        "referrals",
    ),
    _total(
        "invited_customers",
        Room.ACQUIRE,
        Text(zh="邀请来的新客户", en="Invited customers"),
        Text(
            zh="期内成为客户（加好友或进群）、且此前被邀请过的新客户",
            en="New customers (by first follow or group) of the period who had been invited before",
        ),
        Grain.CUSTOMER,
        work.INVITED,
        INVITED.sql,
        "referrals",
    ),
    _share(
        "invite_conversion",
        Room.ACQUIRE,
        Text(zh="邀请转化率", en="Invite conversion"),
        Text(
            zh="邀请来的新客户 ÷ 邀请数（均为期内）", en="Invited customers of the period / invitations of the period"
        ),
        "invited_customers / invites",
        Grain.CUSTOMER,
        INVITED,
        INVITES,
        ("referrals",),
    ),
    _share(
        "k_factor",
        Room.ACQUIRE,
        Text(zh="K 值", en="K factor"),
        Text(
            zh="期内邀请来的新客户 ÷ 期初在管客户", en="Invited customers of the period / customers held at its start"
        ),
        "invited_customers / customers held at period start",
        Grain.CUSTOMER,
        INVITED,
        Measure(HELD_AT_START, "count(*)"),
        ("referrals", "follows|group_members"),
        unit=Unit.RATIO,
    ),
)

COUPONS = (
    *(
        _total(
            f"coupons_{moment}",
            Room.CONVERT,
            label,
            definition,
            Grain.COUPON,
            source,
            "count(*)",
            f"coupons.{moment}_at",
        )
        for moment, source, label, definition in (
            (
                "issued",
                work.COUPONS_ISSUED,
                Text(zh="优惠券发放", en="Coupons issued"),
                Text(zh="期内发放的优惠券", en="Coupons issued in the period"),
            ),
            (
                "received",
                work.COUPONS_RECEIVED,
                Text(zh="优惠券领取", en="Coupons received"),
                Text(zh="期内领取的优惠券", en="Coupons received in the period"),
            ),
            (
                "redeemed",
                work.COUPONS_REDEEMED,
                Text(zh="优惠券核销", en="Coupons redeemed"),
                Text(zh="期内核销的优惠券", en="Coupons redeemed in the period"),
            ),
        )
    ),
    _share(
        "redemption_rate",
        Room.CONVERT,
        Text(zh="核销率", en="Redemption rate"),
        Text(
            zh="期内领取的优惠券中，到数据截止时已核销的占比",
            en="Of coupons received in the period: share redeemed by the data's end",
        ),
        "received and redeemed / received",
        Grain.COUPON,
        Measure(work.COUPONS_RECEIVED, "count(*) filter (p.redeemed_at is not null)"),
        Measure(work.COUPONS_RECEIVED, "count(*)"),
        ("coupons.received_at",),
    ),
    _share(
        "coupon_cost_ratio",
        Room.CONVERT,
        Text(zh="费效比", en="Coupon cost ratio"),
        Text(
            zh="期内核销的优惠券成本 ÷ 用券订单的净销售额（一单多券只算一次销售额）",
            en="Cost of the coupons redeemed in the period / net sales of the orders they were used on "
            "(each order once)",
        ),
        "coupon cost / net_sales of orders with coupons",
        Grain.ORDER,
        Measure(work.COUPON_ORDERS, "sum(cost)", zero=False),
        Measure(work.COUPON_ORDERS, "sum(net_sales)", zero=False),
        ("coupons.cost", "coupons.order_id", "orders"),
        better=Better.LOWER,
    ),
    _share(
        "order_within_3h_rate",
        Room.CONVERT,
        Text(zh="3 小时下单率", en="Ordered within 3 hours of a touch"),
        Text(
            zh="下单前 7 天内有触达的支付订单中，距最近一次触达不超过 3 小时的占比",
            en="Of paid orders whose customer was touched in the 7 days before: share within 3 h of the last touch",
        ),
        "orders ≤ 3 h after the last touch / orders with a touch in 7 days",
        Grain.ORDER,
        Measure(work.TOUCHED_ORDERS, "count(*) filter (o.ordered_at <= h.at + interval 3 hour)"),
        Measure(work.TOUCHED_ORDERS, "count(*)"),
        ("touches", "orders.customer"),
    ),
)

_ENGAGED = "coalesce(t.likes, 0) + coalesce(t.comments, 0) + coalesce(t.clicks, 0)"
CONTENT = (
    *(
        _total(
            name, Room.CONVERT, label, definition, Grain.POST, work.POSTS, f"sum(t.{name})", f"posts.{name}", zero=False
        )
        for name, label, definition in (
            ("views", Text(zh="浏览", en="Views"), Text(zh="期内发布内容的浏览", en="Views of the period's posts")),
            ("likes", Text(zh="点赞", en="Likes"), Text(zh="期内发布内容的点赞", en="Likes of the period's posts")),
            (
                "comments",
                Text(zh="评论", en="Comments"),
                Text(zh="期内发布内容的评论", en="Comments on the period's posts"),
            ),
            ("clicks", Text(zh="点击", en="Clicks"), Text(zh="期内发布内容的点击", en="Clicks on the period's posts")),
        )
    ),
    _share(
        "engagement_rate",
        Room.CONVERT,
        Text(zh="互动率", en="Engagement rate"),
        Text(
            zh="（点赞 + 评论 + 点击）÷ 浏览，只算写明浏览的内容",
            en="(likes + comments + clicks) / views, of posts that state their views",
        ),
        "(likes + comments + clicks) / views",
        Grain.POST,
        Measure(work.POSTS, f"sum({_ENGAGED}) filter (t.views is not null)", zero=False),
        Measure(work.POSTS, "sum(t.views)", zero=False),
        ("posts.views",),
    ),
    _total(
        "live_viewers",
        Room.KEEP,
        Text(zh="直播观看", en="Live viewers"),
        Text(zh="期内群活动（直播）的观看人数", en="Viewers of the period's live activities"),
        Grain.ACTIVITY,
        work.ACTIVITIES,
        "sum(viewers)",
        "activities.viewers",
        zero=False,
    ),
    _total(
        "live_shares",
        Room.KEEP,
        Text(zh="直播转发", en="Live shares"),
        Text(zh="期内群活动（直播）的转发次数", en="Shares of the period's live activities"),
        Grain.ACTIVITY,
        work.ACTIVITIES,
        "sum(shares)",
        "activities.shares",
        zero=False,
    ),
)

METRICS = (*STAFF, *SERVICE, *SPREAD, *COUPONS, *CONTENT)
