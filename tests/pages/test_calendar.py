"""The calendar page stores at once, begins anew where the store moved on, and loses no one's text."""

import datetime as dt

import pytest

from sopdash import content
from sopdash.content import Entry
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


def test_the_month_shows_its_entries_and_the_table_holds_them(visit, filled, store):
    add(store, "早安 <b>x</b>")
    app = visit("calendar", filled)
    assert not app.exception
    assert [button.label for button in app.button if "早安" in button.label] == ["10:00 早安 \\<b\\>x\\</b\\>"]
    assert len([button for button in app.button if str(button.key).startswith("cal_add_")]) % 7 == 0


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
    assert [button for button in app.button if "九月的会员日" in button.label]
    app.get_by_key("calendar_next").click().run()
    assert app.selectbox[0].value == "2026-10"
    assert not [button for button in app.button if "九月的会员日" in button.label]


def test_filters_narrow_the_month(visit, filled, store):
    add(store, "文字一条")
    add(store, "直播一场", form=content.Form.LIVE)
    app = visit("calendar", filled)
    app.get_by_key("calendar_form").set_value(["live"]).run()
    labels = " ".join(button.label for button in app.button)
    assert "直播一场" in labels
    assert "文字一条" not in labels


def test_deleted_by_the_form_and_put_back(visit, filled, store):
    seen = add(store)
    app = visit("calendar", filled)
    app.get_by_key(f"cal_planned_{seen.id}").click().run()
    next(button for button in app.button if button.label == "删除").click().run()
    assert themes(store) == []
    app.get_by_key(f"calendar_undo_{seen.id}").click().run()
    assert themes(store) == ["新品预告"]


def test_the_slower_editor_sees_both_texts_and_chooses(visit, filled, store):
    seen = add(store)
    app = visit("calendar", filled)
    app.get_by_key(f"cal_planned_{seen.id}").click().run()  # the dialog is open on version 1 …
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
