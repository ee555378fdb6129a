"""The funnel, worked out by hand: order, ties, window, open variant, splits, people, reasons."""

import datetime as dt

import pytest
from journey.marts import Marts

from sopdash.access import LOCAL_OWNER, Role, Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import funnel
from sopdash.metrics.funnel import FunnelQuery
from sopdash.metrics.period import Period

NEEDS = ("follows", "group_members", "messages", "orders.customer")
NOVEMBER = Period(first=dt.date(2026, 11, 1), last=dt.date(2026, 11, 30))


@pytest.fixture
def week(marts: Marts) -> Marts:
    """Six customers; the data ends on 31 December, so every window is over."""
    marts.fill(
        "customers",
        """
        customer  name      channel  store  staff
        1         顾客0001  抖音     S1     导购A
        2         顾客0002  抖音     S1     导购A
        3         顾客0003  抖音     S2     导购B
        4         顾客0004  小红书   S2     导购B
        5         顾客0005  小红书   S2     导购B
        6         顾客0006  -        -      -
        """,
    )
    marts.events(
        """
        customer  kind     at
        1         added    2026-11-02 10:00
        1         joined   2026-11-02 10:00     # a tie with being added: counts, 0 hours
        1         spoke    2026-11-02 12:00
        1         ordered  2026-11-02 12:00     # a tie again
        1         ordered  2026-11-20 12:00     # ordered again
        2         added    2026-11-03 10:00
        2         joined   2026-11-03 14:00     # 4 hours later
        2         ordered  2026-11-04 10:00     # never spoke: the closed funnel lost him at engaged
        3         joined   2026-11-03 09:00     # before being added: open variant only
        3         added    2026-11-04 09:00
        3         spoke    2026-11-05 09:00
        4         added    2026-11-05 10:00
        4         joined   2026-11-05 12:00     # 2 hours later
        4         spoke    2026-12-05 10:00     # exactly 30 × 24 h after being added: inside
        4         ordered  2026-12-05 10:01     # a minute too late
        5         added    2026-12-01 00:00     # after the period
        6         ordered  2026-11-06 10:00     # never added
        """
    )
    marts.covers("2026-11-01", "2026-12-31", *NEEDS)
    return marts


def column(result, name="customers"):
    return dict(zip(result.stages["stage"], result.stages[name], strict=True))


def test_each_stage_is_at_or_after_the_one_before_and_within_the_window(week, store):
    found = funnel.run(store, FunnelQuery(period=NOVEMBER), LOCAL_OWNER)
    assert column(found) == {
        "added": 4,  # 1 2 3 4; 5 comes after the period, 6 was never added
        "joined": 3,  # 1 2 4; 3 joined before
        "engaged": 2,  # 1, and 4 on the last moment of the window
        "ordered": 1,  # 1; 4 a minute late
        "ordered_again": 1,
    }
    assert column(found, "from_previous")["joined"] == 3 / 4
    assert column(found, "from_first")["engaged"] == 2 / 4
    assert column(found, "median_hours")["joined"] == 2  # of 0, 4, 2
    assert column(found, "median_hours")["ordered_again"] == 18 * 24
    assert list(found.stages["open_window"]) == [0, 0, 0, 0, 0]


def test_open_variant_takes_the_stages_in_any_order(week, store):
    found = funnel.run(store, FunnelQuery(period=NOVEMBER, open=True), LOCAL_OWNER)
    assert column(found) == {
        "added": 4,
        "joined": 4,  # 3 joined a day before being added
        "engaged": 3,  # 1 3 4
        "ordered": 2,  # 1, and 2 who never spoke
        "ordered_again": 1,
    }


def test_shorter_window(week, store):
    found = funnel.run(store, FunnelQuery(period=NOVEMBER, window_days=7), LOCAL_OWNER)
    assert column(found) == {"added": 4, "joined": 3, "engaged": 1, "ordered": 1, "ordered_again": 0}


def test_by_channel_the_parts_add_up(week, store):
    found = funnel.run(store, FunnelQuery(by="channel"), LOCAL_OWNER)
    by = {(row.channel, row.stage): row.customers for row in found.stages.itertuples()}
    assert [by["抖音", stage] for stage in column(found)] == [3, 2, 1, 1, 1]
    assert [by["小红书", stage] for stage in column(found)] == [2, 1, 1, 0, 0]


def test_by_week_of_the_first_stage_shows_empty_weeks(week, store):
    two_weeks = Period(first=dt.date(2026, 11, 2), last=dt.date(2026, 11, 15))
    found = funnel.run(store, FunnelQuery(period=two_weeks, by="week"), LOCAL_OWNER)
    added = found.stages[found.stages["stage"] == "added"]
    assert list(zip(added["week"], added["customers"], strict=True)) == [("2026-W45", 4), ("2026-W46", 0)]
    assert found.as_json()["stages"][-1] == {
        "week": "2026-W46", "stage": "ordered_again", "customers": 0,
        "from_previous": None, "from_first": None, "median_hours": None, "open_window": 0,
    }  # fmt: skip


