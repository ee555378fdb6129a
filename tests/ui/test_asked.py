"""What pages asked is asked again after an import, of the days that now stand in the place of those then."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query, run
from sopdash.metrics.comparison import in_a_group
from sopdash.ui import asked
from sopdash.ui.cache import RESULTS

OLD = Period(dt.date(2026, 10, 1), dt.date(2026, 11, 15))
"""Ends with a week."""
NEW = Period(dt.date(2026, 10, 1), dt.date(2026, 11, 24))
"""A week and two days later."""


def moved(*args):
    return asked.Question("w", run, args, LOCAL_OWNER).after(OLD, NEW)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15)), Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))),
        (Period(dt.date(2026, 11, 2), dt.date(2026, 11, 8)), Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))),
        (Period(dt.date(2026, 10, 19), dt.date(2026, 11, 15)), Period(dt.date(2026, 10, 26), dt.date(2026, 11, 22))),
        (Period(dt.date(2026, 11, 1), dt.date(2026, 11, 15)), Period(dt.date(2026, 11, 1), dt.date(2026, 11, 24))),
        (OLD, NEW),
    ],
    ids=["last week", "the week before", "four weeks", "this month", "all"],
)
def test_a_period_moves_with_the_data(then, now):
    assert moved(then, Query(("orders",), period=then)) == (now, Query(("orders",), period=now))


def test_days_inside_a_question_move_too_and_nothing_else_does():
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    after = Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert moved(in_a_group(week), ("channel", "抖音"), 7, None) == (in_a_group(after), ("channel", "抖音"), 7, None)


def test_after_an_import_the_new_week_is_answered_before_anybody_asks(warehouse):
    calls = []

    def orders(store, query, viewer):
        calls.append(query.period)
        return run(store, query, viewer)

    def settled():
        for thread in threading.enumerate():
            if thread.name == "asked again":
                thread.join()

    store = warehouse.store
    warehouse.orders("customer  paid_at  paid\nann  2026-11-02  10\nbob  2026-11-15  10")
    store.refresh()
    days, week = Period.of_data(store), Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    asked.LATELY.see(store, days)
    question = asked.Question(str(store.warehouse.path), orders, (Query(("orders",), period=week),), LOCAL_OWNER)
    asked.LATELY.note(question)
    asked.answer(store, LOCAL_OWNER, orders, *question.args)

    warehouse.orders("customer  paid_at  paid\ncat  2026-11-17  10\ndan  2026-11-22  10\neve  2026-11-22  10")
    store.refresh()
    settled()

    after = Period(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    assert calls == [week, after]
    found = asked.answer(store, LOCAL_OWNER, orders, Query(("orders",), period=after))
    assert found.rows["orders"].tolist() == [3]
    assert calls == [week, after]  # it was there


def test_what_fails_is_left_to_who_asks(warehouse):
    def broken(store, viewer):
        raise RuntimeError("no")

    store = warehouse.store
    warehouse.orders("customer  paid_at  paid\nann  2026-11-02  10")
    store.refresh()
    asked.LATELY.see(store, Period.of_data(store))
    asked.LATELY.note(asked.Question(str(store.warehouse.path), broken, (), LOCAL_OWNER))
    before = len(RESULTS)
    asked.again(store)
    assert len(RESULTS) == before
