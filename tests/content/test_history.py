"""Every version of an entry is kept, and each can be had again."""

import datetime as dt

import pytest

from sopdash import content
from sopdash.content import Action, Entry, Form
from sopdash.errors import Conflict

DAY = dt.date(2026, 11, 24)


def test_versions_are_kept_newest_first_with_who(store):
    one = content.add(store, Entry(day=DAY, theme="甲", form=Form.LIVE), by="甲")
    two = content.change(store, one.revised(theme="乙", time=dt.time(20, 0)), by="乙")
    content.delete(store, two, by="丙")
    said = [(v.number, v.action, v.entry.theme, v.entry.updated_by) for v in content.history(store, one.id)]
    assert said == [
        (3, Action.DELETED, "乙", "丙"), (2, Action.CHANGED, "乙", "乙"), (1, Action.ADDED, "甲", "甲"),
    ]  # fmt: skip
    assert content.history(store, one.id)[2].entry == one  # whole, as it was


def test_a_change_is_taken_back_as_a_new_version(store):
    one = content.add(store, Entry(day=DAY, theme="甲", note="留住"), by="a")
    two = content.change(store, one.revised(theme="乙", note=""), by="b")
    back = content.take_back(store, two, content.history(store, one.id)[1], by="a")
    assert back.same_plan(one)
    assert (back.version, content.find(store, one.id)) == (3, back)
    with pytest.raises(Conflict):  # made on version 2, but 3 stands
        content.take_back(store, two, content.history(store, one.id)[2], by="b")


def test_a_delete_is_taken_back_and_the_list_of_deleted_knows_it(store):
    long_ago = dt.datetime(2000, 1, 1)
    one = content.add(store, Entry(day=DAY, theme="甲"), by="a")
    content.delete(store, one, by="a")
    [gone] = content.deleted(store, long_ago)
    content.restore(store, gone, by="b")
    assert content.deleted(store, long_ago) == []
    assert [v.action for v in content.history(store, one.id)] == [Action.RESTORED, Action.DELETED, Action.ADDED]


def test_an_entry_older_than_the_history_gets_its_first_line_when_it_changes(store):
    one = content.add(store, Entry(day=DAY, theme="甲"), by="a")
    with store.workspace.write() as cursor:
        cursor.execute("delete from calendar_history")
    content.change(store, one.revised(theme="乙"), by="b")
    assert [v.entry.theme for v in content.history(store, one.id)] == ["乙", "甲"]


def test_many_edits_at_once_store_what_they_can(store):
    seen = [content.add(store, Entry(day=DAY, theme=theme), by="a") for theme in "甲乙丙"]
    content.change(store, seen[1].revised(theme="同事的"), by="b")
    outcome = content.change_all(store, [one.revised(owner="导购A01") for one in seen], by="a")
    assert [one.theme for one in outcome.stored] == ["甲", "丙"]
    assert [conflict.values["theirs"].theme for conflict in outcome.conflicts] == ["同事的"]
    gone = content.delete_all(store, [*outcome.stored, seen[1]], by="a")
    assert (len(gone.stored), len(gone.conflicts)) == (2, 1)


def test_an_edit_that_came_too_late_is_kept_in_the_history(store):
    one = content.add(store, Entry(day=DAY, theme="甲"), by="a")
    now = content.change(store, one.revised(theme="乙"), by="b")
    with pytest.raises(Conflict):
        content.change(store, one.revised(theme="丙", note="写了很久"), by="c")
    late = next(v for v in content.history(store, one.id) if v.action is Action.REFUSED)
    assert (late.entry.theme, late.entry.note, late.entry.updated_by) == ("丙", "写了很久", "c")
    assert content.take_back(store, now, late, by="c").note == "写了很久"
    assert [v.entry.theme for v in content.history(store, one.id)] == ["丙", "乙", "丙", "甲"]
