"""Where a change of net sales or buyers comes from: the parts add up to the whole."""

from dataclasses import replace
from datetime import date, timedelta
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query
from sopdash.metrics.drivers import held, moved, net_sales, shared
from sopdash.metrics.filters import Predicate
from sopdash.metrics.mix import OUTSIDE, shared_out, split

WEEK = Query(("net_sales",), period=Period(date(2026, 11, 9), date(2026, 11, 15)), compare="previous")


def test_only_the_factor_that_moved_has_an_effect():
    assert shared((10, 2, 50), (20, 2, 50)) == pytest.approx((1000, 0, 0))  # 1,000 → 2,000: buyers doubled


def test_effects_add_up_and_are_symmetric():
    then, now = (10, 1.5, 80), (12, 1.2, 100)  # 1,200 → 1,440
    effects = shared(then, now)
    assert sum(effects) == pytest.approx(240)
    assert effects[0] == pytest.approx(240 / log(1440 / 1200) * log(12 / 10))
    assert shared(now, then) == pytest.approx(tuple(-effect for effect in effects))


def test_a_factor_at_zero_cannot_be_shared_out():
    assert shared((0, 1, 1), (1, 1, 1)) is None


def test_the_change_of_a_week_splits_into_its_drivers(warehouse):
    warehouse.orders("""
        customer  id  paid_at           paid  refund
        ann       o1  2026-11-03 10:00  100   -
        bob       o2  2026-11-04 10:00  100   -
        -         o3  2026-11-05 10:00   30   -     -- nobody knows who: stands apart
        ann       o4  2026-11-10 10:00  110   10
        bob       o5  2026-11-11 10:00  100   -
        eve       o6  2026-11-12 10:00  100   -     -- one buyer more, same frequency, same order value
        -         o7  2026-11-13 10:00   50   -
    """)
    found = net_sales(warehouse.store, WEEK, LOCAL_OWNER)
    assert (found.before, found.after) == (230, 350)
    steps = dict(found.steps)
    assert steps == pytest.approx({"buyers": 100, "frequency": 0, "order_value": 0, "unmatched": 20})
    assert found.largest == ("buyers", pytest.approx(100))


def test_without_customers_the_totals_stand_alone(warehouse):
    warehouse.orders("""
        customer  id  paid_at           paid
        -         o1  2026-11-03 10:00  100
        -         o2  2026-11-10 10:00  150
    """)
    found = net_sales(warehouse.store, WEEK, LOCAL_OWNER)
    assert (found.before, found.after, found.steps, found.largest) == (100, 150, (), None)


def test_without_a_week_before_nothing_is_said(warehouse):
    warehouse.orders("""
        customer  id  paid_at           paid
        ann       o1  2026-11-10 10:00  150
    """)
    assert net_sales(warehouse.store, WEEK, LOCAL_OWNER) is None


# Held before: ann, bob, cat, dan (4); reached: ann, bob (bought), cat (spoke) (3); bought: ann, bob (2) for 200.
# Held in the week: those and eve, fay (6); reached: ann, eve (bought), cat, dan (spoke) (4); bought: 2 for 300.
HELD = """
    customer  follow_id  at                channel  lost
    ann       f1         2026-10-01 09:00  抖音     -
    bob       f2         2026-10-01 09:00  抖音     -
    cat       f3         2026-10-01 09:00  小红书   -
    dan       f4         2026-10-01 09:00  小红书   -
    eve       f5         2026-11-09 09:00  小红书   -
    fay       f6         2026-11-10 09:00  微博     -
    gus       f7         2026-10-01 09:00  微博     2026-10-20 09:00     -- lost before both weeks
"""
SPOKEN = """
    customer  message_id  at
    cat       x1          2026-11-04 10:00
    cat       x2          2026-11-10 10:00
    dan       x3          2026-11-11 10:00
"""
BOUGHT = """
    customer  id  at                paid  refund
    ann       o1  2026-11-03 10:00  120   -
    bob       o2  2026-11-04 10:00   80   -
    joe       o3  2026-11-05 10:00   50   -     -- not held: outside
    -         o4  2026-11-05 10:00   30   -
    ann       o5  2026-11-10 10:00  110   10
    eve       o6  2026-11-11 10:00  100   -
    eve       o7  2026-11-12 10:00  100   -
    joe       o8  2026-11-12 10:00   20   -
    gus       o9  2026-11-12 10:00   40   -     -- lost by now: outside
    -         p1  2026-11-13 10:00   50   -
"""


@pytest.fixture
def brand(warehouse):
    warehouse.follows(HELD)
    warehouse.messages(SPOKEN)
    warehouse.orders(BOUGHT)
    return warehouse.store


