"""The fact tables, declared once: columns, key, and what one row is.

From these declarations come the log tables (`log.<fact>`: every accepted row, with its batch), the current facts
(`fact.<fact>`: the latest version per key), the check of every format file, and the templates managers can download.

Conventions. Times are wall time of the business zone (TIMESTAMP), days are DATE, money is DECIMAL(18,2) in the
installation's currency. `phone_key` is a keyed hash, never a number. A key column is never NULL in a stored row.
NULL means "the file does not say", which is not 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field

TEXT, TIME, DAY, MONEY, COUNT, RATE, FLAG = (
    "VARCHAR",
    "TIMESTAMP",
    "DATE",
    "DECIMAL(18,2)",
    "BIGINT",
    "DOUBLE",
    "BOOLEAN",
)


@dataclass(frozen=True)
class Fact:
    """One kind of thing an export can tell. `row` says what one row is; `key` identifies it over all exports."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: dict[str, str] = field(repr=False)


# fmt: off
FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "orders",
            "an order of a shop",
            ("platform", "shop", "order_id"),
            {
                "platform": TEXT,  # shop system: taobao, youzan, douyin, jd, generic …
                "shop": TEXT,  # '' when the only one
                "order_id": TEXT,
                "account": TEXT,  # buyer's account in the shop
                "phone_key": TEXT,  # the buyer's, never the recipient's
                "unionid": TEXT,
                "external_id": TEXT,  # WeCom external_userid
                "status": TEXT,  # unpaid, paid, shipped, completed, closed, deleted, unknown; NULL: file has no status
                "status_word": TEXT,  # as the file wrote it
                "created_at": TIME,
                "paid_at": TIME,
                "received_at": TIME,  # receipt confirmed by the buyer or the system, or the order completed
                "paid_amount": MONEY,  # money paid at payment, later refunds included (GMV)
                "refund_amount": MONEY,  # refunded so far
                "refund_estimated": FLAG,  # the file has no refund amounts, only words: after-sales cases know better
                "units": COUNT,
                "product": TEXT,
                "province": TEXT,
                "city": TEXT,
                "sales_channel": TEXT,
                "store": TEXT,
                "staff": TEXT,  # sales guide (导购) the export credits
                "coupon": TEXT,
                "status_absent": FLAG,  # the file has no status column
                "paid_at_absent": FLAG,  # the file has no payment time column
                "customer_absent": FLAG,  # the file has no column that names a customer
            },
        ),
        Fact(
            "order_items",
            "an item line of an order",
            ("platform", "shop", "order_id", "line"),
            {
                "platform": TEXT, "shop": TEXT, "order_id": TEXT,
                "line": TEXT,  # sub-order id, else product id + variant
                "product_id": TEXT, "product": TEXT, "variant": TEXT, "sku": TEXT,
                "units": COUNT, "price": MONEY, "amount": MONEY, "refund_amount": MONEY,
            },
        ),
        Fact(
            "refunds",
            "an after-sales case of an order",
            ("platform", "shop", "refund_id"),
            {
                "platform": TEXT, "shop": TEXT, "refund_id": TEXT, "order_id": TEXT,
                "amount": MONEY,
                "status": TEXT,  # finished (money went back), open, closed; NULL counts as finished
                "status_word": TEXT, "refunded_at": TIME,
            },
        ),
        Fact(
            "follows",
            "a contact relation between a customer and a staff member",
            ("follow_id",),
            {
                "follow_id": TEXT,  # external_id + staff where known, else name + staff account + time added
                "name": TEXT,
                "external_id": TEXT, "unionid": TEXT, "phone_key": TEXT, "account": TEXT,
                "staff": TEXT, "staff_account": TEXT, "department": TEXT, "store": TEXT,
                "channel": TEXT, "code": TEXT, "add_way": TEXT,
                "added_at": TIME, "lost_at": TIME,
                "lost_by": TEXT,  # customer, staff
                "gender": TEXT, "birthday": DAY, "province": TEXT, "city": TEXT,
                "tags": TEXT,  # tags joined with ;
            },
        ),
        Fact(
            "groups",
            "a customer group",
            ("group_id",),
            {
                "group_id": TEXT, "name": TEXT, "owner": TEXT, "group_type": TEXT, "store": TEXT,
                "capacity": COUNT, "created_at": TIME, "dissolved_at": TIME, "tags": TEXT,
            },
        ),
        Fact(
            "group_days",
            "a group on the day of a snapshot or report",
            ("group_id", "day"),
            {
                "group_id": TEXT, "day": DAY, "name": TEXT,
                "members": COUNT, "customers": COUNT, "staff_members": COUNT, "active": COUNT,
                "joins": COUNT, "leaves": COUNT, "messages": COUNT, "last_message_at": TIME,
            },
        ),
        Fact(
            "group_members",
            "a membership of a person in a group",
            ("membership_id",),
            {
                "membership_id": TEXT,  # group + member id (or name) + time joined
                "group_name": TEXT, "group_id": TEXT, "name": TEXT,
                "external_id": TEXT, "unionid": TEXT, "phone_key": TEXT, "account": TEXT,
                "is_staff": FLAG, "joined_at": TIME, "left_at": TIME,
                "leave_kind": TEXT,  # left, removed
                "join_scene": TEXT, "inviter": TEXT, "code": TEXT,
            },
        ),
        Fact(
            "messages",
            "a message in a group; its words are not stored",
            ("message_id",),
            {
                "message_id": TEXT, "group_name": TEXT, "group_id": TEXT, "sender": TEXT, "external_id": TEXT,
                "sent_at": TIME, "kind": TEXT, "length": COUNT,
                "is_staff": FLAG,  # NULL: the file does not say; then known staff names decide
            },
        ),
        Fact(
            "staff_days",
            "a staff member's day",
            ("staff", "day"),
            {
                "staff": TEXT, "day": DAY, "store": TEXT,
                "requests_sent": COUNT, "requests_accepted": COUNT, "adds": COUNT, "losses": COUNT,
                "chats": COUNT, "messages_sent": COUNT,
                "reply_percent": RATE, "avg_reply_minutes": RATE,  # WeCom's own averages: never re-averaged
                "groups_created": COUNT, "moments_posted": COUNT, "moments_viewers": COUNT,
            },
        ),
        Fact(
            "channel_days",
            "a channel's (or live code's) day",
            ("channel", "code", "store", "day"),
            {
                "channel": TEXT, "code": TEXT, "store": TEXT, "day": DAY,  # '' where the row is of the whole channel
                "spend": MONEY, "reach": COUNT, "impressions": COUNT, "scans": COUNT,
                "adds": COUNT, "losses": COUNT,
            },
        ),
        Fact(
            "codes",
            "a live code (活码): channel × place × material",
            ("code",),
            {"code": TEXT, "channel": TEXT, "place": TEXT, "material": TEXT, "store": TEXT, "staff": TEXT},
        ),
        Fact(
            "stores",
            "a store",
            ("store",),
            {"store": TEXT, "name": TEXT, "province": TEXT, "city": TEXT, "region": TEXT},
        ),
        Fact(
            "staff",
            "a staff member",
            ("staff",),
            {"staff": TEXT, "staff_account": TEXT, "store": TEXT, "department": TEXT, "role": TEXT},
        ),
        Fact(
            "campaigns",
            "a campaign",
            ("campaign",),
            {
                "campaign": TEXT, "theme": TEXT, "channel": TEXT, "starts_at": TIME, "ends_at": TIME,
                "budget": MONEY, "goal": TEXT,
            },
        ),
        Fact(
            "coupons",
            "a coupon issued to one customer",
            ("coupon_id",),
            {
                "coupon_id": TEXT, "coupon": TEXT, "campaign": TEXT,
                "external_id": TEXT, "phone_key": TEXT, "account": TEXT,
                "issued_at": TIME, "received_at": TIME, "redeemed_at": TIME, "order_id": TEXT, "cost": MONEY,
            },
        ),
        Fact(
            "referrals",
            "an invitation of one person by another",
            ("referral_id",),
            {
                "referral_id": TEXT, "campaign": TEXT,
                "inviter_external_id": TEXT, "inviter_phone_key": TEXT, "inviter_name": TEXT,
                "invitee_external_id": TEXT, "invitee_phone_key": TEXT, "invitee_name": TEXT,
                "invited_at": TIME, "joined_at": TIME, "reward": MONEY,
            },
        ),
        Fact(
            "touches",
            "a view or click of one customer",
            ("touch_id",),
            {
                "touch_id": TEXT, "external_id": TEXT, "phone_key": TEXT, "account": TEXT, "name": TEXT,
                "at": TIME, "kind": TEXT,  # view, click, message
                "channel": TEXT, "campaign": TEXT, "content": TEXT,
            },
        ),
        Fact(
            "posts",
            "a published post with its results so far",
            ("post_id",),
            {
                "post_id": TEXT, "channel": TEXT, "form": TEXT, "theme": TEXT, "group_type": TEXT, "campaign": TEXT,
                "published_at": TIME, "views": COUNT, "likes": COUNT, "comments": COUNT, "clicks": COUNT,
                "shares": COUNT, "orders": COUNT,
            },
        ),
        Fact(
            "activities",
            "a customer's part in a group activity",
            ("activity_id",),
            {
                "activity_id": TEXT, "activity": TEXT, "kind": TEXT, "group_name": TEXT, "name": TEXT,
                "external_id": TEXT, "phone_key": TEXT, "at": TIME, "viewers": COUNT, "shares": COUNT,
            },
        ),
        Fact(
            "conversations",
            "a service conversation",
            ("conversation_id",),
            {
                "conversation_id": TEXT, "staff": TEXT, "external_id": TEXT, "phone_key": TEXT, "name": TEXT,
                "opened_by": TEXT,  # customer, staff
                "opened_at": TIME, "first_reply_at": TIME, "auto_reply": FLAG, "complaint": FLAG, "order_id": TEXT,
            },
        ),
        Fact(
            "surveys",
            "an answer to a satisfaction question",
            ("survey_id",),
            {
                "survey_id": TEXT, "staff": TEXT, "external_id": TEXT, "phone_key": TEXT, "at": TIME,
                "kind": TEXT,  # csat (1–5), nps (0–10)
                "score": COUNT,
            },
        ),
        Fact(
            "opt_outs",
            "a customer who asked not to be contacted",
            ("opt_out_id",),
            {
                "opt_out_id": TEXT, "external_id": TEXT, "phone_key": TEXT, "account": TEXT, "name": TEXT,
                "at": TIME, "channel": TEXT,
            },
        ),
        Fact(
            "sends",
            "a marketing message sent to one customer or group",
            ("send_id",),
            {
                "send_id": TEXT, "external_id": TEXT, "phone_key": TEXT, "name": TEXT, "group_name": TEXT,
                "sent_at": TIME, "channel": TEXT, "campaign": TEXT,
            },
        ),
        Fact(
            "customer_profiles",
            "what a shop or SCRM knows of a customer apart from relations and orders",
            ("profile_id",),
            {
                "profile_id": TEXT, "platform": TEXT, "name": TEXT, "account": TEXT,
                "external_id": TEXT, "unionid": TEXT, "phone_key": TEXT,
                "gender": TEXT, "birthday": DAY, "province": TEXT, "city": TEXT, "occupation": TEXT, "income": TEXT,
                "preference": TEXT, "tags": TEXT, "since": TIME,
            },
        ),
    )
}
# fmt: on
"""Every fact by name."""
