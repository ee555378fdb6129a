"""Budget and hours by value at stake and response rate, by hand."""

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.segments import effort

TOLD = pd.DataFrame(
    {
        "tier": ["vip", "ordinary", "ordinary"],
        "stage": ["mature", "mature", "silent"],
        "customers": [10, 100, 200],
        "value": [30_000.0, 20_000.0, 10_000.0],
        "response": [0.5, 0.2, 0.1],
    }
)


def test_budget_follows_value_times_response():
    plan = effort.allocate(TOLD, budget=2000, hours=40, minutes=600)
    # 15,000 : 4,000 : 1,000 of 20,000
    assert list(plan["weight"]) == [0.75, 0.2, 0.05]
    assert list(plan["budget"]) == [1500, 400, 100]
    assert list(plan["hours"]) == [30, 8, 2]
    assert list(plan["minutes_each"]) == [180, 4.8, 0.6]


def test_hours_beyond_what_customers_can_use_go_to_the_others():
    plan = effort.allocate(TOLD, budget=0, hours=40, minutes=60)
    # The ten VIPs can use 10 hours; 30 are left for the others, 4 : 1.
    assert list(plan["hours"]) == pytest.approx([10, 24, 6])
    assert list(effort.allocate(TOLD, 0, 1000, 6)["hours"]) == pytest.approx([1, 10, 20])  # all can have their fill


def test_cells_of_a_small_shop(warehouse):
    warehouse.set(minimum_count=2)
    warehouse.follows("customer  added_at\nann  2026-01-01 10:00\nbob  2026-01-01 10:00\ncid  2026-11-14 10:00")
    warehouse.orders(
        """
        customer  paid_at           paid
        ann       2026-11-15 10:00  100
        bob       2026-11-15 11:00  300
        bob       2025-10-01 10:00  999   -- more than a year ago
        """
    )
    found = effort.cells(warehouse.store, (), None, LOCAL_OWNER)
    rows = {(row["tier"], row["stage"]): row for row in found.to_dict("records")}
    assert set(rows) == {("ordinary", "mature"), ("ordinary", "new")}
    mature, new = rows["ordinary", "mature"], rows["ordinary", "new"]
    assert (mature["customers"], mature["value"], mature["response"]) == (2, 400, 1)
    assert not mature["modelled"]  # two buyers are no model
    assert (new["small"], new["response"]) == (True, pytest.approx(2 / 3))  # of all three
