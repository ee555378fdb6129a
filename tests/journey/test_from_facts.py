"""Funnel, cohorts and hours from imported facts: the same questions through identities and marts."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import CohortQuery, FunnelQuery, HeatmapQuery, Period, Query, cohorts, funnel, heatmap, run
from sopdash.metrics.filters import Predicate

WEEK = Period(dt.date(2026, 11, 2), dt.date(2026, 11, 8))


@pytest.fixture
def shop(warehouse):
    warehouse.follows(
        """
        customer  added_at          channel
        ann       2026-11-02 10:00  抖音
        bob       2026-11-03 10:00  抖音
        cid       2026-11-04 10:00  小红书
        """
    )
    warehouse.group_members(
        """
        customer  joined_at
        ann       2026-11-02 11:00
        bob       2026-11-03 13:00
        """
    )
    warehouse.messages("customer  sent_at\nann  2026-11-02T12:00\nann  2026-11-02T12:30\nbob  2026-11-09T12:00")
    warehouse.orders(
        """
        customer  paid_at           paid  refund
        ann       2026-11-04 10:00  100   100      -- refunded in full: an order all the same
        ann       2026-11-15 10:00  50    -
        cid       2026-11-05 10:00  70    -
        """
    )
    warehouse.channel_days(
        """
        channel  day         reach
        抖音     2026-11-02  700
        抖音     2026-11-03  300
        小红书   2026-11-03  500
        小红书   2026-12-03  999     -- after the period
        """
    )
    return warehouse


def test_funnel_beside_the_people_reached(shop):
    found = funnel.run(shop.store, FunnelQuery(WEEK), LOCAL_OWNER)
    assert dict(zip(found.stages["stage"], found.stages["customers"], strict=True)) == {
        "added": 3,
        "joined": 2,  # ann, bob
        "engaged": 2,  # bob a week later, inside 30 days
        "ordered": 1,  # ann; cid was never in a group
        "ordered_again": 1,
    }
    assert found.as_json()["reached"] == [{"people": 1500}]
    assert found.skipped == {}
    added = run(shop.store, Query(("customers_added",), period=WEEK), LOCAL_OWNER)
    assert added.value("customers_added") == 3  # the first stage is the metric of that name


def test_people_reached_by_channel_but_not_by_tier(shop):
    found = funnel.run(shop.store, FunnelQuery(WEEK, by="channel"), LOCAL_OWNER)
    assert {row["channel"]: row["people"] for row in found.as_json()["reached"]} == {"抖音": 1000, "小红书": 500}
    assert "reached" not in set(found.stages["stage"])
    by_tier = funnel.run(shop.store, FunnelQuery(WEEK, by="tier"), LOCAL_OWNER)
    assert by_tier.reached is None
    assert by_tier.skipped["reached"].say("zh")


def test_cohorts(shop):
    rows = cohorts.run(shop.store, CohortQuery(last=dt.date(2026, 11, 15)), LOCAL_OWNER).as_json()["rows"]
    assert rows == [
        {"cohort": "2026-W45", "size": 3, "k": 0, "active": 2, "rate": 2 / 3},
        {"cohort": "2026-W45", "size": 3, "k": 1, "active": 1, "rate": 1 / 3},
    ]


def test_hours_add_up_to_the_metrics(shop):
    for measure in ("orders", "messages"):
        matrix = heatmap.run(shop.store, HeatmapQuery(measure), LOCAL_OWNER).matrix
        total = run(shop.store, Query((measure,)), LOCAL_OWNER).value(measure)
        assert sum(map(sum, matrix)) == total == 3
    speakers = heatmap.run(shop.store, HeatmapQuery("speakers"), LOCAL_OWNER).matrix
    assert speakers[0][12] == 2  # Mondays at 12: ann on the 2nd, bob on the 9th


@pytest.mark.parametrize("start", ["joined", "first_order"])
@pytest.mark.parametrize("activity", ["orders", "messages", "any"])
@pytest.mark.parametrize("last", [None, dt.date(2026, 11, 8)])
def test_weekly_cohorts_of_all_are_those_of_a_segment_of_everybody(demo_store, start, activity, last):
    for first, end in (((2026, 9, 14), (2026, 11, 1)), ((2026, 9, 16), (2026, 11, 4)), (None, None)):
        period = first and Period(dt.date(*first), dt.date(*end))
        query = CohortQuery("week", start, activity, last, period)
        told = cohorts.run(demo_store, query, LOCAL_OWNER).rows
        everybody = replace(query, segment=Predicate("(c.customer is not null)"))
        pd.testing.assert_frame_equal(told, cohorts.run(demo_store, everybody, LOCAL_OWNER).rows)
        assert told["active"].sum() > 0


@pytest.mark.parametrize("period", [None, Period(dt.date(2026, 9, 16), dt.date(2026, 11, 4))])
def test_hours_of_all_messages_are_those_of_a_segment_and_of_nobody_known(demo_store, period):
    told = heatmap.run(demo_store, HeatmapQuery("messages", period), LOCAL_OWNER).matrix
    everybody = HeatmapQuery("messages", period, segment=Predicate("(c.customer is not null)"))
    known = heatmap.run(demo_store, everybody, LOCAL_OWNER).matrix
    days = "" if period is None else f"and day between '{period.first}' and '{period.last}'"
    nobody = demo_store.warehouse.rows(
        f"select weekday, hour, count(*) from mart.messages where not is_staff and customer is null {days} group by all"
    )
    for weekday, hour, count in nobody:
        known[weekday][hour] += count
    assert told == known
    assert sum(map(sum, told)) > 100