def test_filters_on_one_dimension_are_alternatives_and_on_two_restrict(week, store):
    def added(*where):
        return column(funnel.run(store, FunnelQuery(where=where), LOCAL_OWNER))["added"]

    assert added(("channel", "抖音")) == 3
    assert added(("channel", "抖音"), ("channel", "小红书")) == 5
    assert added(("channel", "抖音"), ("store", "S2")) == 1
    assert added(("channel", "'; drop table mart.customers; --")) == 0


def test_a_store_sees_its_own_customers(week, store):
    manager = Viewer("店长S2", Role.STORE, stores=("S2",))
    assert column(funnel.run(store, FunnelQuery(), manager))["added"] == 3
    nowhere = Viewer("店长", Role.STORE)
    assert column(funnel.run(store, FunnelQuery(by="channel"), nowhere)) == {}
    assert set(funnel.people(store, FunnelQuery(), "added", False, manager)["customer"]) == {3, 4, 5}


def test_customers_whose_window_runs_on_are_counted(week, store):
    week.covers("2026-11-01", "2026-12-02")  # the data ends with 2 December: windows that began on 2 November are over
    found = funnel.run(store, FunnelQuery(period=NOVEMBER), LOCAL_OWNER)
    assert column(found, "open_window") == {
        "added": 3,  # 2 3 4: 3, 4 and 5 November + 30 days are later; 1 ended on 2 December at 10:00
        "joined": 2,
        "engaged": 1,
        "ordered": 0,
        "ordered_again": 0,
    }


@pytest.mark.parametrize(
    ("stage", "dropped", "who"),
    [
        ("added", False, [1, 2, 3, 4]),
        ("joined", True, [3]),
        ("engaged", True, [2]),
        ("ordered", True, [4]),
        ("ordered_again", False, [1]),
        ("added", True, []),
    ],
)
def test_people_behind_a_stage(week, store, stage, dropped, who):
    found = funnel.people(store, FunnelQuery(period=NOVEMBER), stage, dropped, LOCAL_OWNER)
    assert list(found["customer"]) == who


def test_people_of_one_value(week, store):
    query = FunnelQuery(period=NOVEMBER, by="channel")
    assert list(funnel.people(store, query, "joined", False, LOCAL_OWNER, value="抖音")["customer"]) == [1, 2]


def test_people_and_counts_agree_everywhere(week, store):
    for is_open in (False, True):
        query = FunnelQuery(by="staff", open=is_open)
        for row in funnel.run(store, query, LOCAL_OWNER).stages.itertuples():
            who = funnel.people(store, query, row.stage, False, LOCAL_OWNER, value=row.staff)
            assert len(who) == row.customers


def test_stages_without_their_export_are_skipped_and_named(week, store):
    week.connection.execute("delete from mart.coverage where need in ('group_members', 'messages')")
    found = funnel.run(store, FunnelQuery(period=NOVEMBER), LOCAL_OWNER)
    assert column(found) == {"added": 4, "ordered": 2, "ordered_again": 1}  # 1 and 2 ordered after being added
    assert {name: reason.values["needs"] for name, reason in found.skipped.items()} == {
        "reached": ("channel_days.reach",),
        "joined": ("group_members",),
        "engaged": ("messages|touches",),
    }
    assert found.as_json("en")["skipped"]["joined"].startswith("needs group_members: ")


def test_only_orders_begin_with_the_first_order(week, store):
    week.connection.execute("delete from mart.coverage where need <> 'orders.customer'")
    found = funnel.run(store, FunnelQuery(period=NOVEMBER), LOCAL_OWNER)
    assert column(found) == {"ordered": 3, "ordered_again": 1}  # 1 2 6; 4's first order is in December


def test_nothing_at_all(marts, store):
    found = funnel.run(store, FunnelQuery(by="channel"), LOCAL_OWNER)
    assert found.stages.empty
    assert set(found.skipped) == {"reached", "added", "joined", "engaged", "ordered", "ordered_again"}


def test_filters_on_time_mean_the_first_stage(week, store):
    where = (("week", "2026-W45"), ("day", "2026-11-03"), ("day", "2026-11-04"))
    assert column(funnel.run(store, FunnelQuery(where=where), LOCAL_OWNER))["added"] == 2  # 2 and 3
    assert column(funnel.run(store, FunnelQuery(where=(("month", "2026-12"),)), LOCAL_OWNER))["added"] == 1  # 5


def test_a_dimension_with_several_values_per_customer_is_refused(week, store):
    with pytest.raises(UnknownName):
        funnel.run(store, FunnelQuery(by="group"), LOCAL_OWNER)
