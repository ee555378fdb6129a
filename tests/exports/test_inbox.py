"""The drop folder: nothing is read before it is whole, lost, or counted twice; every refusal is explained."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest
from browser.driving import serve

from sopdash.exports import inbox as module
from sopdash.exports import workbook
from sopdash.exports.inbox import Inbox
from sopdash.warehouse import history, open_store

ROOT = Path(__file__).parents[2]
HEAD = "订单号,下单时间,数量,实付金额,手机号\n"


def orders(name, count=12):
    return HEAD + "".join(f"{name}{n:03d},2026-11-02 10:00:{n:02d},1,{n}.50,1380000{n:04d}\n" for n in range(count))


@pytest.fixture
def folder(empty_store, tmp_path):
    """A data folder as the app finds it."""
    return Path(shutil.copytree(empty_store, tmp_path / "data"))


@pytest.fixture
def inbox(folder):
    return Inbox(folder / "inbox", lambda: open_store(folder / "warehouse.duckdb"))


@pytest.fixture
def drop(folder):
    def write(name, content):
        path = folder / "inbox" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def looks(inbox, times=2):
    for _ in range(times):
        inbox.look()


def imports(folder):
    store = open_store(folder / "warehouse.duckdb")
    try:
        found = history(store.warehouse).sort_values("batch")
        [(orders,)] = store.warehouse.rows("select count(*) from mart.orders")
        return list(zip(found["file"], found["new"], found["by_whom"], strict=True)), orders
    finally:
        store.close()


def lying(folder):
    """Every file below inbox/, by its place there."""
    return sorted(str(path.relative_to(folder / "inbox")) for path in (folder / "inbox").rglob("*") if path.is_file())


def test_a_file_is_read_when_two_looks_found_it_the_same(folder, inbox, drop):
    path = drop("a.csv", orders("A", 5))
    inbox.look()
    assert inbox.state.waiting == ("a.csv",)
    with path.open("a") as more:  # still being copied
        more.write(orders("A").removeprefix(orders("A", 5)))
    inbox.look()
    assert lying(folder) == ["a.csv"]
    inbox.look()
    assert lying(folder) == ["done/a.csv"]
    assert imports(folder) == ([("a.csv", 12, "inbox")], 12)
    [ended] = inbox.state.ended
    assert (ended.name, ended.refused, ended.results[0].new) == ("a.csv", False, 12)
    assert (inbox.state.waiting, inbox.state.step, inbox.state.rounds) == ((), None, 1)


def test_a_file_written_to_while_it_was_read_is_read_again(folder, inbox, drop, monkeypatch):
    path = drop("a.csv", orders("A", 5))

    def growing(*args, **options):
        results = load(*args, **options)
        path.write_text(orders("A"))
        return results

    load = module.load_files
    monkeypatch.setattr(module, "load_files", growing)
    looks(inbox)
    assert lying(folder) == ["a.csv"]
    monkeypatch.setattr(module, "load_files", load)
    looks(inbox)
    assert lying(folder) == ["done/a.csv"]
    assert imports(folder)[1] == 12


def test_a_refused_file_lies_beside_its_reason_in_both_languages(folder, inbox, drop):
    drop("说明.csv", "a,b\n1,2\n")
    drop("good.csv", orders("A"))
    looks(inbox)
    assert lying(folder) == ["done/good.csv", "refused/说明.csv", "refused/说明.csv.txt"]
    chinese, english = (folder / "inbox/refused/说明.csv.txt").read_text("utf-8-sig").splitlines()
    assert chinese.startswith("说明.csv 没有导入：")
    assert "表头" in chinese
    assert english.startswith("说明.csv was not imported: ")
    assert "header" in english
    assert imports(folder) == ([("good.csv", 12, "inbox")], 12)
    assert {one.name: one.refused for one in inbox.state.ended} == {"good.csv": False, "说明.csv": True}


def test_an_archive_is_done_when_part_of_it_was_stored_and_says_which_was_not(folder, inbox, drop, tmp_path):
    with zipfile.ZipFile(folder / "inbox" / "两店.zip", "w") as archive:
        archive.writestr("a.csv", orders("A"))
        archive.writestr("b.csv", "a,b\n1,2\n")
    looks(inbox)
    assert lying(folder) == ["done/两店.zip", "done/两店.zip.txt"]
    assert "两店.zip › b.csv" in (folder / "inbox/done/两店.zip.txt").read_text("utf-8-sig")
    assert imports(folder)[1] == 12


def test_names_met_before_are_numbered(folder, inbox, drop):
    for name in ("A", "B", "C"):
        drop("a.csv", orders(name))
        looks(inbox)
    for _ in range(2):
        drop("x.csv", "")
        os.utime(folder / "inbox" / "x.csv", (0, 0))
        looks(inbox)
    assert lying(folder) == [
        "done/a (2).csv", "done/a (3).csv", "done/a.csv",
        "refused/x (2).csv", "refused/x (2).csv.txt", "refused/x.csv", "refused/x.csv.txt",
    ]  # fmt: skip
    assert (folder / "inbox/done/a (2).csv").read_text() == orders("B")
    assert imports(folder)[1] == 36


def test_files_on_their_way_and_files_of_the_system_are_left_alone(folder, inbox, drop):
    names = ["a.csv.part", "b.tmp", "~$c.xlsx", "d.csv.crdownload", ".e.csv", "Thumbs.db", "empty.csv"]
    for name in names:
        drop(name, "" if name == "empty.csv" else orders("A"))
    (folder / "inbox" / "link.csv").symlink_to(folder / "secret.key")
    (folder / "inbox" / "folder.csv").mkdir()
    looks(inbox, 4)
    assert lying(folder) == sorted([*names, "link.csv"])
    assert inbox.state.ended == ()


def test_plain_csv_has_no_limit_of_size_workbooks_and_archives_have(folder, inbox, drop, monkeypatch):
    monkeypatch.setattr(workbook, "FILE_LIMIT", 150)
    drop("a.csv", orders("A"))
    with zipfile.ZipFile(folder / "inbox" / "b.zip", "w") as archive:
        archive.writestr("b.csv", orders("B"))
    looks(inbox)
    assert lying(folder) == ["done/a.csv", "refused/b.zip", "refused/b.zip.txt"]
    assert {result.error.code for one in inbox.state.ended for result in one.results if result.error} == {
        "file_too_large"
    }


def test_a_file_the_program_fails_on_does_not_stop_the_others(folder, inbox, drop, monkeypatch, caplog):
    def failing(store, paths, progress, **options):
        for path in paths:
            progress(path.name, 0, 1)
            if path.name == "b.csv":
                raise ZeroDivisionError
        return load(store, paths, progress=progress, **options)

    load = module.load_files
    monkeypatch.setattr(module, "load_files", failing)
    for name in ("a", "b", "c"):
        drop(f"{name}.csv", orders(name))
    looks(inbox)
    assert lying(folder) == ["done/a.csv", "done/c.csv", "refused/b.csv", "refused/b.csv.txt"]
    assert imports(folder)[1] == 24
    assert "ZeroDivisionError" in caplog.text


HOLD = """
import sys
from pathlib import Path
from sopdash.warehouse import open_store
store = open_store(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_held_warehouse_leaves_the_files_where_they_are(folder, inbox, drop, monkeypatch):
    drop("a.csv", orders("A"))
    command = [sys.executable, "-c", HOLD, folder / "warehouse.duckdb"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        looks(inbox)
        assert (inbox.state.failure.code, lying(folder)) == ("store_held", ["a.csv"])
    inbox.look()
    assert lying(folder) == ["a.csv"]  # a pause, so that a full disk is not asked every three seconds
    monkeypatch.setattr(inbox, "_not_before", 0.0)
    inbox.look()
    assert (inbox.state.failure, lying(folder)) == (None, ["done/a.csv"])


KILLED = """
import sys, time
from pathlib import Path
from sopdash.exports import inbox, load
from sopdash.warehouse import open_store

def stopping(real):
    def run(*args, **options):
        done = real(*args, **options)
        print("now", flush=True)
        time.sleep(60)
        return done
    return run

where, moment = Path(sys.argv[1]), sys.argv[2]
if moment == "in the transaction":
    load.append = stopping(load.append)
else:
    inbox.load_files = stopping(inbox.load_files)
watched = inbox.Inbox(where / "inbox", lambda: open_store(where / "warehouse.duckdb"))
watched.look()
watched.look()
"""


@pytest.mark.parametrize(("moment", "status"), [("in the transaction", "imported"), ("before the move", "unchanged")])
def test_a_process_killed_during_an_import_leaves_nothing_half(folder, inbox, drop, moment, status):
    drop("a.csv", orders("A"))
    command = [sys.executable, "-c", KILLED, str(folder), moment]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"now\n"
        process.send_signal(signal.SIGKILL)
    assert lying(folder) == ["a.csv"]
    assert imports(folder) == (([], 0) if status == "imported" else ([("a.csv", 12, "inbox")], 12))
    looks(inbox)
    assert [result.status for one in inbox.state.ended for result in one.results] == [status]
    assert lying(folder) == ["done/a.csv"]
    assert imports(folder) == ([("a.csv", 12, "inbox")], 12)


def test_stopping_between_two_files_leaves_the_second_for_the_next_start(folder, inbox, drop, monkeypatch):
    drop("a.csv", orders("A"))
    drop("b.csv", orders("B"))

    def first_only(store, paths, progress, **options):
        progress(paths[0].name, 0, 2)
        load(store, paths[:1], **options)
        inbox.stop()
        progress(paths[1].name, 1, 2)

    load = module.load_files
    monkeypatch.setattr(module, "load_files", first_only)
    with pytest.raises(module._Stopped):
        looks(inbox)
    assert lying(folder) == ["a.csv", "b.csv"]
    monkeypatch.setattr(module, "load_files", load)
    looks(Inbox(folder / "inbox", lambda: open_store(folder / "warehouse.duckdb")))
    assert lying(folder) == ["done/a.csv", "done/b.csv"]
    assert imports(folder) == ([("a.csv", 12, "inbox"), ("b.csv", 12, "inbox")], 24)


def test_the_command_line_names_the_inbox_where_the_app_holds_the_warehouse(folder, file):
    path = file("a.csv", orders("A"))
    store = open_store(folder / "warehouse.duckdb")
    try:
        command = [sys.executable, "-m", "sopdash", "import", path, "--db", folder / "warehouse.duckdb"]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        store.close()
    assert ended.returncode == 1
    assert str(folder / "inbox") in ended.stderr
    assert "Traceback" not in ended.stderr


def test_while_the_server_runs_a_dropped_file_gets_into_the_history(folder, drop):
    with serve(folder) as address:
        drop("a.csv", orders("A"))
        deadline = time.monotonic() + 60
        while lying(folder) != ["done/a.csv"] and time.monotonic() < deadline:
            time.sleep(0.2)
        with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:
            assert answer.status == 200
    assert lying(folder) == ["done/a.csv"]
    assert imports(folder) == ([("a.csv", 12, "inbox")], 12)
