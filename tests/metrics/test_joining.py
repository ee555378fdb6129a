"""Before and after joining a group, by hand and against the paired t test."""

from datetime import date

import pytest
from scipy import stats

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, joining
from sopdash.metrics.filters import Predicate
from sopdash.metrics.joining import JoinQuery


@pytest.fixture
def joined(warehouse):
    warehouse.group_members("""
        customer  membership_id  joined
        ann       m1             2026-11-11 10:00
        ann       m2             2026-11-13 10:00     -- the first group counts
        bob       m3             2026-11-12 10:00
        cat       m4             2026-11-12 12:00
        dan       m5             2026-11-19 10:00     -- fewer than 7 days of orders after it: left out
    """)
    warehouse.orders("""
        customer  id  at                paid
        ann       o1  2026-11-04 00:00  10     -- 7 days before
        ann       o2  2026-11-11 09:00  10     -- the day itself: neither
        ann       o3  2026-11-12 10:00  10
        ann       o4  2026-11-18 23:00  10     -- 7 days after
        bob       o5  2026-11-04 10:00  10     -- 8 days before: too early
        bob       o6  2026-11-15 10:00  10
        dan       o7  2026-11-20 10:00  10
        eve       o8  2026-11-01 10:00  10     -- in no group; the orders begin here
        eve       o9  2026-11-25 10:00  10     -- and end here
    """)
    return warehouse.store


def test_the_same_customers_before_and_after(joined):
    found = joining.run(joined, JoinQuery(days=7), LOCAL_OWNER)
    assert found.customers == 3  # ann, bob, cat
    orders, buyers = found.steps
    assert (orders.before, orders.after) == (pytest.approx(1 / 3), pytest.approx(3 / 3))
    assert (buyers.before, buyers.after) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert orders.relative == pytest.approx(2)
    paired = stats.ttest_rel([2, 1, 0], [1, 0, 0])
    assert orders.p == pytest.approx(paired.pvalue)
    assert tuple(orders.change) == pytest.approx(tuple(paired.confidence_interval()))


def test_period_and_what_is_missing(joined, warehouse):
    of_day = JoinQuery(Period(date(2026, 11, 11), date(2026, 11, 11)), days=7)
    one = joining.run(joined, of_day, LOCAL_OWNER)
    assert one.customers == 1
    assert one.steps[0].p != one.steps[0].p
    assert joining.run(joined, JoinQuery(days=60), LOCAL_OWNER) == joining.Joined(0)


def test_who_joined_and_ordered_on_neither_side_counts_as_nothing(joined):
    alone = JoinQuery(
        days=1, segment=Predicate("c.customer in (select customer from mart.memberships where name = 'cat')")
    )
    found = joining.run(joined, alone, LOCAL_OWNER)
    assert found.customers == 1
    assert [(step.before, step.after) for step in found.steps] == [(0, 0), (0, 0)]


def test_without_members_the_export_is_named(warehouse):
    warehouse.orders("customer id at paid\nann o1 2026-11-01T10:00 10")
    assert joining.run(warehouse.store, JoinQuery(), LOCAL_OWNER).missing is not None


@pytest.mark.parametrize("period", [None, Period(date(2026, 8, 3), date(2026, 10, 11))])
def test_all_customers_from_the_mart_are_those_of_a_segment_of_everybody(demo_store, period):
    quick = joining.run(demo_store, JoinQuery(period), LOCAL_OWNER)
    plain = joining.run(demo_store, JoinQuery(period, segment=Predicate("c.customer is not null")), LOCAL_OWNER)
    assert quick.customers > 30
    assert quick == plain
