"""Groups asked by whole weeks: their sums by week give what their days give, whatever reports and lists leave out."""

import datetime as dt
from random import Random

import pandas as pd
import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period, Query, group_health, routes, run

FIRST, LAST = dt.date(2026, 10, 7), dt.date(2026, 11, 20)  # Wednesday to Friday
FIGURES = ("groups", "group_members", "capacity_used", "joins", "leaves", "messages", "silent_groups")
WEEKS = Period(dt.date(2026, 10, 12), dt.date(2026, 11, 15))
PERIODS = (
    WEEKS,
    Period(dt.date(2026, 11, 9), LAST),
    Period(dt.date(2026, 11, 9), dt.date(2026, 11, 22)),  # a list is younger than the last dated row
    Period(dt.date(2026, 11, 16), dt.date(2026, 11, 29)),
    Period(FIRST, dt.date(2026, 10, 25)),
    None,
)
SPLITS = ((), ("week",), ("group",), ("group", "week"), ("store",))


def reported(random):
    """Reports of three groups, of some days and of some figures; a last message may be days old, or later."""
    lines = ["group  day  members  customers  joins  leaves  messages  last_message_at"]
    for group in ("甲群", "乙群", "丙群"):
        for at in range(44):
            day = FIRST + dt.timedelta(days=at)
            if random.random() < (0.4 if group == "丙群" else 0.8):
                figures = [random.choice(("-", "0", str(random.randrange(60)))) for _ in range(5)]
                last = random.choice(("-", str(day + dt.timedelta(days=random.randrange(-12, 2)))))
                lines.append("  ".join([group, str(day), *figures, last]))
    return "\n".join(lines)


def listed(random):
    lines = ["group  customer  is_staff  joined_at  left_at"]
    for number in range(40):
        joined = FIRST + dt.timedelta(days=random.randrange(3, 44))
        left = random.choice(("-", str(min(LAST, joined + dt.timedelta(days=random.randrange(9))))))
        staff = str(number % 9 == 0).lower()
        lines.append(f"{random.choice(('甲群', '丁群'))}  c{number}  {staff}  {joined}  {left}")
    return "\n".join(lines)


def said(random):
    lines = ["group  customer  at"]
    for number in range(12):
        at = FIRST + dt.timedelta(days=random.randrange(44))
        lines.append(f"{random.choice(('乙群', '丁群'))}  c{number}  {at}")
    return "\n".join(lines)


@pytest.mark.parametrize(("messages", "quiet"), [(True, 10), (True, 5), (False, 7)])
def test_weeks_give_what_days_give(warehouse, monkeypatch, messages, quiet):
    random = Random(7)
    warehouse.groups("group  store  capacity\n甲群  一店  50\n乙群  二店  -\n丙群  一店  -\n丁群  -  -")
    warehouse.group_days(reported(random))
    warehouse.group_members(listed(random), as_of="2026-11-24")
    warehouse.set(silent_group_days=quiet)
    if messages:
        warehouse.messages(said(random))
    asked = [
        Query(FIGURES, by, period, where, compare=compare)
        for by in SPLITS
        for period in PERIODS
        for where, compare in [random.choice((((), None), ((), "previous"), ((("store", "一店"),), "previous")))]
    ]
    answers = [run(warehouse.store, one, LOCAL_OWNER) for one in asked]
    monkeypatch.setattr(routes, "ROUTES", ())
    silent = set()
    for one, quick in zip(asked, answers, strict=True):
        plain = run(warehouse.store, one, LOCAL_OWNER)
        pd.testing.assert_frame_equal(quick.rows, plain.rows, obj=str(one))
        assert quick.notes == plain.notes
        silent |= set(plain.rows["silent_groups"].dropna())
    assert {0, 1} <= silent


def test_weeks_of_messages_are_those_of_the_figures(demo_store, monkeypatch):
    def trends(**narrowed):
        weeks = Period(dt.date(2026, 8, 24), dt.date(2026, 11, 15))
        query = Query(("group_members",), period=WEEKS, **narrowed)
        found = group_health.health(demo_store, query, weeks, LOCAL_OWNER).rows
        return dict(zip(found["group"], found["weeks"], strict=True))

    [(store,)] = demo_store.warehouse.rows("select min(store) from mart.groups")
    every, some = trends(), trends(where=(("store", store),))
    assert len(every) > len(some) > 0
    monkeypatch.setattr(group_health, "_is_plain", lambda query: False)
    assert (every, some) == (trends(), trends(where=(("store", store),)))
