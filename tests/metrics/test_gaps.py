"""Days between orders: every gap in its bin, quantiles as the catalogue's."""

from datetime import date

import numpy as np
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, gaps, samples
from sopdash.metrics.filters import Predicate
from sopdash.metrics.gaps import GapQuery


def test_gaps_are_booked_where_the_later_order_falls(warehouse, ask):
    warehouse.orders("""
        customer  id  at                paid  store
        ann       o1  2026-10-01 10:00  10    门店01
        ann       o2  2026-11-02 10:00  10    门店01     -- 32 days
        ann       o3  2026-11-02 22:00  10    门店01     -- half a day
        bob       o4  2026-11-01 10:00  10    门店02
        bob       o5  2026-11-08 10:00  10    门店02     -- 7 days: the bin from 7
        eve       o6  2026-11-03 10:00  10    门店02     -- once
        -         o7  2026-11-04 10:00  10    门店02
    """)
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    found = gaps.run(warehouse.store, GapQuery(november), LOCAL_OWNER)
    counts = {row.from_day: row.gaps for row in found.bins.itertuples() if row.gaps}
    assert counts == {0: 1, 7: 1, 30: 1}
    assert found.bins["share"].sum() == pytest.approx(1)
    assert (found.n, found.median) == (3, 7)
    assert found.p90 == pytest.approx(7 + 0.8 * 25)  # between the 2nd and the 3rd of 0.5, 7, 32
    row = ask.one("repurchase_gap_days", "repurchase_gap_days_p90", first="2026-11-01", last="2026-11-30")
    assert (found.median, found.p90) == (row["repurchase_gap_days"], pytest.approx(row["repurchase_gap_days_p90"]))
    of_store = gaps.run(warehouse.store, GapQuery(november, (("store", "门店02"),)), LOCAL_OWNER)
    assert (of_store.n, of_store.median) == (1, 7)
    empty = gaps.run(warehouse.store, GapQuery(Period(date(2026, 9, 1), date(2026, 9, 30))), LOCAL_OWNER)
    assert (empty.n, empty.median, empty.missing) == (0, None, None)


def test_without_orders_the_export_is_named(warehouse):
    assert gaps.run(warehouse.store, GapQuery(), LOCAL_OWNER).missing is not None


@pytest.mark.parametrize(
    ("first", "segment"),
    [
        (date(2026, 7, 1), None),
        (date(2026, 8, 24), None),
        (date(2026, 10, 20), None),
        (date(2026, 7, 1), Predicate("c.orders > ?", (2,))),
    ],
)
def test_the_spread_of_many_gaps_is_that_of_the_values_themselves(demo_store, first, segment):
    period = Period(first, date(2026, 11, 15))
    found = gaps.run(demo_store, GapQuery(period, segment=segment), LOCAL_OWNER)
    values = samples.values(demo_store, "repurchase_gap_days", period, (), segment, LOCAL_OWNER)
    assert found.n == len(values) > 300
    assert (found.median, found.p90) == pytest.approx(np.quantile(values, [0.5, 0.9]), rel=1e-12)
    assert found.mean == pytest.approx(values.mean(), rel=1e-12)
    assert found.bins["gaps"].tolist() == np.histogram(values, [*gaps.EDGES, np.inf])[0].tolist()
