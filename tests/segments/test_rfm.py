"""RFM worked out by hand, ties included, in all three scorings."""

import datetime as dt

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.errors import UnknownName
from sopdash.metrics.filters import Predicate
from sopdash.metrics.period import Period
from sopdash.segments import RfmQuery, rfm

# Snapshot 2026-11-21, T = 00:00 of it: R = whole days of 24 hours from the last order.
ORDERS = """
    order_id  customer  is_paid  ordered_at        net_sales
    a1        1         true     2026-11-20T23:00  100.00    # 1 hour before T: 0 whole days, at least 1
    b1        2         true     2026-11-10T12:00  100.00
    b2        2         true     2026-11-18T12:00  200.00    # 2 days and 12 hours: 2
    c1        3         true     2026-11-11T00:00  50.00     # 10
    d1        4         true     2026-11-01T00:00  700.00    # 20
    d2        4         true     2026-10-01T00:00  50.00
    d3        4         true     2026-09-01T00:00  50.00
    e1        5         true     2026-10-22T00:00  100.00    # 30
    f1        6         true     2026-10-12T00:00  100.00    # 40
    f2        6         false    2026-11-19T00:00  999.00    # not paid
    g1        -         true     2026-11-19T00:00  999.00    # nobody known
"""
BY_HAND = {  # customer: (r_days, f, m)
    1: (1, 1, 100.0),
    2: (2, 2, 300.0),
    3: (10, 1, 50.0),
    4: (20, 3, 800.0),
    5: (30, 1, 100.0),
    6: (40, 1, 100.0),
}


@pytest.fixture
def six(marts):
    marts.fill("orders", ORDERS)
    marts.fill("customers", "customer  name\n" + "\n".join(f"{n}  顾客000{n}" for n in range(1, 7)))
    marts.covers("2026-09-01", "2026-11-20", "orders", "orders.customer")
    return marts


def by_customer(found):
    return {row["customer"]: row for row in found.customers.to_dict("records")}


def test_recency_frequency_money(six, store):
    found = rfm.run(store, RfmQuery(), LOCAL_OWNER)
    assert found.snapshot == dt.date(2026, 11, 21)  # the day after the last order
    assert {who: (row["r_days"], row["f"], row["m"]) for who, row in by_customer(found).items()} == BY_HAND


def marks(found):
    return {
        who: (row["r_score"], row["f_score"], row["m_score"], row["class"]) for who, row in by_customer(found).items()
    }


def test_quintile_cuts_are_interpolated_and_ties_share_a_score(six, store):
    # Positions of the cuts in six sorted values: 1, 2, 3, 4 (0.2 × 5 …), no interpolation needed.
    # R: 1 2 10 20 30 40  → cuts 2, 10, 20, 30   → 6 − (1 + cuts below): 1→5 2→5 10→4 20→3 30→2 40→1
    # F: 1 1 1 1 2 3      → cuts 1, 1, 1, 2      → 1→1 2→4 3→5
    # M: 50 100 100 100 300 800 → cuts 100, 100, 100, 300 → 50→1 100→1 300→4 800→5
    assert marks(rfm.run(store, RfmQuery("quintile"), LOCAL_OWNER)) == {
        1: (5, 1, 1, "100"),
        2: (5, 4, 4, "111"),
        3: (4, 1, 1, "100"),
        4: (3, 5, 5, "011"),
        5: (2, 1, 1, "000"),
        6: (1, 1, 1, "000"),
    }


def test_quintile_between_two_values(six, store):
    # Without customer 6 five values stand at 0, ¼, … of the way: the cuts of R 1 2 10 20 30 lie at positions
    # 0.8, 1.6, 2.4, 3.2 = 1.8, 6.8, 14, 22 → 1→5 2→4 10→3 20→2 30→1
    six.connection.execute("delete from mart.orders where customer = 6")
    six.recount()
    found = marks(rfm.run(store, RfmQuery("quintile"), LOCAL_OWNER))
    assert {who: row[0] for who, row in found.items()} == {1: 5, 2: 4, 3: 3, 4: 2, 5: 1}


