"""Plan against result, form and hour that worked, activities that draw: worked out by hand."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, publishing
from sopdash.metrics.publishing import Planned

EVE = dt.datetime(2026, 11, 10, 20, 0)  # a Tuesday


def test_a_planned_entry_finds_its_post_and_the_orders_after_it(warehouse):
    """Customer 甲 is held from 1 Sept. Tuesdays 20:00–23:00: 3 orders after the post; 1, 2 and 0 the weeks before."""
    warehouse.follows("""
        customer  follow_id  added_at
        甲        f1         2026-09-01 09:00
    """)
    warehouse.orders("""
        customer  id   at                paid
        甲        o0   2026-10-13 21:00  10   -- four weeks before: the first order known, so its window is cut
        甲        o1   2026-10-20 19:00  10   -- an hour too early
        甲        o2   2026-10-27 20:00  10
        甲        o3   2026-10-27 22:59  10
        甲        o4   2026-11-03 20:30  10
        甲        o5   2026-11-10 20:20  10
        甲        o6   2026-11-10 21:00  10
        甲        o7   2026-11-10 23:19  10   -- the post went out at 20:20: its window ends 23:20
        甲        o8   2026-11-10 23:20  10
        乙        o9   2026-11-10 21:00  10   -- not in the private domain
        甲        o10  2026-11-12 12:00  10
    """)
    warehouse.posts("""
        post_id  theme     channel  form  published_at      views  likes  comments  clicks
        p1       有奖答题  群消息   文字  2026-11-10 20:20  300    20     5         45
        p2       有奖答题  群消息   文字  2026-11-09 20:00  1      1      1         1       -- another day
        p3       群内抽奖  群消息   图文  2026-11-11 20:31  100    1      1         9
    """)
    planned = (
        Planned("a", EVE, "有奖答题 "),
        Planned("b", EVE + dt.timedelta(days=1), "群内抽奖"),
        Planned("c", EVE, "没有发布"),
    )
    found = publishing.results(warehouse.store, planned, LOCAL_OWNER)
    quiz, lottery = found.rows.sort_values("id").to_dict("records")
    assert (quiz["id"], quiz["minutes"], quiz["on_time"]) == ("a", 20, True)
    assert (quiz["views"], quiz["likes"], quiz["comments"], quiz["clicks"]) == (300, 20, 5, 45)
    # Windows 20:20–23:20: 3 Nov 1 (o4), 27 Oct 1 (o3), 20 Oct 0, 13 Oct begins before the first order known.
    assert quiz["orders_after"] == 3  # o5, o6, o7
    assert quiz["normal"] == pytest.approx(2 / 3)
    assert (quiz["normal_low"], quiz["normal_high"]) == (0, 1)
    assert (lottery["minutes"], lottery["on_time"]) == (31, False)
    assert found.until == dt.datetime(2026, 11, 11, 20, 31)


def test_without_posts_there_is_a_reason(warehouse):
    found = publishing.results(warehouse.store, (Planned("a", EVE, "x"),), LOCAL_OWNER)
    assert found.missing is not None
    assert found.rows.empty


def test_click_rates_are_pooled_and_their_interval_is_over_posts(warehouse):
    warehouse.posts("""
        post_id  form  channel  published_at      views  clicks
        p1       图文  群消息   2026-11-02 20:00  100    10
        p2       图文  群消息   2026-11-03 20:00  300    60
        p3       视频  朋友圈   2026-11-04 12:30  100    30
        p4       视频  朋友圈   2026-11-05 12:30  -      30   -- without views it has no rate
    """)
    rows = publishing.posts_by(warehouse.store, "form", None, None, LOCAL_OWNER).set_index("form")
    picture = rows.loc["图文"]
    assert (picture["posts"], picture["views_per_post"], picture["click_rate"]) == (2, 200, 70 / 400)
    # residuals 10 − .175·100 = −7.5 and 60 − .175·300 = 7.5; var = 2/1 · 112.5 / 400² ; t(1) = 12.706
    half = 12.706 * (2 * 112.5) ** 0.5 / 400
    assert picture["high"] == pytest.approx(70 / 400 + half, abs=1e-4)
    assert picture["low"] == 0
    assert rows.loc["视频", "posts"] == 1
    assert rows.loc["视频", "low"] is None or rows.loc["视频", "low"] != rows.loc["视频", "low"]
    only = publishing.posts_by(warehouse.store, "hour", None, "群消息", LOCAL_OWNER)
    assert list(only["hour"]) == [20]
    assert list(only["few"]) == [True]


def test_active_hours_count_customers_of_the_segment(warehouse):
    warehouse.follows("""
        customer  follow_id  added_at          channel
        甲        f1         2026-09-01 09:00  抖音
        乙        f2         2026-09-01 09:00  抖音
        丙        f3         2026-09-01 09:00  小红书
    """)
    warehouse.orders("""
        customer  id  at                paid
        甲        o1  2026-11-02 20:10  10
        甲        o2  2026-11-03 20:50  10
        乙        o3  2026-11-03 09:00  10
        丙        o4  2026-11-03 09:00  10
        丙        o5  2026-08-03 08:00  10
    """)
    weeks = Period(dt.date(2026, 10, 1), dt.date(2026, 11, 15))
    rows = publishing.active_hours(warehouse.store, None, None, weeks, LOCAL_OWNER)
    assert [(row.hour, row.customers, row.of) for row in rows.itertuples()] == [(9, 2, 3), (20, 1, 3)]
    assert rows["active_share"].tolist() == [2 / 3, 1 / 3]


def test_activities_by_kind(warehouse):
    """Group 福利群 has 4 members. Quiz: 2 take part, 1 of them orders within a day; lottery: 3 and 1 of 4."""
    warehouse.group_members("""
        customer  membership_id  joined
        甲        a              2026-10-01 10:00
        乙        b              2026-10-01 10:00
        丙        c              2026-10-01 10:00
        丁        d              2026-10-01 10:00
    """)
    warehouse.activities("""
        customer  activity_id  activity   kind  group   at
        甲        x1           第1周答题  答题  福利群  2026-11-03 20:00
        乙        x2           第1周答题  答题  福利群  2026-11-03 20:05
        甲        x3           第1周抽奖  抽奖  福利群  2026-11-04 20:00
        乙        x4           第1周抽奖  抽奖  福利群  2026-11-04 20:00
        丙        x5           第1周抽奖  抽奖  福利群  2026-11-04 20:00
        丁        x6           第2周抽奖  抽奖  福利群  2026-11-11 20:00
    """)
    warehouse.orders("""
        customer  id  at                paid
        甲        o1  2026-11-04 19:59  10
        甲        o2  2026-11-06 20:00  10
    """)
    rows = publishing.activities(warehouse.store, None, LOCAL_OWNER).set_index("kind")
    assert (rows.loc["抽奖", "activities"], rows.loc["抽奖", "participants"]) == (2, 2)
    assert rows.loc["抽奖", "participation"] == 4 / 8
    assert rows.loc["答题", "participation"] == 2 / 4
    assert rows.loc["答题", "buyers_share"] == 1 / 2
    assert rows.loc["抽奖", "buyers_share"] == 0
