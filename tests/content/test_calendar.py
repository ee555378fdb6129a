"""The calendar keeps what people write, also when two of them write at once."""

import datetime as dt
import threading

import pytest
from pydantic import ValidationError

from sopdash import content
from sopdash.content import Entry, Filters, Form, Outlet, Status
from sopdash.errors import Conflict
from sopdash.warehouse import open_store

NOV = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def draft(day=9, hour=10, theme="新品预告", **fields):
    return Entry(day=dt.date(2026, 11, day), time=dt.time(hour, 0), theme=theme, **fields)


def test_an_entry_added_is_read_back_whole(store):
    wanted = draft(
        form=Form.LIVE, channel=Outlet.LIVE, group_type="福利群", segment="高价值客户", owner="导购A01",
        status=Status.READY, campaign="会员日", coupon="满99减20", note="19:30 提醒\n直播间专属券",
    )  # fmt: skip
    added = content.add(store, wanted, by="owner")
    [read] = content.entries(store, *NOV)
    assert read == added
    assert read.same_plan(wanted)
    assert (read.version, read.updated_by) == (1, "owner")
    assert len(read.id) == 32


def test_entries_come_by_day_then_time_and_only_of_the_days_asked(store):
    for day, hour, theme in [(10, 9, "丙"), (9, 20, "乙"), (9, 8, "甲"), (30, 10, "丁")]:
        content.add(store, draft(day, hour, theme), by="a")
    content.add(store, Entry(day=dt.date(2026, 12, 1), theme="下月"), by="a")
    assert [e.theme for e in content.entries(store, *NOV)] == ["甲", "乙", "丙", "丁"]  # 30 Nov in, 1 Dec out


@pytest.mark.parametrize(
    ("filters", "themes"),
    [
        (Filters(), ["甲", "乙", "丙"]),
        (Filters(form=("live",)), ["乙"]),
        (Filters(form=("live", "picture")), ["乙", "丙"]),  # several values: any of them
        (Filters(form=("picture",), owner=("导购A01",)), []),  # several filters: all of them
        (Filters(group_type=("福利群",), status=("planned",)), ["甲"]),
        (Filters(owner=("' or 1=1 --",)), []),  # a value is a value
    ],
)
def test_filters(store, filters, themes):
    content.add(store, draft(9, 8, "甲", group_type="福利群", owner="导购A01"), by="a")
    content.add(store, draft(9, 9, "乙", form=Form.LIVE, group_type="福利群", status=Status.DONE), by="a")
    content.add(store, draft(9, 10, "丙", form=Form.PICTURE), by="a")
    assert [e.theme for e in content.entries(store, *NOV, filters)] == themes


def test_a_change_is_stored_with_the_next_version(store):
    added = content.add(store, draft(), by="a")
    changed = content.change(store, added.revised(theme="改期", day=dt.date(2026, 11, 12)), by="b")
    assert content.entries(store, *NOV) == [changed]
    assert (changed.version, changed.theme, changed.updated_by) == (2, "改期", "b")


def test_the_slower_of_two_is_told_who_was_faster_and_nothing_is_lost(store):
    seen = content.add(store, draft(), by="a")
    content.change(store, seen.revised(theme="甲的题目"), by="甲")
    with pytest.raises(Conflict) as refused:
        content.change(store, seen.revised(theme="乙的题目"), by="乙")
    told = refused.value.values
    assert refused.value.code == "calendar_changed"
    assert told["by"] == "甲"
    assert abs(told["at"] - dt.datetime.now(dt.UTC).replace(tzinfo=None)) < dt.timedelta(minutes=1)
    assert (told["theirs"].theme, told["mine"].theme) == ("甲的题目", "乙的题目")
    assert [e.theme for e in content.entries(store, *NOV)] == ["甲的题目"]
    # Having compared, the second may still choose the own text: on the version now known.
    content.change(store, told["mine"].revised(version=told["theirs"].version), by="乙")
    assert [e.theme for e in content.entries(store, *NOV)] == ["乙的题目"]


def test_of_many_at_once_exactly_one_wins(store):
    seen = content.add(store, draft(), by="a")
    outcomes = []

    def rush(name):
        try:
            outcomes.append(content.change(store, seen.revised(theme=name), by=name).theme)
        except Exception as refusal:
            outcomes.append(type(refusal).__name__)

    threads = [threading.Thread(target=rush, args=(f"t{n}",)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    won = [o for o in outcomes if o.startswith("t")]
    assert len(won) == 1
    assert [e.theme for e in content.entries(store, *NOV)] == won


def test_change_of_a_deleted_entry_names_who_deleted_it(store):
    seen = content.add(store, draft(), by="a")
    content.delete(store, seen, by="甲")
    with pytest.raises(Conflict) as refused:
        content.change(store, seen.revised(theme="乙的题目"), by="乙")
    assert refused.value.code == "calendar_deleted"
    assert refused.value.values["by"] == "甲"
    assert refused.value.values["mine"].theme == "乙的题目"
    assert content.find(store, seen.id) is None


def test_delete_refuses_what_changed_since_and_twice_is_no_error(store):
    seen = content.add(store, draft(), by="a")
    newer = content.change(store, seen.revised(note="重要"), by="b")
    with pytest.raises(Conflict):
        content.delete(store, seen, by="a")
    content.delete(store, newer, by="a")
    content.delete(store, newer, by="a")
    assert content.entries(store, *NOV) == []


def test_a_deleted_entry_can_be_put_back(store):
    seen = content.add(store, draft(note="留住"), by="a")
    content.delete(store, seen, by="a")
    back = content.restore(store, seen, by="b")
    assert content.entries(store, *NOV) == [back]
    assert back.same_plan(seen)
    assert back.id == seen.id
    with pytest.raises(Conflict, match="calendar_not_deleted"):
        content.restore(store, seen, by="b")


def test_unknown_id(store):
    with pytest.raises(Conflict, match="calendar_unknown"):
        content.change(store, draft().revised(id="0" * 32, version=1), by="a")


@pytest.mark.parametrize(
    "fields", [{"theme": "  "}, {"theme": "长" * 201}, {"owner": "长" * 121}, {"form": "gif"}, {"status": "maybe"}]
)
def test_what_an_entry_refuses(fields):
    with pytest.raises(ValidationError):
        Entry.model_validate({"day": "2026-11-09", "theme": "题目", **fields})


def test_words_used_come_latest_first(store):
    content.add(store, draft(owner="导购A01", group_type="福利群"), by="a")
    content.add(store, draft(owner="导购A02", group_type="福利群"), by="a")
    gone = content.add(store, draft(owner="导购A03"), by="a")
    content.delete(store, gone, by="a")
    words = content.words_used(store)
    assert (words["owner"], words["group_type"], words["coupon"]) == (["导购A02", "导购A01"], ["福利群"], [])


def test_entries_survive_a_restart(path):
    before = open_store(path)
    added = content.add(before, draft(note="留住"), by="a")
    before.close()
    after = open_store(path)
    try:
        assert content.entries(after, *NOV) == [added]
    finally:
        after.close()


def test_the_table_holds_exactly_what_an_entry_has(store):
    columns = {row[0] for row in store.workspace.rows("describe calendar_entries")}
    assert columns == {*Entry.model_fields, "deleted"}
