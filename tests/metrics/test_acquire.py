"""Acquire: follows, channels and what they cost."""

import pytest

NOVEMBER = {"first": "2026-11-01", "last": "2026-11-30"}


def test_adds_count_relations_and_customers_added_count_people_once(warehouse, ask):
    warehouse.follows("""
        customer  staff    add_way  added_at
        ann       导购A01  1        2026-11-02 10:00
        ann       导购A02  1        2026-11-05 10:00   -- a second relation of the same customer
        bob       导购A01  202      2026-11-06 10:00   -- a transfer: no add
        cid       导购A01  1        2026-10-20 10:00   -- before the period
        cid       导购A02  1        2026-11-07 10:00   -- an add, but cid is no new customer
    """)
    row = ask.one("adds", "customers_added", **NOVEMBER)
    assert row == {"adds": 3, "customers_added": 1}
    assert ask.column("adds", "staff", **NOVEMBER) == {"导购A01": 1, "导购A02": 2}


def test_daily_reports_fill_only_days_that_no_rows_cover(warehouse, ask):
    warehouse.follows("""
        customer  channel  added_at
        ann       抖音     2026-11-02 10:00
        bob       抖音     2026-11-04 10:00
    """, as_of="2026-11-04")  # fmt: skip
    warehouse.channel_days("""
        channel  day         adds
        抖音     2026-11-01  5      -- before the list begins
        抖音     2026-11-02  9      -- a check only
        抖音     2026-11-03  9      -- the list covers this day too: nobody came
        抖音     2026-11-06  7      -- after the list
    """)
    result = ask.result("adds", by="day")
    assert [row["adds"] for row in result.records()] == [5, 1, 0, 1, None, 7]
    assert [(note.code, note.values["n"]) for note in result.notes if note.code == "from_reports"] == [
        ("from_reports", 2)
    ]


def test_losses_net_adds_and_loss_rate(warehouse, ask):
    warehouse.follows("""
        customer  added_at          lost_at           lost_by
        ann       2026-10-01 10:00  2026-11-05 10:00  customer
        bob       2026-10-01 10:00  2026-11-06 10:00  staff
        cid       2026-10-01 10:00  -                 -
        dan       2026-10-01 10:00  2026-10-15 10:00  customer   -- gone before the period began
        eve       2026-11-07 10:00  2026-11-07 22:00  customer   -- came and went
        fay       2026-11-08 10:00  -                 -
    """)
    row = ask.one("losses", "loss_rate", "net_adds", "follows_held", **NOVEMBER)
    assert row["losses"] == 2  # ann, eve
    assert row["loss_rate"] == 2 / 3  # of ann, bob, cid at the start
    assert row["net_adds"] == 2 - 2 - 1
    assert row["follows_held"] == 2  # cid, fay


def test_early_losses_wait_until_the_follow_is_old_enough(warehouse, ask):
    warehouse.follows("""
        customer  added_at          lost_at           lost_by
        ann       2026-11-01 10:00  2026-11-02 10:00  customer   -- after exactly 24 h: within a day
        bob       2026-11-01 10:00  2026-11-05 10:00  customer   -- within 7 days
        cid       2026-11-01 10:00  -                 -
        dan       2026-11-08 10:00  2026-11-08 11:00  customer   -- seen for 38 h only: not in the 7 days
    """, as_of="2026-11-09 00:00")  # fmt: skip
    row = ask.one("loss_1d", "loss_7d")
    assert (row["loss_1d__num"], row["loss_1d__den"]) == (1, 3)  # dan is not yet 24 h old when the list was taken
    assert (row["loss_7d__num"], row["loss_7d__den"]) == (2, 3)


CHANNELS = """
    channel  day         reach  scans  spend
    抖音     2026-11-01  1000   -      500
    小红书   2026-11-01  -      200    300     -- reports no reach, only scans
    海报     2026-11-01  400    100    -       -- reports no cost
"""