def test_fixed_cuts(six, store):
    # R cuts 30, 60, 90, 180; F 5, 10, 15, 20; M 500, 1000, 3000, 5000: a value on a cut stays on the better side for R
    # (30 days is 5, 40 is 4) and below it for F and M.
    assert marks(rfm.run(store, RfmQuery("cuts"), LOCAL_OWNER)) == {
        1: (5, 1, 1, "100"),
        2: (5, 1, 1, "100"),
        3: (5, 1, 1, "100"),
        4: (5, 1, 2, "100"),
        5: (5, 1, 1, "100"),
        6: (4, 1, 1, "100"),
    }


def test_means_are_beaten_strictly(six, store):
    # Means: R (1+2+10+20+30+40)/6 = 17.17, F 9/6 = 1.5, M 1450/6 = 241.67
    assert {who: row[3] for who, row in marks(rfm.run(store, RfmQuery("mean"), LOCAL_OWNER)).items()} == {
        1: "100",
        2: "111",
        3: "100",
        4: "011",
        5: "000",
        6: "000",
    }
    # All alike: nobody is better than the mean, in cents that no float holds exactly.
    six.connection.execute("delete from mart.orders where order_id not in ('a1', 'e1', 'f1')")
    six.connection.execute("update mart.orders set net_sales = 10.10, ordered_at = '2026-11-10'")
    six.recount()
    assert {row[3] for row in marks(rfm.run(store, RfmQuery("mean"), LOCAL_OWNER)).values()} == {"000"}


def test_snapshot_ignores_later_orders(six, store):
    found = rfm.run(store, RfmQuery(snapshot=dt.date(2026, 11, 18)), LOCAL_OWNER)
    assert {who: (row["r_days"], row["f"]) for who, row in by_customer(found).items()} == {
        2: (7, 1),  # the order of 18 November, 12:00 is after T: from 10 November 12:00 7½ days
        3: (7, 1),
        4: (17, 3),
        5: (27, 1),
        6: (37, 1),
    }


def test_period_limits_orders_and_moves_the_snapshot(six, store):
    october = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    found = rfm.run(store, RfmQuery(period=october), LOCAL_OWNER)
    assert found.snapshot == dt.date(2026, 11, 1)
    assert {who: (row["r_days"], row["f"]) for who, row in by_customer(found).items()} == {
        4: (31, 1), 5: (10, 1), 6: (20, 1),
    }  # fmt: skip


def test_json_names_customers_and_not_ids(six, store):
    document = rfm.run(store, RfmQuery("quintile"), LOCAL_OWNER).as_json()
    assert document["scoring"] == "quintile"
    assert document["snapshot"] == "2026-11-21"
    assert document["customers"][0] == {
        "customer": "顾客0004", "r_days": 20, "f": 3, "m": 800.0,
        "r_score": 3, "f_score": 5, "m_score": 5, "class": "011",
    }  # fmt: skip


def test_eight_classes_empty_ones_included(six, store):
    classes = rfm.run(store, RfmQuery("quintile"), LOCAL_OWNER).classes()
    assert dict(zip(classes["class"], classes["customers"], strict=True)) == {
        "111": 1, "011": 1, "101": 0, "001": 0, "110": 0, "010": 0, "100": 2, "000": 2,
    }  # fmt: skip


def test_without_known_customers_the_reason_is_given(six, store):
    six.connection.execute("delete from mart.coverage where need = 'orders.customer'")
    found = rfm.run(store, RfmQuery(), LOCAL_OWNER)
    assert (found.missing.code, found.customers.empty) == ("no_customer_column", True)


def test_an_unknown_scoring_is_refused(six, store):
    with pytest.raises(UnknownName):
        rfm.run(store, RfmQuery("deciles"), LOCAL_OWNER)


def test_the_cut_points_that_stand_are_those_of_all_buyers(demo_store):
    everybody = RfmQuery(segment=Predicate("c.customer is not null"))  # asked anew, as of any segment
    found = rfm.run(demo_store, RfmQuery(), LOCAL_OWNER).cells
    assert found["customers"].sum() > 100
    pd.testing.assert_frame_equal(found, rfm.run(demo_store, everybody, LOCAL_OWNER).cells)
