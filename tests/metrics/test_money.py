"""Money and orders: small tables, the arithmetic beside them."""

import pytest

NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}


def test_repurchase_rate_counts_customers_not_orders(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  100
        ann       2026-11-09 20:00   50     -- second order: ann came back
        bob       2026-11-03 09:00   80
        bob       2026-12-01 09:00   80     -- outside the period
        -         2026-11-04 09:00   10     -- no customer: in orders, not in the rate
    """)
    row = ask.one("repurchase_rate", "orders", "buyers", "order_match_rate", **NOVEMBER)
    assert row["repurchase_rate"] == 1 / 2  # ann of ann, bob
    assert (row["repurchase_rate__num"], row["repurchase_rate__den"]) == (1, 2)
    assert row["orders"] == 4
    assert row["buyers"] == 2
    assert row["order_match_rate"] == 3 / 4


def test_money_per_order_and_per_buyer(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid   refund  units
        ann       2026-11-02 10:00  100.10  0      2
        ann       2026-11-03 10:00   50.20  20.10  1
        bob       2026-11-04 10:00    0     0      1      -- a free order is an order
        -         2026-11-05 10:00   30     0      -      -- nobody knows who, nor how many units
    """)
    row = ask.one(
        "gmv", "refunds", "net_sales", "aov", "spend_per_buyer", "purchase_frequency", "refund_rate", "item_units",
        "attach_rate",
    )  # fmt: skip
    assert row["gmv"] == pytest.approx(180.30)  # 100.10 + 50.20 + 0 + 30
    assert row["refunds"] == pytest.approx(20.10)
    assert row["net_sales"] == pytest.approx(160.20)
    assert row["aov"] == pytest.approx(160.20 / 4)
    assert row["spend_per_buyer"] == pytest.approx(130.20 / 2)  # the 30 has no customer
    assert row["purchase_frequency"] == 3 / 2
    assert row["refund_rate"] == 1 / 4
    assert row["item_units"] == 4
    assert row["attach_rate"] == 4 / 3  # of the three orders that state units


def test_a_refund_after_the_period_belongs_to_the_orders_period(warehouse, ask):
    warehouse.orders("""
        id  customer  paid_at           paid
        o1  ann       2026-11-02 10:00  100
        o2  bob       2026-12-20 10:00   40
    """)
    warehouse.refunds("""
        order_id  amount  refunded_at
        o1        30      2026-12-24 09:00
    """)
    assert ask("refunds", "net_sales", by="month") == [
        {"month": "2026-11", "refunds": 30, "net_sales": 70},
        {"month": "2026-12", "refunds": 0, "net_sales": 40},
    ]


def test_payment_rate_is_of_created_orders(warehouse, ask):
    warehouse.orders("""
        customer  status   created_at        paid_at           paid
        ann       paid     2026-11-02 10:00  2026-11-02 10:05  100
        ann       unpaid   2026-11-03 10:00  -                 50
        bob       deleted  2026-11-03 10:00  -                 50    -- left out
        bob       paid     2026-10-31 23:59  2026-11-01 00:01  20    -- created before the period
    """)
    row = ask.one("payment_rate", "orders", **NOVEMBER)
    assert row["payment_rate"] == 1 / 2
    assert row["orders"] == 2


def test_orders_of_unknown_status_stand_apart(warehouse, ask):
    warehouse.orders("""
        customer  status   status_word  paid_at           paid
        ann       paid     交易成功      2026-11-02 10:00  100
        ann       unknown  神秘状态      2026-11-03 10:00  50
    """)
    row = ask.one("orders", "orders_unknown_status", "orders_unknown_amount")
    assert row == {"orders": 1, "orders_unknown_status": 1, "orders_unknown_amount": 50}