def test_net_sales_are_customers_times_reach_times_conversion_times_spend(brand):
    then, now = held(brand, WEEK, (WEEK.period.previous(), WEEK.period), LOCAL_OWNER)
    assert then == (4, 3, 2, 200, 3, 250)
    assert now == (6, 4, 2, 300, 4, 360)
    found = net_sales(brand, WEEK, LOCAL_OWNER)
    assert (found.before, found.after) == (280, 410)
    steps = dict(found.steps)
    mean = 100 / log(300 / 200)  # 4 × 3/4 × 2/3 × 100 = 200 → 6 × 4/6 × 2/4 × 150 = 300
    assert steps == pytest.approx(
        {
            "customers": mean * log(6 / 4),
            "reach": mean * log((4 / 6) / (3 / 4)),
            "conversion": mean * log((2 / 4) / (2 / 3)),
            "spend": mean * log(150 / 100),
            "outside": 60 - 50,
            "unmatched": 50 - 30,
        }
    )
    assert sum(steps.values()) == pytest.approx(410 - 280)


def test_buyers_are_customers_times_reach_times_conversion(brand):
    found = moved(brand, WEEK, "buyers", LOCAL_OWNER)
    assert (found.before, found.after) == (3, 4)
    steps = dict(found.steps)
    assert set(steps) == {"customers", "reach", "conversion", "outside_buyers"}
    assert steps["outside_buyers"] == pytest.approx(1)
    assert sum(steps.values()) == pytest.approx(1)


def test_filters_and_scope_reach_both_sides(brand):
    found = net_sales(brand, replace(WEEK, where=(("channel", "小红书"),)), LOCAL_OWNER)
    assert (found.before, found.after) == (0, 200)
    assert found.steps == ()  # nobody of the channel bought before: a factor of 0 has no logarithm


def test_a_change_by_channel_splits_into_volume_mix_and_rate(brand):
    found = split(brand, WEEK, "net_sales", "channel", LOCAL_OWNER)
    rows = found.rows.set_index("unit")
    assert rows["change"].sum() == pytest.approx(410 - 280)
    for _, row in rows.iterrows():
        assert row["volume"] + row["mix"] + row["rate"] == pytest.approx(row["change"])
    # 4 orders before, 6 after. 抖音: 2 orders of 100 on average, then 1 of 100.
    assert rows.loc["抖音", ["before", "after"]].tolist() == [200, 100]
    assert rows.loc["抖音", "volume"] == pytest.approx((2 / 4 + 1 / 6) / 2 * 100 * 2)
    assert rows.loc["抖音", "mix"] == pytest.approx((4 + 6) / 2 * 100 * (1 / 6 - 2 / 4))
    assert rows.loc["抖音", "rate"] == 0
    assert rows.loc["小红书", "rate"] == 0  # new: no rate before, all of it is volume and mix
    assert rows.loc["小红书", "change"] == 200
    assert [name for name, _ in found.whole.steps] == ["volume", "mix", "rate"]
    assert sum(effect for _, effect in found.whole.steps) == pytest.approx(130)


def test_buyers_by_channel_count_customers_held_and_those_outside(brand):
    rows = split(brand, WEEK, "buyers", "channel", LOCAL_OWNER).rows.set_index("unit")
    assert rows.loc["抖音", ["before", "after", "size_before", "size_after"]].tolist() == [2, 1, 2, 2]
    assert rows.loc["小红书", ["before", "after", "size_before", "size_after"]].tolist() == [0, 1, 2, 3]
    assert rows.loc[OUTSIDE, ["before", "after"]].tolist() == [1, 2]  # joe; joe and gus
    assert rows["change"].sum() == 4 - 3
    assert split(brand, WEEK, "buyers", "platform", LOCAL_OWNER).missing.code == "no_dimension"


@given(
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(1, 50), st.floats(-100, 1000)), max_size=5),
    st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(1, 50), st.floats(-100, 1000)), max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_any_change_adds_up(then, now):
    rows = shared_out(then, now)
    parts = rows["volume"] + rows["mix"] + rows["rate"]
    assert parts.tolist() == pytest.approx(rows["change"].tolist(), abs=1e-6)
    whole = sum(y for _, y in now.values()) - sum(y for _, y in then.values())
    assert rows["change"].sum() == pytest.approx(whole, abs=1e-6)


@pytest.mark.parametrize("first", [date(2026, 10, 12), date(2026, 10, 27)])
@pytest.mark.parametrize("apart", [0, 9])
def test_all_customers_are_counted_like_those_of_a_segment_of_everybody(demo_store, first, apart):
    now = Period(first, date(2026, 11, 11))
    before = Period(first - timedelta(days=now.days + apart), first - timedelta(days=1 + apart))
    found = held(demo_store, Query(("net_sales",)), (before, now), LOCAL_OWNER)
    everybody = Query(("net_sales",), segment=Predicate("(c.customer is not null)"))
    assert found == held(demo_store, everybody, (before, now), LOCAL_OWNER)
    assert all(min(part) > 0 for part in found)
    assert found[1].buyers < found[1].all_buyers
