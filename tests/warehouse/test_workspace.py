"""What people edit: nobody overwrites a colleague, nothing is lost, settings are checked."""

from datetime import date

import pytest
from pydantic import ValidationError

from sopdash.errors import Conflict, StoreUnavailable, UnknownName
from sopdash.warehouse import Settings, Workspace
from sopdash.warehouse.workspace import KEPT, backups_of, open_workspace


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
