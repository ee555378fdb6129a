"""Keep: groups, speakers, activity; stock figures are never summed over days."""

import pytest

WEEK = {"first": "2026-11-09", "last": "2026-11-15"}


def talking(warehouse):
    """Two groups by rows: 福利群 with ann, bob and a guide, 新品群 with ann and cid."""
    warehouse.groups("""
        group   group_type  capacity
        福利群  福利        4
        新品群  新品        -
    """)
    warehouse.group_members("""
        group   customer  is_staff  joined_at         left_at           leave_kind
        福利群  ann       false     2026-11-01 10:00  -                 -
        福利群  bob       false     2026-11-01 10:00  2026-11-10 10:00  left
        福利群  cid       false     2026-11-09 00:00  2026-11-11 10:00  removed   -- in the week's first second
        福利群  导购A01   true      2026-11-01 10:00  -                 -
        新品群  ann       false     2026-11-12 10:00  -                 -
    """, as_of="2026-11-15")  # fmt: skip
    warehouse.messages("""
        group   customer  is_staff  sent_at
        福利群  ann       false     2026-11-09 20:00
        福利群  ann       false     2026-11-10 20:00
        福利群  bob       false     2026-11-09 21:00
        福利群  导购A01   true      2026-11-09 22:00
        新品群  ann       false     2026-11-12 20:00
        福利群  ann       false     2026-11-15 20:00
    """)


def test_members_joins_and_leaves_by_rows(warehouse, ask):
    talking(warehouse)
    row = ask.one(
        "groups", "group_members", "joins", "leaves", "leaves_left", "leaves_removed", "leave_rate", "capacity_used",
        **WEEK,
    )  # fmt: skip
    assert row["groups"] == 2
    assert row["group_members"] == 2  # ann twice
    assert row["joins"] == 2  # cid, ann in 新品群
    assert (row["leaves"], row["leaves_left"], row["leaves_removed"]) == (2, 1, 1)
    assert row["leave_rate"] == 2 / 2  # of ann, bob when the week began
    assert row["capacity_used"] == pytest.approx((2 + 1) / (4 + 200))  # the guide takes a place; 200 by default


def test_a_customer_in_many_groups_speaks_once(warehouse, ask):
    talking(warehouse)
    row = ask.one("speakers", "messages", "speaking_rate", "messages_per_speaker", **WEEK)
    assert row["speakers"] == 2  # ann (in two groups), bob
    assert row["messages"] == 5
    assert row["speaking_rate"] == 2 / 2
    assert row["messages_per_speaker"] == 5 / 2
    assert ask.column("speakers", "group", **WEEK) == {"福利群": 2, "新品群": 1}


