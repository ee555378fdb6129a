"""The calendar page stores at once, begins anew where the store moved on, and loses no one's text."""

import datetime as dt
import shutil
from types import SimpleNamespace

import pytest
import streamlit as st
from tables import Tables

from sopdash import content
from sopdash.access import LOCAL_OWNER
from sopdash.content import Entry
from sopdash.ui import calendar_board
from sopdash.ui.calendar_bulk import Chosen
from sopdash.warehouse import open_store

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()


@pytest.fixture
def store(visit, filled, tmp_path):
    """The store the page works on, open beside it in the same process."""
    visit("calendar", filled)
    opened = open_store(tmp_path / "data" / "warehouse.duckdb")
    yield opened
    opened.close()


def add(store, theme="新品预告", **fields):
    return content.add(store, Entry(day=TODAY, theme=theme, **fields), by="同事")


def themes(store):
    return [entry.theme for entry in content.entries(store, TODAY, TODAY)]


def sheet_of(app):
    """Themes on the sheet, by the session's own record of them."""
    return [entry.theme for entry in app.session_state["calendar_seen"].values()]


def opened(app, entry):
    """The page with the entry's dialog open, as a click on the sheet leaves it."""
    app.session_state["calendar_open"] = entry
    return app.run()


def press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def test_an_entry_is_added_by_the_form(visit, filled, store):
    app = visit("calendar", filled)
    app.get_by_key("calendar_add").click().run()
    next(field for field in app.text_input if field.label == "主题").set_value("会员日预告")
    next(button for button in app.button if button.label == "保存").click().run()
    assert not app.exception
    assert themes(store) == ["会员日预告"]


def test_an_entry_without_a_theme_is_asked_for_one(visit, filled, store):
    app = visit("calendar", filled)
    app.get_by_key("calendar_add").click().run()
    next(button for button in app.button if button.label == "保存").click().run()
    assert [warning.value for warning in app.warning] == ["请填写主题。"]
    assert themes(store) == []


def test_a_template_fills_the_week(visit, filled, store):
    app = visit("calendar", filled)
    app.get_by_key("calendar_template").click().run()
    next(button for button in app.button if button.label == "排入日历").click().run()
    first, last = content.templates()["week_a"].period(TODAY + dt.timedelta(days=1))
    stored = content.entries(store, first, last)
    assert [entry.day.weekday() for entry in stored] == [0, 1, 2, 3]


def test_months_are_stepped_through_and_stand_in_the_address(visit, filled, store):
    content.add(store, Entry(day=dt.date(2026, 9, 8), theme="九月的会员日"), by="a")
    app = visit("calendar", filled, month="2026-09")
    assert sheet_of(app) == ["九月的会员日"]
    app.get_by_key("calendar_next").click().run()
    assert app.selectbox[0].value == "2026-10"
    assert sheet_of(app) == []


def test_filters_narrow_the_month(visit, filled, store):
    add(store, "文字一条")
    add(store, "直播一场", form=content.Form.LIVE)
    app = visit("calendar", filled)
    app.get_by_key("calendar_form").set_value(["live"]).run()
    assert sheet_of(app) == ["直播一场"]


def test_deleted_by_the_form_and_put_back(visit, filled, store):
    seen = add(store)
    app = press(opened(visit("calendar", filled), seen), "删除")
    assert themes(store) == []
    app.get_by_key(f"calendar_undo_{seen.id}").click().run()
    assert themes(store) == ["新品预告"]


def test_the_slower_editor_sees_both_texts_and_chooses(visit, filled, store):
    seen = add(store)
    app = opened(visit("calendar", filled), seen)  # the dialog is open on version 1 …
    content.change(store, seen.revised(theme="同事的题目"), by="同事")  # … when a colleague saves
    next(field for field in app.text_input if field.label == "主题").set_value("我的题目")
    next(button for button in app.button if button.label == "保存").click().run()
    assert themes(store) == ["同事的题目"]
    shown = " ".join(text.value for text in app.markdown)
    assert "同事" in shown
    assert "**同事的题目**" in shown
    assert "**我的题目**" in shown
    app.get_by_key("keep_mine_0").click().run()
    assert themes(store) == ["我的题目"]
    assert not [button for button in app.button if button.key == "keep_mine_0"]


