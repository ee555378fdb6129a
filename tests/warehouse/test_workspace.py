"""What people edit: nobody overwrites a colleague, nothing is lost, settings are checked."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from sopdash.errors import Conflict, StoreUnavailable, UnknownName
from sopdash.warehouse import Settings, Workspace
from sopdash.warehouse import workspace as module
from sopdash.warehouse.backups import KEPT, backups_of, surplus
from sopdash.warehouse.workspace import open_workspace


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace.open(tmp_path / "workspace.duckdb")
    yield opened
    opened.close()


def test_the_second_of_two_editors_is_told(workspace):
    entry = workspace.add("calendar_entries", {"day": date(2026, 11, 23), "theme": "会员日"}, by="甲")
    assert workspace.change("calendar_entries", entry, 1, {"theme": "会员日 8 折"}, by="甲") == 2
    with pytest.raises(Conflict) as conflict:
        workspace.change("calendar_entries", entry, 1, {"theme": "会员日 9 折"}, by="乙")
    assert conflict.value.values["by"] == "甲"
    assert workspace.rows("select theme, version, updated_by from calendar_entries") == [("会员日 8 折", 2, "甲")]
    with pytest.raises(Conflict):
        workspace.remove("calendar_entries", entry, 1)
    workspace.remove("calendar_entries", entry, 2)
    with pytest.raises(Conflict) as conflict:
        workspace.change("calendar_entries", entry, 2, {"theme": "x"}, by="乙")
    assert conflict.value.code == "row_gone"


def test_unknown_names_are_refused(workspace):
    with pytest.raises(UnknownName):
        workspace.add("calendar_entries", {"theme; drop table audit": "x"}, by="甲")
    with pytest.raises(UnknownName):
        workspace.add("imports", {}, by="甲")


def test_settings_override_defaults_and_go_back(workspace):
    assert workspace.settings == Settings()
    assert workspace.set_setting("vip_above", 3000, by="甲").vip_above == 3000
    with pytest.raises(ValidationError):
        workspace.set_setting("margin", 1.5, by="甲")
    with pytest.raises(UnknownName):
        workspace.set_setting("vip", 1, by="甲")
    workspace.set_setting("tag_channels", {"抖音来": "抖音"}, by="甲")
    assert workspace.settings.tag_channels == {"抖音来": "抖音"}
    assert workspace.set_setting("vip_above", None, by="甲").vip_above == 5000
    assert Settings.about("margin")["default"] is None


def test_entries_survive_a_restart_and_ten_copies_are_kept(tmp_path):
    path = tmp_path / "workspace.duckdb"
    for number in range(KEPT + 3):
        workspace = Workspace.open(path)
        workspace.add("annotations", {"words": f"第 {number} 次"}, by="甲")
        workspace.close()
    workspace = Workspace.open(path)
    assert len(workspace.table("annotations")) == KEPT + 3
    workspace.close()
    copies = backups_of(path)
    assert len(copies) == KEPT
    copy = tmp_path / "restored.duckdb"
    copy.write_bytes(copies[0].read_bytes())
    restored = Workspace.open(copy)
    assert len(restored.table("annotations")) == KEPT + 3
    restored.close()


def opened(path):
    """Opens and closes the file as a command does; gives the copies there are then."""
    Workspace.open(path).close()
    return backups_of(path)


def test_a_copy_is_made_only_of_what_changed(tmp_path):
    path = tmp_path / "workspace.duckdb"
    assert opened(path) == []  # new: nothing to lose
    first = opened(path)
    assert len(first) == 1
    assert opened(path) == first
    edited = Workspace.open(path)
    entry = edited.add("calendar_entries", {"theme": "会员日"}, by="甲")
    edited.close()
    assert len(opened(path)) == 2
    edited = Workspace.open(path)
    edited.change("calendar_entries", entry, 1, {"theme": "会员日 8 折"}, by="甲")
    edited.close()
    assert len(opened(path)) == 3
    assert len(opened(path)) == 3


def test_commands_that_only_leave_their_line_in_the_audit_push_nothing_out(tmp_path):
    path = tmp_path / "workspace.duckdb"
    edited = Workspace.open(path)
    edited.add("annotations", {"words": "开学季"}, by="甲")
    edited.close()
    [first] = opened(path)
    for _ in range(KEPT + 2):
        command = Workspace.open(path)
        command.record("owner", "cli.query")
        command.close()
    copies = opened(path)
    assert first in copies
    assert len(copies) <= 3  # one for the day of the audit; one more when midnight passes meanwhile


def test_a_migration_is_never_without_a_copy(tmp_path, monkeypatch):
    path = tmp_path / "workspace.duckdb"
    opened(path)
    assert len(opened(path)) == 1
    monkeypatch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, "create table fresh (day date)"))
    copies = opened(path)
    assert len(copies) == 2  # unchanged, and copied all the same
    monkeypatch.undo()
    restored = tmp_path / "restored.duckdb"
    restored.write_bytes(copies[0].read_bytes())
    Workspace.open(restored).close()  # of the version before


def copies_at(*moments):
    return sorted((Path(f"workspace-{moment:%Y%m%dT%H%M%S%f}-0123456789ab.duckdb") for moment in moments), reverse=True)


def test_the_last_copy_of_each_of_seven_days_stays():
    now = datetime(2026, 11, 16, 12, tzinfo=UTC)
    today = [now - timedelta(minutes=n) for n in range(KEPT + 2)]
    earlier = [now - timedelta(days=n, hours=at) for n in range(1, 10) for at in (0, 3)]
    dropped = surplus(copies_at(*today, *earlier), now.date())
    assert set(dropped) == {
        *copies_at(*today[KEPT:]),  # today: the ten newest
        *copies_at(*(now - timedelta(days=n, hours=3) for n in range(1, 10))),  # of an earlier day: its newest
        *copies_at(now - timedelta(days=8), now - timedelta(days=9)),  # too long ago
    }


def test_ten_copies_stay_however_old():
    now = datetime(2026, 11, 16, 12, tzinfo=UTC)
    old = copies_at(*(now - timedelta(days=30, minutes=n) for n in range(KEPT + 1)))
    assert surplus(old, now.date()) == old[KEPT:]


def test_a_damaged_workspace_names_its_newest_copy(tmp_path):
    path = tmp_path / "workspace.duckdb"
    for _ in range(2):
        Workspace.open(path).close()
    path.write_bytes(b"x" * 20000)
    with pytest.raises(StoreUnavailable) as refusal:
        open_workspace(path)
    assert refusal.value.code == "workspace_damaged"
    assert refusal.value.values["backup"] == str(backups_of(path)[0])


def test_the_audit_keeps_who_what_and_how_many(workspace):
    workspace.record("甲", "download", object="segment:vip", purpose="短信", row_count=12, format="csv")
    [row] = workspace.rows("select who, action, object, purpose, row_count, outcome, detail from audit")
    assert row == ("甲", "download", "segment:vip", "短信", 12, "done", '{"format": "csv"}')
