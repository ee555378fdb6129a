"""Goals against a hand computation: baseline, today, even pace, the line to the deadline, where it stands."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from sopdash.access import LOCAL_OWNER
from sopdash.errors import Conflict, SopdashError
from sopdash.playbook import goals
from sopdash.playbook.goals import Goal, Standing


def weekly_orders(counts, first=dt.date(2026, 9, 7)):
    """A table of orders: so many in each week from a Monday on, the last on its Sunday."""
    rows = []
    for week, count in enumerate(counts):
        sunday = first + dt.timedelta(weeks=week, days=6)
        rows += [f"顾客{week}{n:02d}  w{week}n{n}  {sunday} 10:00  10" for n in range(count)]
    start = f"顾客起点  start  {first} 08:00  10"
    return "customer  id  at  paid\n" + "\n".join([start, *rows])


@pytest.fixture
def rising(warehouse):
    """Orders per week from Monday 7 Sep 2026: 10 (with the first one), 11, 13, 12, 14, 15."""
    warehouse.orders(weekly_orders([9, 11, 13, 12, 14, 15]))
    return warehouse.store


def plan(store, **how):
    told = {"starts_on": dt.date(2026, 9, 14), "deadline": dt.date(2026, 11, 15), "window_days": 7} | how
    return goals.draft(store, "orders", LOCAL_OWNER, **told)


def test_twenty_percent_is_of_the_baseline(rising):
    goal = plan(rising, change=0.2)
    assert (goal.baseline, goal.target) == (10, 12)
    assert goal.change == pytest.approx(0.2)


def test_progress_equals_the_hand_computation(rising):
    told = goals.progress(rising, plan(rising, target=20), LOCAL_OWNER)
    assert list(told.windows["value"]) == [10, 11, 13, 12, 14, 15]
    assert told.today == 15
    assert told.share == pytest.approx((15 - 10) / (20 - 10))
    # 14 Sep to 18 Oct are 35 of the 63 days to 15 Nov
    assert told.elapsed == pytest.approx(35 / 63)
    assert told.wanted == pytest.approx(10 + 10 * 35 / 63)
    # x = 0…5, mean 2.5; y mean 12.5; Sxy = 16.5, Sxx = 17.5 → slope 33/35; the deadline is x = 9
    slope = 33 / 35
    assert told.forecast.value == pytest.approx(12.5 + slope * 6.5)  # 18.63
    # residuals: squares add up to Syy − slope·Sxy = 17.5 − 15.557 = 1.943 over 4; t(4) = 2.7764
    half = 2.776445 * (1.942857 / 4) ** 0.5 * (1 + 1 / 6 + 6.5**2 / 17.5) ** 0.5
    assert told.forecast.high - told.forecast.value == pytest.approx(half, rel=1e-5)
    assert told.standing is Standing.AT_RISK  # 18.6 misses 20, but 22.2 lies in the interval


@pytest.mark.parametrize(("target", "standing"), [(15, "reached"), (18, "on_track"), (20, "at_risk"), (40, "off")])
def test_where_it_stands(rising, target, standing):
    assert goals.progress(rising, plan(rising, target=target), LOCAL_OWNER).standing == standing


def test_a_goal_may_point_down(rising):
    assert goals.progress(rising, plan(rising, target=5), LOCAL_OWNER).standing is Standing.OFF


def test_a_deadline_that_is_over_is_missed(rising):
    goal = plan(rising, target=40, deadline=dt.date(2026, 10, 4))
    told = goals.progress(rising, goal, LOCAL_OWNER)
    assert told.standing is Standing.MISSED
    assert told.today == 12  # measured in the last window before the deadline


def test_three_windows_are_too_few_for_a_line(warehouse):
    warehouse.orders(weekly_orders([9, 11, 13]))
    told = goals.progress(warehouse.store, plan(warehouse.store, target=40), LOCAL_OWNER)
    assert told.forecast is None
    assert told.standing is Standing.UNKNOWN


def test_no_baseline_no_goal(rising):
    with pytest.raises(SopdashError, match="goal_no_baseline"):
        goals.draft(
            rising, "csat", LOCAL_OWNER, starts_on=dt.date(2026, 9, 14), deadline=dt.date(2026, 12, 1), change=0.1
        )
    with pytest.raises(ValidationError):
        plan(rising, change=0.0)


def test_goals_are_kept_and_two_people_do_not_overwrite_each_other(rising):
    kept = goals.add(rising, plan(rising, target=20, where=(("platform", "test"),), owner="负责人"), "a")
    assert goals.goals(rising) == [kept]
    changed = goals.change(rising, kept.model_copy(update={"target": 25.0}), "b")
    with pytest.raises(Conflict):
        goals.change(rising, kept, "a")
    assert goals.goals(rising)[0].target == 25
    goals.remove(rising, changed)
    assert goals.goals(rising) == []
    assert isinstance(changed, Goal)