def test_repurchase_within_30_days_waits_for_maturity(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-10-01 10:00  10
        ann       2026-10-31 10:00  10    -- exactly 30 × 24 h later: counts
        bob       2026-10-01 10:00  10
        bob       2026-10-31 10:01  10    -- a minute too late
        cid       2026-10-15 10:00  10    -- first order 29 days before the newest: not yet counted
        dan       2026-10-14 10:00  10    -- exactly 30 days before the newest: counted
        eve       2026-11-13 10:00  10    -- the newest order time in the data
    """)
    row = ask.one("repurchase_30d", "new_buyers")
    assert (row["repurchase_30d__num"], row["repurchase_30d__den"]) == (1, 3)  # ann of ann, bob, dan
    assert row["new_buyers"] == 5


def test_the_gap_is_booked_where_the_later_order_falls(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-10-30 00:00  10
        ann       2026-11-01 12:00  10    -- 2.5 days
        ann       2026-11-05 12:00  10    -- 4 days
        bob       2026-11-01 00:00  10
        bob       2026-11-11 00:00  10    -- 10 days
    """)
    row = ask.one("repurchase_gap_days", "repurchase_gap_days_mean", "repurchase_gap_days_p90", **NOVEMBER)
    assert row["repurchase_gap_days"] == 4
    assert row["repurchase_gap_days_mean"] == pytest.approx((2.5 + 4 + 10) / 3)
    assert row["repurchase_gap_days_p90"] == pytest.approx(4 + 0.8 * (10 - 4))  # position 0.9 × 2 = 1.8
    october = ask.one("repurchase_gap_days", first="2026-10-25", last="2026-10-31")
    assert october["repurchase_gap_days"] is None


def test_returning_buyers_bought_before_the_period_anywhere(warehouse, ask):
    warehouse.orders("""
        customer  platform  paid_at           paid
        ann       taobao    2026-10-20 10:00  10
        ann       youzan    2026-11-03 10:00  10    -- bought before, on another platform
        bob       youzan    2026-11-04 10:00  10
        bob       youzan    2026-11-05 10:00  10    -- twice, but both in the period
    """)
    row = ask.one("returning_buyer_rate", "weekly_repurchasers", where=[("platform", "youzan")], **NOVEMBER)
    assert row["returning_buyer_rate"] == 1 / 2  # ann of ann, bob
    assert row["weekly_repurchasers"] == 2  # both placed an order that was not their first


def test_private_sales_and_arpu_look_at_who_was_held(warehouse, ask):
    warehouse.follows("""
        customer  added_at          lost_at
        ann       2026-11-01 09:00  -
        bob       2026-11-10 09:00  -
        cid       2026-10-01 09:00  2026-11-15 09:00
    """)
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  100   -- held before
        bob       2026-11-03 10:00   40   -- added only a week later
        cid       2026-11-04 10:00   60   -- held then, lost before the end
    """)
    row = ask.one("private_sales_share", "arpu", "customers_held", **NOVEMBER)
    assert row["private_sales_share"] == (100 + 60) / 200
    assert row["customers_held"] == 2  # ann, bob
    assert row["arpu"] == (100 + 40) / 2


def test_totals_of_rates_are_the_rate_of_totals(warehouse, ask):
    warehouse.orders("""
        customer  sales_channel  paid_at           paid  refund
        ann       app            2026-11-02 10:00  100   0
        ann       app            2026-11-03 10:00   50   10
        bob       mini           2026-11-03 10:00   10   10
        cid       -              2026-11-05 10:00    5   0
    """)
    total = ask.one("aov", "refund_rate")
    parts = ask("aov", "refund_rate", by="sales_channel")
    assert [row["sales_channel"] for row in parts] == ["app", "mini", None]
    by_day = ask("aov", "refund_rate", by="day")
    for rows in (parts, by_day):
        for name in ("aov", "refund_rate"):
            num, den = (sum(row[f"{name}__{part}"] for row in rows) for part in ("num", "den"))
            assert num / den == pytest.approx(total[name])
