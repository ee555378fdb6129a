"""Adherence: done, on time, left; and who ordered after, done against left."""

from __future__ import annotations

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period
from sopdash.playbook import Done, install, tick, todo
from sopdash.playbook.adherence import adherence

DAYS = Period(dt.date(2026, 11, 2), dt.date(2026, 11, 3))


@pytest.fixture
def calls(warehouse):
    """Four calls due on 2 and 3 November at 10:00; 0001 and 0004 order again within a week."""
    warehouse.follows("""
        customer  follow_id  added_at          staff
        顾客0001  f1         2026-06-01 09:00  导购A01
        顾客0002  f2         2026-06-01 09:00  导购A01
        顾客0003  f3         2026-06-01 09:00  导购A02
        顾客0004  f4         2026-06-01 09:00  导购A02
    """)
    warehouse.orders("""
        customer  id  at                paid  status     received_at
        顾客0001  o1  2026-10-20 10:00  50    completed  2026-10-26 10:00
        顾客0002  o2  2026-10-20 10:00  50    completed  2026-10-26 10:00
        顾客0003  o3  2026-10-20 10:00  50    completed  2026-10-27 10:00
        顾客0004  o4  2026-10-20 10:00  50    completed  2026-10-27 10:00
        顾客0001  p1  2026-11-05 10:00  50    paid       -
        顾客0004  p4  2026-11-09 10:00  50    paid       -
        顾客0002  p2  2026-11-15 10:00  50    paid       -
    """)
    install(warehouse.store, "3_after_sales", "test")
    return warehouse.store


def set_clock(monkeypatch, store, moment):
    monkeypatch.setattr(type(store.settings), "now", lambda _: dt.datetime.fromisoformat(moment))


def test_ticking_changes_adherence(calls, monkeypatch):
    set_clock(monkeypatch, calls, "2026-11-02 18:00")
    by_name = {row["name"]: row for row in todo(calls, DAYS, LOCAL_OWNER).to_dict("records")}
    assert sorted(by_name) == ["顾客0001", "顾客0002", "顾客0003", "顾客0004"]
    tick(calls, by_name["顾客0001"], Done.DONE, LOCAL_OWNER)
    told = adherence(calls, DAYS, "staff", LOCAL_OWNER)
    assert (told.due, told.done) == (2, 1)  # those of the 3rd are not due yet

    set_clock(monkeypatch, calls, "2026-11-04 09:00")  # one day late
    tick(calls, by_name["顾客0003"], Done.DONE, LOCAL_OWNER)
    told = adherence(calls, DAYS, "staff", LOCAL_OWNER)
    rows = {
        row["staff"]: (row["due"], row["done"], row["on_time"], row["open"]) for row in told.rows.to_dict("records")
    }
    assert rows == {"导购A01": (2, 1, 1, 1), "导购A02": (2, 1, 0, 1)}
    assert told.rate == 0.5


def test_what_came_of_it_is_told_for_done_and_left(calls, monkeypatch):
    set_clock(monkeypatch, calls, "2026-11-03 18:00")
    tasks = {row["name"]: row for row in todo(calls, DAYS, LOCAL_OWNER).to_dict("records")}
    for name in ("顾客0001", "顾客0002"):
        tick(calls, tasks[name], Done.DONE, LOCAL_OWNER)
    outcome = adherence(calls, DAYS, "step", LOCAL_OWNER).outcome
    # done: 0001 ordered on the 5th, 0002 only on the 15th; left: 0004 on the 9th (due the 3rd), 0003 never
    assert (outcome.done, outcome.done_ordered, outcome.left, outcome.left_ordered) == (2, 1, 2, 1)
    assert outcome.compared.difference == 0
