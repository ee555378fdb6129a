"""Where a change of net sales comes from: the parts add up to the whole."""

from datetime import date
from math import log

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query
from sopdash.metrics.drivers import net_sales, shared

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
