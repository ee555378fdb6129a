"""Service, staff reports, invitations, coupons and content."""

import pytest

NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}


def test_service(warehouse, ask):
    warehouse.conversations("""
        customer  opened_by  opened_at         first_reply_at    auto_reply  complaint
        ann       customer   2026-11-02 10:00  2026-11-02 10:04  false       false
        bob       customer   2026-11-02 10:00  2026-11-02 11:00  true        false    -- exactly an hour
        cid       customer   2026-11-02 10:00  2026-11-02 12:00  false       true
        dan       customer   2026-11-02 10:00  -                 false       false    -- nobody answered: not 0 minutes
        eve       staff      2026-11-02 10:00  2026-11-02 10:01  false       false    -- opened by staff
    """)
    row = ask.one("first_reply_minutes", "reply_1h_rate", "auto_reply_rate", "complaint_rate")
    assert row["first_reply_minutes"] == 60  # median of 4, 60, 120
    assert row["reply_1h_rate"] == 2 / 4
    assert row["auto_reply_rate"] == 1 / 5
    assert row["complaint_rate"] == 1 / 5


def test_satisfaction(warehouse, ask):
    warehouse.surveys("""
        customer  kind  score  at
        ann       csat  5      2026-11-02 10:00
        bob       csat  3      2026-11-02 10:00
        ann       nps   10     2026-11-02 10:00
        bob       nps   9      2026-11-02 10:00
        cid       nps   7      2026-11-02 10:00
        dan       nps   0      2026-11-02 10:00
    """)
    row = ask.one("csat", "nps")
    assert row["csat"] == 1 / 2
    assert row["nps"] == (2 - 1) / 4


def test_staff_reports(warehouse, ask):
    warehouse.staff_days("""
        staff    day         requests_sent  requests_accepted  groups_created  moments_posted
        导购A01  2026-11-02  10             4                  1               2
        导购A01  2026-11-03  10             -                  -               1      -- half known
        导购A02  2026-11-02  5              2                  0               -
    """)
    row = ask.one("accept_rate", "groups_created", "moments_posted")
    assert row["accept_rate"] == 6 / 15
    assert row["groups_created"] == 1
    assert ask.column("moments_posted", "staff") == {"导购A01": 3, "导购A02": None}


def test_invitations_bring_new_customers(warehouse, ask):
    warehouse.follows("""
        customer  added_at
        ann       2026-10-01 10:00
        bob       2026-10-01 10:00
        cid       2026-11-05 10:00    -- after ann's invitation: a new customer
        dan       2026-10-20 10:00    -- was there before he was invited
    """)
    warehouse.referrals("""
        inviter_external_id  invitee_external_id  invited_at
        ann                  cid                  2026-11-02 10:00
        ann                  dan                  2026-11-02 10:00
        bob                  cid                  2026-11-03 10:00   -- the same person, invited twice
        bob                  zoe                  2026-11-03 10:00   -- never came
    """)
    row = ask.one("invites", "invited_customers", "invite_conversion", "k_factor", **NOVEMBER)
    assert row["invites"] == 4
    assert row["invited_customers"] == 1
    assert row["invite_conversion"] == 1 / 4
    assert row["k_factor"] == 1 / 3  # ann, bob, dan held when November began


def test_coupons(warehouse, ask):
    warehouse.orders("""
        id  customer  paid_at           paid
        o1  ann       2026-11-05 10:00  100
        o2  bob       2026-11-06 10:00   60
    """)
    warehouse.coupons("""
        customer  campaign  issued_at         received_at       redeemed_at       order_id  cost
        ann       双十一    2026-11-01 10:00  2026-11-02 10:00  2026-11-05 10:00  o1        10
        ann       双十一    2026-11-01 10:00  2026-11-02 10:00  2026-11-05 10:00  o1        5    -- same order
        bob       双十一    2026-11-01 10:00  2026-11-03 10:00  -                 -         5
        cid       -         2026-11-01 10:00  -                 -                 -         5
    """)
    row = ask.one("coupons_issued", "coupons_received", "coupons_redeemed", "redemption_rate", "coupon_cost_ratio")
    assert (row["coupons_issued"], row["coupons_received"], row["coupons_redeemed"]) == (4, 3, 2)
    assert row["redemption_rate"] == 2 / 3
    assert row["coupon_cost_ratio"] == 15 / 100
    assert ask.column("coupons_issued", "campaign") == {"双十一": 3, None: 1}


def test_orders_soon_after_the_last_touch(warehouse, ask):
    warehouse.touches("""
        customer  at
        ann       2026-11-01 09:00
        ann       2026-11-05 09:00
        bob       2026-11-05 09:00
        cid       2026-11-01 09:00
    """)
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-05 12:00  10    -- 3 h after her last touch
        bob       2026-11-05 12:01  10    -- a minute too late
        cid       2026-11-09 09:00  10    -- touched 8 days before: not in the rate
        dan       2026-11-09 09:00  10    -- never touched
    """)
    row = ask.one("order_within_3h_rate")
    assert (row["order_within_3h_rate__num"], row["order_within_3h_rate__den"]) == (1, 2)


def test_content(warehouse, ask):
    warehouse.posts("""
        channel  published_at      views  likes  comments  clicks
        公众号   2026-11-02 10:00  1000   50     10        40
        公众号   2026-11-03 10:00  -      5      0         0      -- views unknown: not in the rate
        视频号   2026-11-03 10:00  0      0      0         0
    """)
    rows = {row["channel"]: row for row in ask("views", "likes", "engagement_rate", by="channel")}
    assert rows["公众号"]["views"] == 1000
    assert rows["公众号"]["likes"] == 55
    assert rows["公众号"]["engagement_rate"] == pytest.approx(100 / 1000)
    assert rows["视频号"]["engagement_rate"] is None
