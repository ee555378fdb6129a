"""The to-do list of one day, worked out by hand for customers in different stages; ticking it off."""

from __future__ import annotations

import datetime as dt

import pytest

import sopdash.segments  # noqa: F401 - names saved segments
from sopdash.access import LOCAL_OWNER, Role, Viewer
from sopdash.metrics import Period
from sopdash.playbook import After, Done, Event, Once, Stage, Step, Weekly, add, install, steps, tick, todo

DAY = dt.date(2026, 11, 11)  # a Wednesday


def period(day=DAY):
    return Period(day, day)


@pytest.fixture
def five(warehouse):
    """Wednesday 2026-11-11. All were added by 导购A01, 顾客0004 by 导购A02."""
    warehouse.follows("""
        customer  follow_id  added_at          staff    store
        顾客0001  f1         2026-11-10 15:00  导购A01  门店01
        顾客0002  f2         2026-11-09 11:00  导购A01  门店01
        顾客0003  f3         2026-11-09 12:00  导购A01  门店01
        顾客0004  f4         2026-06-01 09:00  导购A02  门店02
        顾客0005  f5         2026-06-01 09:00  导购A01  门店01
    """)
    warehouse.orders("""
        customer  id  at                paid  status     received_at
        顾客0003  o3  2026-11-10 20:00  99    paid       -
        顾客0004  o4  2026-10-30 10:00  50    completed  2026-11-04 18:00
        顾客0005  o5  2026-09-27 10:00  80    completed  -
    """)
    for starter in ("1_new_friend", "3_after_sales", "4_dormant"):
        install(warehouse.store, starter, "test")
    return warehouse.store


def shown(store, tasks):
    names = {step.id: step.name for step in steps(store)}
    return [
        (row["name"], names[row["step"]], f"{row['due_at']:%H:%M}", row["staff"]) for row in tasks.to_dict("records")
    ]


def test_a_day_worked_out_by_hand(five):
    # 0001: added 24 h before 15:00, in no group → invitation.
    # 0002: 48 h after 11:00 and nothing bought → first coupon. (Its invitation was due yesterday.)
    # 0003: 48 h after 12:00 too, but bought on the 10th → nothing.
    # 0004: received on the 4th → call on the 11th. 21 days after the order are the 20th.
    # 0005: last active on 27 Sep; 45 days later is 11 Nov → come-back coupon.
    assert shown(five, todo(five, period(), LOCAL_OWNER)) == [
        ("顾客0005", "沉默 45 天：回归券", "10:00", "导购A01"),
        ("顾客0004", "收货 7 天回访", "10:00", "导购A02"),
        ("顾客0002", "48 小时首购券", "11:00", "导购A01"),
        ("顾客0001", "24 小时邀请进群", "15:00", "导购A01"),
    ]


def test_off_hours_wait_for_the_morning_but_the_welcome_does_not(warehouse):
    warehouse.follows("customer  follow_id  added_at\n顾客0001  f1  2026-11-10 22:30")
    store = warehouse.store
    install(store, "1_new_friend", "test")
    assert shown(store, todo(store, period(dt.date(2026, 11, 10)), LOCAL_OWNER)) == [
        ("顾客0001", "欢迎语和新人礼", "22:30", "导购A01")
    ]
    # quiet from 22:00 to 08:00: 30 min later waits until 08:00; 24 h later is 22:30 of the 11th → 08:00 of the 12th
    assert shown(store, todo(store, period(), LOCAL_OWNER)) == [("顾客0001", "使用指南", "08:00", "导购A01")]
    assert shown(store, todo(store, period(dt.date(2026, 11, 12)), LOCAL_OWNER)) == [
        ("顾客0001", "24 小时邀请进群", "08:00", "导购A01")
    ]