def brought(warehouse):
    """Douyin brings ann, bob and cid (who had bought before), Xiaohongshu dan, nobody knows who brought eve."""
    warehouse.channel_days(CHANNELS)
    warehouse.follows("""
        customer  channel  added_at
        ann       抖音     2026-11-02 10:00
        bob       抖音     2026-11-02 10:00
        cid       抖音     2026-11-02 10:00
        dan       小红书   2026-11-02 10:00
        eve       -        2026-11-02 10:00
    """)
    warehouse.orders("""
        customer  paid_at           paid  refund
        ann       2026-11-03 10:00  100   20
        cid       2026-10-01 10:00   50   0      -- an existing customer
        cid       2026-11-04 10:00   60   0
        dan       2026-11-05 10:00   40   0
        dan       2026-11-06 10:00   10   0
    """)


def test_add_rate_divides_by_scans_where_only_scans_are_known(warehouse, ask):
    brought(warehouse)
    result = ask.result("add_rate", "reach", "scans", by="channel", **NOVEMBER)
    rows = {row["channel"]: row for row in result.records()}
    assert rows["抖音"]["add_rate"] == 3 / 1000
    assert rows["小红书"]["add_rate"] == 1 / 200
    assert rows["海报"]["add_rate"] == 0 / 400  # reach wins where both are known
    assert rows["小红书"]["reach"] is None
    assert rows["unknown"]["add_rate"] is None
    assert "scans_for_reach" in [note.code for note in result.notes]
    assert ask.one("add_rate", **NOVEMBER)["add_rate"] == 5 / (1000 + 200 + 400)


def test_existing_customers_stay_out_of_channel_conversion(warehouse, ask):
    brought(warehouse)
    rows = {row["channel"]: row for row in ask("channel_conversion", "customers_added", by="channel", **NOVEMBER)}
    assert rows["抖音"]["customers_added"] == 3
    assert (rows["抖音"]["channel_conversion__num"], rows["抖音"]["channel_conversion__den"]) == (
        1,
        2,
    )  # cid in neither
    assert rows["小红书"]["channel_conversion"] == 1
    assert rows["unknown"]["channel_conversion"] == 0


def test_cost_of_customers(warehouse, ask):
    brought(warehouse)
    rows = {row["channel"]: row for row in ask("cac", "cost_per_add", "roas", "spend", by="channel", **NOVEMBER)}
    assert rows["抖音"]["cac"] == 500 / 1  # ann; cid's first order came before
    assert rows["抖音"]["cost_per_add"] == pytest.approx(500 / 3)
    assert rows["抖音"]["roas"] == 80 / 500  # ann's 100 − 20; cid is an existing customer
    assert rows["小红书"]["cac"] == 300 / 1
    assert rows["小红书"]["roas"] == 50 / 300
    assert rows["海报"]["spend"] is None  # not reported is not free
    assert rows["海报"]["cac"] is None
    assert ask.one("cac", **NOVEMBER)["cac"] == 800 / 2


def test_roi_is_absent_until_the_margin_is_set(warehouse, ask):
    brought(warehouse)
    reason = ask.result("roi").missing["roi"]
    assert reason.say("en") == "needs the setting “Gross margin”: Data page, tab Settings"
    assert reason.say("zh") == "需要先填毛利率：“数据”页的“设置”"
    warehouse.set(margin=0.5)
    row = ask.one("roi", where=[("channel", "抖音")], **NOVEMBER)
    assert row["roi"] == pytest.approx((80 * 0.5 - 500) / 500)


def test_a_metric_without_its_export_is_absent_with_the_file_that_would_supply_it(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-02 10:00  100
    """)
    result = ask.result("orders", "cac")
    assert result.records() == [{"orders": 1}]
    assert result.missing["cac"].say("en") == (
        "needs channel_days.spend: the channel spend template; follows: the WeCom customer list"
    )


def test_customer_metrics_of_orders_without_a_customer_column(warehouse, ask):
    warehouse.orders("""
        paid_at           paid
        2026-11-02 10:00  100
    """)
    result = ask.result("orders", "net_sales", "buyers", "repurchase_rate")
    assert result.records() == [{"orders": 1, "net_sales": 100}]
    assert result.missing["buyers"].say("en") == "no customer column in the order export"
    assert set(result.missing) == {"buyers", "repurchase_rate"}
