"""Classes as of earlier days: the mart's own at the end, by hand before it; who rose, who slipped; other thresholds."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.segments import movement
from sopdash.segments.movement import Move, direction
from sopdash.warehouse import Settings

SCORES = ["tier", "value_class", "life_cycle", "rfm_class"]


def test_at_the_end_of_the_data_every_score_is_the_marts(demo_store):
    frame = demo_store.warehouse.frame
    day = demo_store.warehouse.rows("select last_day from mart.meta")[0][0]
    mart = frame(f"select customer, {', '.join(SCORES)} from mart.customers").set_index("customer").sort_index()
    told = movement.as_of(demo_store, day).set_index("customer").sort_index()
    mart = mart.loc[told.index]
    assert len(told) > 6_000
    for score in SCORES:
        assert list(told[score].fillna("-")) == list(mart[score].fillna("-")), score


@pytest.fixture
def shop(warehouse):
    warehouse.follows(
        """
        customer  added_at          lost
        ann       2026-10-01 10:00  -
        bob       2026-08-01 10:00  2026-11-12 10:00
        cid       2026-11-10 10:00  -
        """
    )
    warehouse.orders(
        """
        customer  paid_at           paid
        ann       2026-11-01 10:00  4000
        ann       2026-11-10 10:00  1000.01   -- 5,000.01: VIP since
        bob       2026-08-10 10:00  50        -- 90 days before 8 November: still mature then
        dan       2026-11-15 23:59  10        -- sets the last day
        """
    )
    return warehouse


WEEK = (dt.date(2026, 11, 8), dt.date(2026, 11, 15))


def moves(shop, score):
    found = movement.run(shop.store, Move(score, *WEEK), LOCAL_OWNER)
    return {(row["before"], row["after"]): (row["customers"], row["direction"]) for row in found.to_dict("records")}


def test_who_rose_and_who_slipped(shop):
    assert moves(shop, "tier") == {
        ("ordinary", "vip"): (1, 1),  # ann
        ("ordinary", "ordinary"): (1, 0),  # bob
        (None, "ordinary"): (2, 0),  # cid and dan are new
    }
    # On 8 November ann is 38 days a contact, bob 99 and 90 days quiet.
    assert moves(shop, "life_cycle") == {
        ("mature", "mature"): (1, 0),
        ("mature", "lost"): (1, -1),
        (None, "new"): (1, 0),
    }
    lost = movement.movers(shop.store, Move("life_cycle", *WEEK), "mature", "lost", LOCAL_OWNER)
    assert shop.one("select name from mart.customers where customer = ?", [int(lost["customer"].iloc[0])]) == "bob"
    new = movement.movers(shop.store, Move("life_cycle", *WEEK), None, "new", LOCAL_OWNER)
    assert len(new) == 1


@pytest.mark.parametrize(
    ("score", "before", "after", "way"),
    [
        ("tier", "vip", "super", 1),
        ("tier", "vip", "ordinary", -1),
        ("life_cycle", "new", "growing", 0),
        ("life_cycle", "mature", "silent", -1),
        ("life_cycle", "lost", "mature", 1),
        ("rfm_class", "111", "011", -1),
        ("value_class", None, "high", 0),
    ],
)
def test_direction(score, before, after, way):
    assert direction(score, before, after) == way


def test_other_thresholds_are_tried_before_they_are_saved(shop):
    found = movement.preview(shop.store, "tier", Settings(vip_above=9.99), None, LOCAL_OWNER)
    assert found.to_dict("records") == [
        {"class": "super", "now": 0, "then": 0, "moved_in": 0},
        {"class": "vip", "now": 1, "then": 3, "moved_in": 2},  # bob 50, dan 10
        {"class": "ordinary", "now": 3, "then": 1, "moved_in": 0},
    ]
    assert shop.store.settings.vip_above == 5000