def test_who_left_opted_out_or_sent_it_back_gets_no_prompt(warehouse):
    warehouse.follows("""
        customer  follow_id  added_at          lost_at
        顾客0001  f1         2026-11-01 09:00  2026-11-05 09:00
        顾客0002  f2         2026-11-01 09:00  -
        顾客0003  f3         2026-11-01 09:00  -
    """)
    warehouse.orders("""
        customer  id  at                paid  refund  status     received_at
        顾客0001  o1  2026-11-02 10:00  50    0       completed  2026-11-04 10:00
        顾客0002  o2  2026-11-02 10:00  50    0       completed  2026-11-04 10:00
        顾客0003  o3  2026-11-02 10:00  50    50      completed  2026-11-04 10:00
    """)
    warehouse.opt_outs("customer\n顾客0002")
    install(warehouse.store, "3_after_sales", "test")
    assert todo(warehouse.store, period(), LOCAL_OWNER).empty


def test_a_birthday_comes_every_year_and_on_29_february_on_the_28th(warehouse):
    warehouse.follows("""
        customer  follow_id  added_at          birthday
        顾客0001  f1         2026-01-05 09:00  1990-01-02
        顾客0002  f2         2026-01-05 09:00  1996-02-29
    """)
    store = warehouse.store
    install(store, "5_birthday", "test")
    assert shown(store, todo(store, period(dt.date(2026, 12, 30)), LOCAL_OWNER)) == [
        ("顾客0001", "生日前 3 天送礼券", "10:00", "导购A01")
    ]
    assert shown(store, todo(store, period(dt.date(2027, 2, 28)), LOCAL_OWNER)) == [
        ("顾客0002", "生日祝福", "09:00", "导购A01")
    ]


def test_steps_of_the_team_have_no_customer(warehouse):
    store = warehouse.store
    add(store, Step(stage=Stage.REVIEW, name="周会", timing=Weekly(weekday=2, at=dt.time(9, 30)), owner="负责人"), "t")
    add(store, Step(stage=Stage.REVIEW, name="盘点", timing=Once(day=DAY, at=dt.time(16, 0)), enabled=False), "t")
    tasks = todo(store, period(), LOCAL_OWNER)
    assert [(row["staff"], str(row["due_at"])) for row in tasks.to_dict("records")] == [
        ("负责人", "2026-11-11 09:30:00")
    ]
    assert tasks["customer"].isna().all()
    assert todo(store, period(), Viewer("店长", Role.STORE, stores=("门店01",))).empty


def test_a_store_sees_the_tasks_of_its_customers_only(five):
    tasks = todo(five, period(), Viewer("店长", Role.STORE, stores=("门店02",)))
    assert list(tasks["name"]) == ["顾客0004"]


def test_an_audience_narrows_a_step(five):
    step = Step(
        stage=Stage.KEEP,
        name="老客问候",
        timing=After(event=Event.ADDED, days=163, at=dt.time(10)),
        audience="tier_vip",
    )
    add(five, step, "test")
    assert "老客问候" not in [name for _, name, *_ in shown(five, todo(five, period(), LOCAL_OWNER))]
    add(five, step.model_copy(update={"name": "问候所有人", "audience": ""}), "test")
    asked = [who for who, name, *_ in shown(five, todo(five, period(), LOCAL_OWNER)) if name == "问候所有人"]
    assert asked == ["顾客0005", "顾客0004"]  # 1 June + 163 days = 11 November


def test_ticking_off_and_taking_back(five):
    task = todo(five, period(), LOCAL_OWNER).to_dict("records")[0]
    tick(five, task, Done.DONE, LOCAL_OWNER)
    tick(five, task, Done.SKIPPED, LOCAL_OWNER, note="空号")
    assert list(todo(five, period(), LOCAL_OWNER)["status"]) == ["skipped", "open", "open", "open"]
    tick(five, task, Done.OPEN, LOCAL_OWNER)
    assert set(todo(five, period(), LOCAL_OWNER)["status"]) == {"open"}
