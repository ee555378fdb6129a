"""The to-do list of Wednesday 11 November on the demo: five customers in five stages, worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest

import sopdash.segments  # noqa: F401 - names saved segments
from sopdash.access import LOCAL_OWNER
from sopdash.demo import ready_demo
from sopdash.metrics import Period
from sopdash.playbook import Done, steps, tick, todo
from sopdash.playbook.adherence import adherence

DAY = dt.date(2026, 11, 11)

# What the demo's files say of them, and what follows for the day.
FACTS = {
    # Added on Monday at 22:07, in no group: 24 h later is 22:07 of Tuesday, in the quiet hours → Wednesday 8:00.
    "顾客02149": ("24 小时邀请进群", "08:00", "2026-11-09 22:07:35"),
    # Added on Sunday at 22:18, nothing bought: 48 h later is Tuesday 22:18 → Wednesday 8:00.
    "顾客00585": ("48 小时首购券", "08:00", "2026-11-08 22:18:19"),
    # Received on Wednesday a week before: the call.
    "顾客04659": ("收货 7 天回访", "10:00", "2026-11-04 20:18:18"),
    # Last order on 21 October, none since: 21 days.
    "顾客02716": ("补货提醒（21 天未再购）", "10:00", "2026-10-21 18:56:32"),
    # Last message on 27 September, no click, no order: 45 days.
    "顾客00027": ("沉默 45 天：回归券", "10:00", "2026-09-27 08:52:51"),
}


@pytest.fixture
def demo(own_demo, monkeypatch):
    monkeypatch.setenv("SOPDASH_DATA", str(own_demo))
    store = ready_demo()
    yield store
    store.close()


def last_of(store, name):
    """When that, which the step follows, happened: read from the facts alone."""
    [(added,)] = store.warehouse.rows("select added_at from fact.follows where name = ?", [name])
    orders = store.warehouse.rows(
        """select o.paid_at, o.received_at from fact.orders o
           join mart.orders m using (platform, shop, order_id) join mart.follows f on f.customer = m.customer
           where f.name = ? order by o.paid_at""",
        [name],
    )
    spoke = store.warehouse.rows("select max(sent_at) from fact.messages where sender = ?", [name])[0][0]
    return added, orders, spoke


def test_five_customers_in_five_stages(demo):
    names = {step.id: step.name for step in steps(demo)}
    tasks = todo(demo, Period(DAY, DAY), LOCAL_OWNER)
    for name, (step, at, moment) in FACTS.items():
        rows = tasks[tasks["name"] == name].to_dict("records")
        assert [(names[row["step"]], f"{row['due_at']:%H:%M}") for row in rows] == [(step, at)]
        added, orders, spoke = last_of(demo, name)
        told = {
            "24 小时邀请进群": added, "48 小时首购券": added, "收货 7 天回访": orders[-1][1] if orders else None,
            "补货提醒（21 天未再购）": orders[-1][0] if orders else None, "沉默 45 天：回归券": spoke,
        }[step]  # fmt: skip
        assert str(told) == moment
        if step in ("24 小时邀请进群", "48 小时首购券", "沉默 45 天：回归券"):
            assert orders == []


def test_ticking_changes_adherence(demo, monkeypatch):
    monkeypatch.setattr(type(demo.settings), "now", lambda _: dt.datetime(2026, 11, 11, 18, 0))
    day = Period(DAY, DAY)
    before = adherence(demo, day, "staff", LOCAL_OWNER)
    assert (before.done, before.on_time) == (0, 0)
    tasks = todo(demo, day, LOCAL_OWNER)
    chosen = tasks[tasks["name"] == "顾客04659"].iloc[0]
    tick(demo, {str(name): value for name, value in chosen.to_dict().items()}, Done.DONE, LOCAL_OWNER)
    after = adherence(demo, day, "staff", LOCAL_OWNER)
    assert (after.due, after.done, after.on_time) == (before.due, 1, 1)
    row = after.rows[after.rows["staff"] == chosen["staff"]].iloc[0]
    assert (row["done"], row["done_rate"]) == (1, 1 / row["due"])