def test_an_entry_is_repeated_every_month_and_the_series_edited(visit, filled, store):
    first = content.add(store, Entry(day=TODAY.replace(day=8), theme="会员日"), by="a")
    app = opened(visit("calendar", filled), first)
    app.get_by_key("calendar_every").set_value("monthly")
    app.get_by_key("calendar_until").set_value(first.day + dt.timedelta(days=70))
    press(app, "保存")
    series = [one for one in content.entries(store, first.day, first.day + dt.timedelta(days=99)) if one.series]
    assert [one.day.day for one in series] == [8, 8, 8]
    app = opened(app, series[1])
    next(field for field in app.text_input if field.label == "主题").set_value("会员日·改")
    app.get_by_key("calendar_scope").set_value("following")
    press(app, "保存")
    assert [content.find(store, one.id).theme for one in series] == ["会员日", "会员日·改", "会员日·改"]


def test_what_breaks_a_rule_is_said_at_the_entry_and_in_sum(visit, filled, store):
    late = content.add(store, Entry(day=TODAY, time=dt.time(23, 0), theme="夜宵"), by="a")
    app = opened(visit("calendar", filled), late)
    said = " ".join(caption.value for caption in app.caption)
    assert "免打扰时段 22:00–08:00" in said.replace("\\", "")
    assert [box.label for box in app.expander if "免打扰时段 1" in box.label]


def test_an_entry_is_taken_back_to_an_earlier_version(visit, filled, store):
    seen = add(store)
    now = content.change(store, seen.revised(theme="改坏了"), by="同事")
    app = opened(visit("calendar", filled), now)
    app.get_by_key(f"calendar_part_{now.id}_2").set_value("history").run()
    assert "新品预告 → 改坏了" in " ".join(text.value for text in app.markdown)
    app.get_by_key("calendar_back_1").click().run()
    assert not app.exception
    assert themes(store) == ["新品预告"]


def test_several_are_edited_at_once(visit, filled, store):
    entries = [add(store, theme) for theme in ("甲", "乙")]
    app = opened(visit("calendar", filled), Chosen(tuple(entries)))
    app.get_by_key("bulk_status").set_value("ready")
    press(app, "修改这些")
    assert [one.status for one in content.entries(store, TODAY, TODAY)] == ["ready", "ready"]


@pytest.fixture(scope="module")
def posted(filled, tmp_path_factory):
    """`filled`, with twelve posts at two hours, one of them planned by its theme."""
    folder = tmp_path_factory.mktemp("posted") / "data"
    shutil.copytree(filled, folder)
    tables = Tables(folder)
    rows = "\n".join(
        f"p{n}  {'有奖答题' if n == 11 else '日常'}  群消息  {'图文' if n % 2 else '视频'}  "
        f"2026-11-{n + 1:02d} {20 if n % 2 else 9}:10  100  {30 if n % 2 else 10}  1  1"
        for n in range(12)
    )
    tables.posts(f"post_id  theme  channel  form  published_at  views  clicks  likes  comments\n{rows}")
    content.add(tables.store, Entry(day=dt.date(2026, 11, 12), time=dt.time(20, 0), theme="有奖答题"), by="a")
    content.add(tables.store, Entry(day=dt.date(2026, 11, 10), time=dt.time(20, 0), theme="没发的"), by="a")
    assert tables.store.warehouse.version
    tables.close()
    return folder


def test_the_best_form_and_hour_are_planned_by_a_click(visit, posted, tmp_path):
    app = visit("calendar", posted, view="best")
    said = " ".join(text.value for text in app.markdown)
    assert "**图文** 点击率最高：30.0%" in said  # 6 posts of 100 views and 30 clicks; 视频 10 %
    assert "**20 点**" in said
    app.get_by_key("calendar_plan_it").click().run()
    assert not app.exception
    opened = open_store(tmp_path / "data" / "warehouse.duckdb")
    tomorrow = TODAY + dt.timedelta(days=1)
    [planned] = content.entries(opened, tomorrow, tomorrow)
    assert (planned.form, planned.channel, planned.time) == ("picture", "group", dt.time(20, 0))
    opened.close()


