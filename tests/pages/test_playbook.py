"""The playbook page: adopt a ready playbook, see who is due, tick, see it counted."""

from __future__ import annotations

import datetime as dt

from sopdash import downloads
from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Period
from sopdash.playbook import Done, tick, todo
from sopdash.text import say
from sopdash.ui import context


def adopt(app, starter):
    app.session_state["playbook_tab"] = say("playbook.tab_steps", "zh")
    app.run()
    app.get_by_key("playbook_starter").set_value(starter).run()
    next(button for button in app.button if button.label == "采用").click().run()
    assert not app.exception
    return app


def test_without_steps_it_says_how_to_start(visit, filled):
    app = visit("playbook", filled)
    assert not app.exception
    assert [one.value for one in app.info] == [say("playbook.no_steps", "zh")]


def test_adopted_steps_make_the_list_of_a_day(visit, filled, monkeypatch):
    app = adopt(visit("playbook", filled), "1_new_friend")
    assert list(app.dataframe[0].value["name"])[:2] == ["欢迎语和新人礼", "使用指南"]
    timings = list(app.dataframe[0].value["timing"])
    assert timings[2:4] == ["加好友后 24 小时（仍未入群）", "加好友后 48 小时（仍未下单）"]
    app.session_state["playbook_tab"] = say("playbook.tab_todo", "zh")
    app.run()
    # 顾客0003 was added on Monday 9 Nov at 9:00: 48 h later is Wednesday, and the first order came on the 15th.
    # 顾客0004 was added on Wednesday 11 Nov at 9:00: welcome, and the guide half an hour later.
    app.get_by_key("playbook_day").set_value(dt.date(2026, 11, 11)).run()
    assert not app.exception
    rows = app.get("arrow_data_frame") or app.dataframe
    grid = rows[-1].value
    assert list(zip(grid["name"], grid["step"], strict=True)) == [
        ("顾客0003", "48 小时首购券"),
        ("顾客0004", "欢迎语和新人礼"),
        ("顾客0004", "使用指南"),
    ]
    assert [one.value for one in app.caption if one.value.startswith("共 3 项，已完成 0 项")]
    taken = []
    monkeypatch.setattr(downloads, "issue", lambda _, built, *rest, **more: taken.append((built, rest[-1])) or "/x")
    app.get_by_key("playbook_take").click().run()
    assert [form for _, form in taken] == ["xlsx", "csv"]
    assert next(row[3:5] for row in taken[0][0].rows()) == ["顾客0003", "48 小时首购券"]


def test_adherence_counts_ticks(visit, filled, monkeypatch):
    app = adopt(visit("playbook", filled), "1_new_friend")
    store = context.own_store()
    monkeypatch.setattr(type(store.settings), "now", lambda _: dt.datetime(2026, 11, 15, 20, 0))
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    tasks = todo(store, week, LOCAL_OWNER)
    assert len(tasks) == 10  # 顾客0003 and 顾客0004: welcome, guide, invitation, coupon, one-to-one
    first = {str(name): value for name, value in tasks.iloc[0].to_dict().items()}
    tick(store, first, Done.DONE, LOCAL_OWNER)
    app.session_state["playbook_tab"] = say("playbook.tab_kept", "zh")
    app.run()
    assert not app.exception
    assert [one.value for one in app.markdown if one.value.startswith("到期 10 项，完成 1 项（10.0%）")]


def test_in_english(visit, filled):
    app = visit("playbook", filled, lang="en")
    assert not app.exception
    assert [one.value for one in app.info] == [say("playbook.no_steps", "en")]
