"""Seven weekdays × 24 hours, Monday first."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER, Role, Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import heatmap
from sopdash.metrics.heatmap import HeatmapQuery
from sopdash.metrics.period import Period

MONDAY, TUESDAY, SUNDAY = 0, 1, 6


def filled(result):
    """(weekday, hour) → count of the cells that are not 0."""
    return {(day, hour): n for day, row in enumerate(result.matrix) for hour, n in enumerate(row) if n}


@pytest.fixture
def talk(marts):
    marts.fill("customers", "customer  channel  tier\n 1  抖音  vip\n 2  小红书  ordinary")
    marts.fill("groups", "group  group_type  store  owner\n福利群01  福利群  S1  导购A\nVIP群01  VIP群  S2  导购B")
    marts.fill(
        "messages",
        """
        group     customer  sender    is_staff  sent_at           day         hour  weekday
        福利群01  1         顾客0001  false     2026-11-02T09:00  2026-11-02  9     0     # a Monday
        福利群01  1         顾客0001  false     2026-11-02T09:59  2026-11-02  9     0
        福利群01  1         顾客0001  false     2026-11-09T09:30  2026-11-09  9     0     # the next Monday
        福利群01  2         顾客0002  false     2026-11-09T09:30  2026-11-09  9     0
        VIP群01   2         顾客0002  -         2026-11-08T23:59  2026-11-08  23    6
        VIP群01   -         导购A     true      2026-11-08T23:00  2026-11-08  23    6     # staff do not count
        """,
    )
    marts.fill(
        "orders",
        """
        order_id  customer  is_paid  ordered_at        day         store  platform
        A1        1         true     2026-11-03T00:00  2026-11-03  S1     taobao
        A2        -         true     2026-11-03T00:30  2026-11-03  S1     taobao  # nobody known: an order all the same
        A3        2         true     2026-11-08T20:59  2026-11-08  S2     youzan
        A4        2         false    2026-11-08T20:59  2026-11-08  S2     youzan    # not paid
        """,
    )
    marts.covers("2026-11-01", "2026-11-30", "messages", "orders")
    return marts


def test_orders(talk, store):
    found = heatmap.run(store, HeatmapQuery("orders"), LOCAL_OWNER)
    assert filled(found) == {(TUESDAY, 0): 2, (SUNDAY, 20): 1}
    assert [len(row) for row in found.as_json()["matrix"]] == [24] * 7


def test_messages_and_distinct_speakers(talk, store):
    assert filled(heatmap.run(store, HeatmapQuery("messages"), LOCAL_OWNER)) == {(MONDAY, 9): 4, (SUNDAY, 23): 1}
    assert filled(heatmap.run(store, HeatmapQuery("speakers"), LOCAL_OWNER)) == {(MONDAY, 9): 2, (SUNDAY, 23): 1}


def test_period_is_inclusive(talk, store):
    period = Period(dt.date(2026, 11, 3), dt.date(2026, 11, 8))
    assert filled(heatmap.run(store, HeatmapQuery("messages", period), LOCAL_OWNER)) == {(SUNDAY, 23): 1}


def test_filters_of_the_rows_and_of_their_customers(talk, store):
    def messages(*where):
        return filled(heatmap.run(store, HeatmapQuery("messages", where=where), LOCAL_OWNER))

    assert messages(("group_type", "VIP群")) == {(SUNDAY, 23): 1}
    assert messages(("channel", "抖音")) == {(MONDAY, 9): 3}
    assert messages(("store", "S1"), ("tier", "ordinary")) == {(MONDAY, 9): 1}
    orders = heatmap.run(store, HeatmapQuery("orders", where=(("platform", "youzan"),)), LOCAL_OWNER)
    assert filled(orders) == {(SUNDAY, 20): 1}


def test_a_store_sees_its_own_orders(talk, store):
    manager = Viewer("店长S2", Role.STORE, stores=("S2",))
    assert filled(heatmap.run(store, HeatmapQuery("orders"), manager)) == {(SUNDAY, 20): 1}


def test_without_messages_the_cells_are_empty_and_say_why(talk, store):
    talk.connection.execute("delete from mart.coverage where need = 'messages'")
    found = heatmap.run(store, HeatmapQuery("speakers"), LOCAL_OWNER).as_json()
    assert found["matrix"][0] == [None] * 24
    assert found["missing"]["speakers"].startswith("needs messages")


def test_an_unknown_measure_is_refused(talk, store):
    with pytest.raises(UnknownName):
        heatmap.run(store, HeatmapQuery("clicks"), LOCAL_OWNER)


def test_the_busiest_hour_and_stretch():
    matrix = [[0] * 24 for _ in range(7)]
    matrix[2][20], matrix[2][21], matrix[5][22], matrix[6][9] = 5, 2, 3, 4
    found = heatmap.Heatmap("orders", matrix).busiest
    assert (found.weekday, found.hour) == (2, 20)
    assert (found.since, found.until, found.share) == (20, 23, 10 / 14)  # 5 + 2 + 3 of 14
    assert heatmap.Heatmap("orders", [[0] * 24] * 7).busiest is None
    assert heatmap.Heatmap("orders", [[None] * 24] * 7).busiest is None