def test_plan_against_result_says_what_went_out_and_sets_the_status(visit, posted, tmp_path):
    app = visit("calendar", posted, view="results", month="2026-11")
    said = " ".join(text.value for text in app.markdown)
    assert "到期 **1** 条，见到发布 0 条" in said  # the quiz of the 12th is the last post known, 20:10 < 20:00 + 30 min
    [table] = [frame.value for frame in app.dataframe if "outcome" in frame.value]
    assert dict(zip(table["theme"], table["outcome"], strict=True)) == {"没发的": "未见发布", "有奖答题": "准时"}
    app.get_by_key("calendar_results_mark").click().run()
    opened = open_store(tmp_path / "data" / "warehouse.duckdb")
    day = dt.date(2026, 11, 12)
    assert [one.status for one in content.entries(opened, day, day)] == ["done"]
    opened.close()


def test_a_file_is_shown_before_it_is_taken_in(visit, filled, store):
    seen = add(store, "旧题目")
    app = opened(visit("calendar", filled), "import")
    raw = f"日期,时间,主题,编号\r\n{TODAY},20:00,新题目,{seen.id}\r\n{TODAY},21:00,另一条,\r\nx,,坏的,\r\n"
    app.get_by_key("calendar_upload").upload("plan.csv", raw.encode("utf-8-sig"), "text/csv").run()
    said = " ".join(text.value for text in [*app.markdown, *app.caption])
    assert "新增 **1** · 更新 **1** · 不变 0 · 冲突 0 · 读不懂 1" in said
    assert "第 4 行 日期" in said
    assert themes(store) == ["旧题目"]
    app.get_by_key("calendar_import_now").click().run()
    assert not app.exception
    assert themes(store) == ["新题目", "另一条"]


@pytest.mark.parametrize(
    ("view", "lang"),
    [("month", "en"), ("week", "zh"), ("list", "en"), ("table", "zh"), ("best", "en"), ("results", "zh")],
)
def test_every_view_draws(visit, filled, store, view, lang):
    add(store, "早安 <b>x</b>")
    app = visit("calendar", filled, lang=lang, view=view)
    assert not app.exception
    assert not app.error
    assert sheet_of(app) == ["早安 <b>x</b>"]


def test_the_sheet_speaks_only_of_what_it_was_shown(store):
    """Events come from the browser: ids and days that make no sense change nothing."""
    page = SimpleNamespace(store=store, viewer=LOCAL_OWNER, lang="zh")
    mine, hidden = add(store, "甲"), add(store, "乙")
    st.session_state["calendar_seen"] = {mine.id: mine}
    tomorrow = TODAY + dt.timedelta(days=1)
    for event in (
        {"kind": "move", "id": hidden.id, "day": str(tomorrow)}, {"kind": "move", "id": mine.id, "day": "x"},
        {"kind": "drop table"}, {"kind": "quick", "day": str(TODAY), "text": "  "},
        {"kind": "bulk", "ids": [hidden.id]},
    ):  # fmt: skip
        calendar_board._happened(page, event)
    assert themes(store) == ["乙", "甲"]
    calendar_board._happened(page, {"kind": "move", "id": mine.id, "day": str(tomorrow)})
    calendar_board._happened(page, {"kind": "copy", "id": mine.id, "day": str(TODAY)})
    calendar_board._happened(page, {"kind": "quick", "day": str(tomorrow), "text": "20：30 一句话"})
    assert themes(store) == ["乙", "甲"]
    assert [(str(one.time), one.theme) for one in content.entries(store, tomorrow, tomorrow)] == [
        ("10:00:00", "甲"), ("20:30:00", "一句话"),
    ]  # fmt: skip
    st.session_state.clear()
