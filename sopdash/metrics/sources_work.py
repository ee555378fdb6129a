"""Sources of what the team did and what came of it: service, staff reports, invitations, coupons, content, touches."""

from __future__ import annotations

from dataclasses import replace

from sopdash.metrics.sources import OF_CUSTOMER, OF_PERSON, Source, When, columns, with_customer, with_group

STAFF_DAYS = Source(
    name="staff_days", relation="mart.staff_days d", when=When.DURING, day="d.day",
    own=columns("d", "staff", "store"), covers=("staff_days",),
)  # fmt: skip

CONVERSATIONS = Source(
    name="conversations", relation="mart.conversations v", when=When.DURING, day="v.day",
    own={**columns("v", "staff", "store"), **columns("cu", "channel", *OF_PERSON)}, customer="v.customer",
    joins={"cu": with_customer("v")}, covers=("conversations",),
)  # fmt: skip

SURVEYS = Source(
    name="surveys", relation="mart.surveys v", when=When.DURING, day="v.day",
    own={**columns("v", "staff", "store"), **columns("cu", "channel", *OF_PERSON)}, customer="v.customer",
    joins={"cu": with_customer("v")}, covers=("surveys",),
)  # fmt: skip

INVITATIONS = Source(
    name="invitations", relation="mart.referrals r", when=When.DURING, day="cast(r.invited_at as date)",
    own={"campaign": "r.campaign", **columns("cu", "channel", "store", "staff", *OF_PERSON)}, customer="r.inviter",
    joins={"cu": "left join mart.customers cu on cu.customer = r.inviter"}, covers=("referrals",),
)  # fmt: skip
"""Invitations; dimensions are the inviter's."""

INVITED = Source(
    name="invited",
    relation="""(
        select r.campaign, r.inviter, coalesce(cast(r.invitee as varchar), r.referral_id) as invited,
            min(coalesce(least(cu.first_followed_at, cu.first_joined_at), r.joined_at)) as came_at
        from mart.referrals r
        left join mart.customers cu on cu.customer = r.invitee
        group by all
        having min(r.invited_at) <= min(coalesce(least(cu.first_followed_at, cu.first_joined_at), r.joined_at))
    ) r""",
    when=When.DURING, day="cast(r.came_at as date)",
    own={"campaign": "r.campaign", **columns("cu", "channel", "store", "staff", *OF_PERSON)}, customer="r.inviter",
    joins={"cu": "left join mart.customers cu on cu.customer = r.inviter"}, covers=("referrals",),
)  # fmt: skip
"""One row per inviter and invited person who became a customer (followed or joined) at or after the invitation."""


_COUPON_OWN = {"campaign": "p.campaign", **columns("cu", *OF_CUSTOMER)}

COUPONS_ISSUED = Source(
    name="coupons_issued", relation="mart.coupons p", when=When.DURING, day="cast(p.issued_at as date)",
    own=_COUPON_OWN, customer="p.customer", joins={"cu": with_customer("p")}, covers=("coupons",),
)  # fmt: skip
COUPONS_RECEIVED = replace(COUPONS_ISSUED, name="coupons_received", day="cast(p.received_at as date)")
COUPONS_REDEEMED = replace(COUPONS_ISSUED, name="coupons_redeemed", day="cast(p.redeemed_at as date)")

COUPON_ORDERS = replace(
    COUPONS_REDEEMED,
    name="coupon_orders", keep="p.order_id is not null", per="p.order_id",
    joins={
        "cu": with_customer("p"),
        "o": "left join (select order_id, sum(net_sales) as net_sales from mart.orders where is_paid group by 1) "
        "o on o.order_id = p.order_id",
    },
    inner={"cost": "sum(p.cost)", "net_sales": "any_value(o.net_sales)"},
)  # fmt: skip
"""One row per order on which coupons were redeemed: an order with two coupons counts its sales once."""

TOUCHED_ORDERS = Source(
    name="touched_orders",
    relation="mart.orders o asof join mart.touches h "
    "on h.customer = o.customer and o.ordered_at >= h.at",
    when=When.DURING, day="o.day", keep="o.is_paid and h.at >= o.ordered_at - interval 7 day",
    own={**columns("o", "channel", "code", "store", "staff", "region", "platform", "sales_channel"),
         **columns("cu", "tier", "rfm_class", "life_cycle", "gender", "age_band")},
    customer="o.customer", joins={"cu": with_customer("o")}, covers=("touches",),
)  # fmt: skip
"""Paid orders of customers touched in the 7 days before, with the last touch (`h`)."""

POSTS = Source(
    name="posts", relation="mart.posts t", when=When.DURING, day="t.day",
    own=columns("t", "channel", "campaign", "group_type"), covers=("posts",),
)  # fmt: skip

ACTIVITIES = Source(
    name="activities", relation="mart.activities a", when=When.DURING, day="a.day",
    own={**columns("g", "store", "group_type"), "group": 'g."group"'}, customer="a.customer",
    joins={"g": with_group("a")}, covers=("activities",),
    per="a.activity", inner={"viewers": "max(a.viewers)", "shares": "max(a.shares)"},
)  # fmt: skip
"""One row per activity and bucket; each participant's row repeats the activity's viewers and shares."""