def test_fan_out_of_groups_and_orders_stays_apart(warehouse, ask):
    talking(warehouse)
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-10 10:00  100
        ann       2026-11-11 10:00   50
    """)
    row = ask.one("orders", "net_sales", "speakers", "messages", "joins", **WEEK)
    assert row == {"orders": 2, "net_sales": 150, "speakers": 2, "messages": 5, "joins": 2}


def test_stock_over_days_is_the_end_of_each_day(warehouse, ask):
    talking(warehouse)
    days = ask.column("group_members", "day", **WEEK)
    assert list(days.values()) == [3, 2, 1, 2, 2, 2, 2]  # cid joined, bob left, cid left, ann joined
    assert ask.column("group_members", "week", **WEEK) == {"2026-W46": 2}


def test_a_snapshot_speaks_for_its_day_and_its_stock_for_a_week(warehouse, ask):
    warehouse.group_days("""
        group   day         members  customers  staff_members  joins  leaves  messages
        甲群    2026-11-03  52       50         2              4      1       30
        乙群    2026-11-10  11       10         1              1      0       0
    """)
    days = ask("group_members", "joins", by="day", first="2026-11-02", last="2026-11-11")
    assert [row["group_members"] for row in days] == [None, 50, 50, 50, 50, 50, 50, 50, 60, 10]
    assert [row["joins"] for row in days] == [None, 4, None, None, None, None, None, None, 1, None]
    week = ask.result("joins", "messages", first="2026-11-02", last="2026-11-08")
    assert week.records() == [{"joins": 4, "messages": 30}]  # of the one day that is covered, and it is said
    assert "partly_reported" in [note.code for note in week.notes]
    [row] = ask("joins", "leave_rate", first="2026-11-09", last="2026-11-15", compare="previous")
    assert (row["joins"], row["joins__before"], row["joins__change"]) == (
        1,
        4,
        None,
    )  # 1 of 7 days beside 1 of 7: no trend
    assert row["leave_rate"] is None  # a rate needs the whole week


def test_a_group_missing_from_a_snapshot_is_not_dissolved(warehouse, ask):
    warehouse.group_days("""
        group   day         customers
        甲群    2026-11-03  50
        乙群    2026-11-03  10
        甲群    2026-11-10  55
    """)
    assert ask.column("groups", "day", first="2026-11-02", last="2026-11-10")[_day("2026-11-10")] == 2


def test_silent_groups_have_no_customer_message_for_seven_days(warehouse, ask):
    talking(warehouse)
    assert ask.one("silent_groups", **WEEK)["silent_groups"] == 0
    assert ask.one("silent_groups", first="2026-11-01", last="2026-11-11")["silent_groups"] == 0  # 新品群 not born yet
    after = {"first": "2026-11-13", "last": "2026-11-20"}
    assert ask.one("silent_groups", **after)["silent_groups"] == 0  # the data on messages ends on the 15th
    warehouse.messages("""
        group   customer  is_staff  sent_at
        福利群  ann       false     2026-11-20 20:00
    """)
    assert ask.one("silent_groups", **after)["silent_groups"] == 1  # 新品群 since the 12th
    later = ask.one("silent_groups", first="2026-11-21", last="2026-11-28")
    assert later["silent_groups"] is None  # eight days without data are no silence


def test_join_rate_of_customers_added(warehouse, ask):
    talking(warehouse)
    warehouse.follows("""
        customer  added_at
        ann       2026-11-09 10:00    -- in a group already
        dan       2026-11-09 10:00
    """)
    assert ask.one("join_rate", **WEEK)["join_rate"] == 1 / 2


def test_active_customers(warehouse, ask):
    talking(warehouse)
    warehouse.orders("""
        customer  paid_at           paid
        dan       2026-10-20 10:00  10
        eve       2026-11-14 10:00  10
        eve       2026-10-01 10:00  10
    """)
    row = ask.one("mau", "wau", "active_rate", **WEEK)
    assert row["wau"] == 3  # ann, bob, eve
    assert row["mau"] == 4  # and dan, 26 days before the end
    assert row["active_rate"] == 1 / 1  # ann and bob spoke; only ann is left in a group


def test_growth_and_conversion_of_held_customers(warehouse, ask):
    warehouse.follows("""
        customer  added_at          lost_at
        ann       2026-11-01 10:00  -
        bob       2026-11-01 10:00  2026-11-10 10:00
        cid       2026-11-01 10:00  -
        dan       2026-11-10 10:00  -
        eve       2026-11-11 10:00  -
        fay       2026-11-02 10:00  -
    """)
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-11-12 10:00  10
        ann       2026-11-13 10:00  10
        dan       2026-11-13 10:00  10    -- not held when the week began
        fay       2026-11-13 10:00  10    -- asked to be left alone
    """)
    warehouse.opt_outs("""
        customer  at
        fay       2026-11-03 10:00
    """)
    row = ask.one("customers_held", "customer_growth", "conversion_rate", **WEEK)
    assert row["customers_held"] == 5
    assert row["customer_growth"] == 5 / 4 - 1  # ann, bob, cid, fay at the start
    assert row["conversion_rate"] == 1 / 3  # ann of ann, bob, cid


def _day(text):
    import datetime as dt

    return dt.date.fromisoformat(text)
