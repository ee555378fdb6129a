"""What the grid reports is stored: by entry, never by place; each edit once; nothing of a colleague overwritten."""

import datetime as dt
import shutil
from types import SimpleNamespace

import pytest
import streamlit as st

from sopdash import content
from sopdash.access import LOCAL_OWNER
from sopdash.content import Entry
from sopdash.ui import calendar_table
from sopdash.ui.calendar_table import Table
from sopdash.warehouse import open_store

DAY = dt.date(2026, 11, 9)


@pytest.fixture
def page(tmp_path, empty_store):
    store = open_store(shutil.copytree(empty_store, tmp_path / "data") / "warehouse.duckdb")
    yield SimpleNamespace(store=store, viewer=LOCAL_OWNER, lang="zh")
    store.close()
    st.session_state.clear()


@pytest.fixture
def table(page):
    base = [content.add(page.store, Entry(day=DAY, theme=theme), by="a") for theme in ("甲", "乙", "丙")]
    return Table(key="grid", scope=(), base=base, stored=list(base))


def report(page, table, edited=None, added=(), deleted=()):
    """What the browser sends: all edits since the grid was drawn, rows by place."""
    st.session_state["grid"] = {"edited_rows": edited or {}, "added_rows": list(added), "deleted_rows": list(deleted)}
    calendar_table._store(page, table)


def stored(page):
    return content.entries(page.store, dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def test_edits_pile_up_and_each_is_stored_once(page, table):
    report(page, table, {0: {"theme": "甲一"}})
    report(page, table, {0: {"theme": "甲一"}, 2: {"status": "done", "time": "20:30:00.000"}})
    report(page, table, {0: {"theme": "甲二"}, 2: {"status": "done", "time": "20:30:00.000"}})
    by_id = {entry.id: entry for entry in stored(page)}
    first, second, third = (by_id[entry.id] for entry in table.base)
    assert (first.theme, first.version) == ("甲二", 3)  # stored twice after it was added
    assert (second.theme, second.version) == ("乙", 1)  # untouched
    assert (third.status, third.time, third.version) == ("done", dt.time(20, 30), 2)
    assert not table.stale  # the grid goes on: cell and scroll stay where they are


def test_an_edit_follows_its_entry_although_the_order_changes(page, table):
    report(page, table, {0: {"day": "2026-11-20"}})  # the first entry is now the last of the month
    report(page, table, {0: {"day": "2026-11-20", "note": "改期"}})
    assert {entry.theme: entry.note for entry in stored(page)} == {"甲": "改期", "乙": "", "丙": ""}


def test_a_row_added_or_deleted_begins_a_new_grid(page, table):
    report(
        page,
        table,
        added=[{"day": "2026-11-10", "theme": "丁", "form": "live", "channel": "live", "status": "planned"}],
    )
    assert table.stale
    assert [entry.theme for entry in stored(page)][-1] == "丁"
    fresh = Table(key="grid", scope=(), base=stored(page), stored=stored(page))
    report(page, fresh, deleted=[1])
    assert [entry.theme for entry in stored(page)] == [
        entry.theme for entry in fresh.base if entry is not fresh.base[1]
    ]


def test_an_incomplete_row_waits(page, table):
    report(page, table, added=[{"theme": "没有日期"}])
    assert len(stored(page)) == 3
    assert not table.stale


@pytest.mark.parametrize("wrong", [{"theme": None}, {"theme": "  "}, {"day": None}, {"form": "gif"}])
def test_a_value_that_cannot_be_is_refused_and_the_earlier_one_shown(page, table, wrong):
    report(page, table, {1: wrong})
    assert [entry for entry in stored(page) if entry.id == table.base[1].id] == [table.base[1]]
    assert table.stale


def test_a_colleague_was_faster(page, table):
    content.change(page.store, table.base[0].revised(theme="同事的"), by="同事")
    report(page, table, {0: {"theme": "我的"}})
    [conflict] = st.session_state["calendar_conflicts"]
    assert (conflict.values["theirs"].theme, conflict.values["mine"].theme) == ("同事的", "我的")
    assert conflict.values["by"] == "同事"
    assert "同事的" in [entry.theme for entry in stored(page)]
    assert table.stale


def test_the_grid_begins_anew_when_the_store_moved_on(page, table):
    assert table.is_current((), stored(page))
    report(page, table, {0: {"theme": "甲一"}})
    assert table.is_current((), stored(page))  # own edits are known
    content.add(page.store, Entry(day=DAY, theme="别人加的"), by="同事")
    assert not table.is_current((), stored(page))
    assert not table.is_current(("another month",), stored(page))
