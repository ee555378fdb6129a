"""Time to the second purchase, by hand."""

import datetime as dt

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.errors import UnknownName
from sopdash.metrics import Period, SurvivalQuery, survival
from sopdash.metrics.filters import Predicate

ORDERS = """
    customer  paid_at           paid
    ann       2026-10-01 10:00  10
    ann       2026-10-11 09:00  10    -- within 10 × 24 h: day 10
    bob       2026-10-01 10:00  10
    bob       2026-10-11 11:00  10    -- an hour over: day 11
    cem       2026-10-21 10:00  10    -- watched 10 days: last seen waiting on day 10
    dia       2026-10-31 10:00  10    -- the newest order: day 0
    -         2026-10-05 10:00  10    -- nobody
"""


def curve(warehouse, **query):
    return survival.run(warehouse.store, SurvivalQuery(**query), LOCAL_OWNER)


def test_the_curve_by_hand(warehouse):
    warehouse.orders(ORDERS)
    found = curve(warehouse)
    rows = found.curves[["day", "at_risk", "events", "censored", "survival"]].to_numpy().tolist()
    assert rows == [
        [0, 4, 0, 1, 1],  # dia leaves the count
        [10, 3, 1, 1, pytest.approx(2 / 3)],  # ann of ann, bob, cem; cem is still at risk
        [11, 1, 1, 0, 0],  # bob, the only one left
    ]
    [row] = found.groups.to_dict("records")
    assert (row["group"], row["customers"], row["events"], row["median_days"]) == (None, 4, 2, 11)
    assert row["small"]  # fewer than 30
    assert found.groups["returned_30d"].isna().all()  # nobody was watched 30 days
    assert [note.code for note in found.notes] == ["history_starts"]


def test_the_period_holds_the_first_orders(warehouse):
    warehouse.orders(ORDERS)
    found = curve(warehouse, period=Period(dt.date(2026, 10, 21), dt.date(2026, 10, 31)))
    assert list(found.groups["customers"]) == [2]  # cem, dia
    assert curve(warehouse, period=Period(dt.date(2026, 9, 1), dt.date(2026, 9, 2))).missing.code == "nobody_bought"
    assert curve(warehouse, where=(("store", "S9"),)).curves.empty


def test_returned_after_30_days_is_the_repurchase_rate_where_all_are_watched(warehouse, ask):
    warehouse.orders("""
        customer  paid_at           paid
        ann       2026-01-01 10:00  10
        ann       2026-01-31 10:00  10    -- exactly 30 × 24 h
        bob       2026-01-02 10:00  10
        bob       2026-02-01 10:01  10    -- a minute over
        cem       2026-01-03 10:00  10
        zoe       2026-09-01 10:00  10    -- keeps the data going
    """)
    january = Period(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    [row] = curve(warehouse, period=january).groups.to_dict("records")
    rate = ask.one("repurchase_30d", first="2026-01-01", last="2026-01-31")["repurchase_30d"]
    assert row["returned_30d"] == pytest.approx(rate) == pytest.approx(1 / 3)


def test_groups_are_compared_when_they_are_large_enough(warehouse):
    lines = ["customer paid_at paid store"]
    for n in range(60):
        store, later = ("S1", 3) if n < 30 else ("S2", 20)
        lines += [f"c{n}  2026-09-01  10  {store}", f"c{n}  2026-09-{1 + later:02}  10  {store}"]
    lines += ["x  2026-09-30  10  S3"]
    warehouse.orders("\n".join(lines))
    found = curve(warehouse, by="store")
    assert set(found.groups["group"]) == {"S1", "S2", "S3"}
    told = found.groups.set_index("group")
    assert (told.loc["S1", "median_days"], told.loc["S2", "median_days"]) == (3, 20)
    assert list(told["small"]) == [False, False, True]
    assert found.test.df == 1  # S3 is too small to be compared
    assert found.test.p < 1e-6
    document = found.as_json()
    assert document["test"]["df"] == 1
    assert "missing" not in document


def test_in_a_group_means_before_the_first_order(warehouse):
    warehouse.orders(ORDERS)
    warehouse.group_members("""
        customer  joined
        ann       2026-09-30 10:00
        bob       2026-10-02 10:00    -- joined after the first order
    """)
    found = curve(warehouse, by="in_group").groups.set_index("group")["customers"]
    assert found.to_dict() == {"no": 3, "yes": 1}


def test_what_cannot_be_asked(warehouse):
    assert "orders.customer" in curve(warehouse).missing.say("en")
    with pytest.raises(UnknownName):
        curve(warehouse, by="platform")
    warehouse.orders(ORDERS)
    assert "group_members" in curve(warehouse, by="in_group").missing.say("en")


@pytest.mark.parametrize("by", [None, "in_group"])
@pytest.mark.parametrize("period", [None, Period(dt.date(2026, 9, 8), dt.date(2026, 11, 1))])
def test_sums_of_all_customers_give_the_same_curve_as_the_customers(demo_store, by, period):
    quick, plain = (
        survival.run(demo_store, SurvivalQuery(period, by, segment=segment), LOCAL_OWNER)
        for segment in (None, Predicate("c.customer is not null"))
    )
    assert len(quick.curves) > 20
    pd.testing.assert_frame_equal(quick.curves, plain.curves)
    pd.testing.assert_frame_equal(quick.groups, plain.groups)
    assert quick.test == plain.test
