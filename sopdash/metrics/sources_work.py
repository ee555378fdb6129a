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
         **columns("cu", "tier", "rfm_class", "life_cycle", "gender", "age_band"),
         "campaign": "nullif(h.campaign, '')"},
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
    per="row(a.activity, a.day)", inner={"viewers": "max(a.viewers)", "shares": "max(a.shares)"},
)  # fmt: skip
"""One row per activity and day; each participant's row repeats the activity's viewers and shares. The live of every
Wednesday, always under one name, is as many activities as it has days."""

# --- campaigns and the calendar --------------------------------------------------------------------------------------

_TARGETED = """
            select campaign, customer, coalesce(issued_at, received_at, redeemed_at) as got_at,
                redeemed_at is not null as redeemed
            from mart.coupons
            union all
            select campaign, customer, sent_at, false from mart.sends"""
"""Whom a campaign was meant for: who got one of its coupons, or a message of it sent to them alone."""

TARGETED = Source(
    name="targeted",
    relation=f"""(
        select campaign, customer, cast(min(got_at) as date) as day, bool_or(redeemed) as redeemed
        from ({_TARGETED}
        ) t
        where campaign <> '' and customer is not null
        group by campaign, customer
    ) t""",  # noqa: S608 - declared names only
    when=When.DURING, day="t.day",
    own={"campaign": "t.campaign", **columns("cu", *OF_CUSTOMER)}, customer="t.customer",
    joins={"cu": with_customer("t")}, covers=("coupons", "sends"),
)  # fmt: skip
"""One row per campaign and customer it was meant for, on the day of the first coupon or message."""

CAMPAIGN_CUSTOMERS = Source(
    name="campaign_customers",
    relation=f"""(
        with w as (
            select *
            from (
                select campaign, first, last, cast(last - first as integer) + 1 as days
                from (
                    select campaign, cast(starts_at as date) as first,
                        cast(coalesce(ends_at, starts_at) as date) as last
                    from mart.campaigns where campaign <> ''
                ) dated
            ) counted
            where last <= (select last_day from mart.meta)
                and first - days >= (select first_day from mart.coverage where need = 'orders')
        ),
        meant as (
            select distinct t.campaign, t.customer
            from ({_TARGETED}
            ) t join w on w.campaign = t.campaign and cast(t.got_at as date) <= w.last
        ),
        moved as (
            select w.campaign, d.customer,
                sum(case when d.day >= w.first then d.net_sales else -d.net_sales end) as change
            from w join mart.customer_days d on d.day between w.first - w.days and w.last and d.orders > 0
            group by w.campaign, d.customer
        )
        select w.campaign, w.first as day, h.customer, meant.customer is not null as treated,
            coalesce(moved.change, 0) as change
        from w
        join mart.holdings h on h.held_from < cast(w.first as timestamp)
            and coalesce(h.held_until, timestamp 'infinity') >= cast(w.first as timestamp)
        left join meant on meant.campaign = w.campaign and meant.customer = h.customer
        left join moved on moved.campaign = w.campaign and moved.customer = h.customer
    ) x""",  # noqa: S608 - declared names only
    when=When.DURING, day="x.day",
    own={"campaign": "x.campaign", **columns("cu", *OF_CUSTOMER)}, customer="x.customer",
    joins={"cu": with_customer("x")}, covers=("campaigns",),
)  # fmt: skip
"""One row per campaign that is over and customer held when it began, on its first day: whether the campaign was meant
for the customer (by its end), and the customer's net sales during it less those of as many days before it."""

CALENDAR = Source(
    name="calendar",
    relation="""(
        select e.*, cast(e.planned_at as date) as day,
            exists (
                select 1 from mart.posts p
                where trim(p.theme) = trim(e.theme)
                    and abs(date_diff('second', e.planned_at, p.published_at)) <= 1800
            ) as on_time
        from calendar e
        where e.planned_at + interval 30 minute <= (select max(published_at) from mart.posts)
    ) e""",
    when=When.DURING, day="e.day", tables=("calendar",),
    own={name: f"nullif(e.{column}, '')"
         for name, column in (("staff", "owner"), ("group_type", "group_type"), ("campaign", "campaign"))},
    covers=("posts",),
)  # fmt: skip
"""Entries of the content calendar that are planned, not called off, and due where the data on posts ends."""
