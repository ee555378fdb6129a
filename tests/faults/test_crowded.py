"""A full disk and several importers at once: the store is as before or as after, and says so."""

import subprocess
import threading

import pytest
from faults.victims import write_orders

from sopdash.errors import SopdashError, StoreUnavailable
from sopdash.exports.inbox import Inbox
from sopdash.exports.load import load_file, load_files
from sopdash.warehouse import open_store

ROWS = 3_000


@pytest.fixture
def disk(tmp_path):
    """A file system of 40 MB of its own: a rebuild of the marts holds those of before as well."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def content(store):
    """Log, facts, marts and history in four figures."""
    return store.warehouse.rows(
        """select (select count(*) from log.orders), (select sum(paid_amount) from fact.orders),
                  (select sum(net_sales) from mart.orders), (select count(*) from imports)"""
    )[0]


def leave(disk, kilobytes):
    """Fills the disk up to the last `kilobytes`."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
        file.truncate(max(0, file.tell() - (kilobytes << 10)))
    return filler


def test_full_disk(disk, tmp_path, tally):
    """On a disk with little and less room nothing changes, the reason is said, and it works again after."""
    database = disk / "data" / "warehouse.duckdb"
    store = open_store(database)
    load_file(store, write_orders(tmp_path, "before", 50))
    before, said = content(store), []
    for kilobytes in (0, 64, 200, 500, 1_000):
        path = write_orders(tmp_path, f"k{kilobytes:04d}", ROWS)
        filler = leave(disk, kilobytes)
        try:
            error = load_file(store, path).error
        except SopdashError as failure:
            error = failure
        full = content(store)
        filler.unlink()
        assert tally(error is not None and full == before), (kilobytes, error, before, full)
        said.append(error.code)
        assert tally(load_file(store, path).status == "imported")
        store.close()
        store = open_store(database)
        rows, paid, net, imports = content(store)
        added = sum((number + 1) * 101 for number in range(ROWS)) / 100
        assert tally((rows, float(paid), imports) == (before[0] + ROWS, float(before[1]) + added, before[3] + 1))
        assert tally(net == paid)
        before = (rows, paid, net, imports)
    assert set(said) == {"store_write_failed"}
    store.close()


def test_a_disk_that_fills_up_while_figures_are_made(disk, tmp_path, tally):
    """The file is stored; the figures stay those of before, which is said, and the next start makes them."""
    database = disk / "data" / "warehouse.duckdb"
    store = open_store(database)
    load_file(store, write_orders(tmp_path, "before", 50))
    net = content(store)[2]
    assert load_file(store, write_orders(tmp_path, "more", 20_000), refresh=False).status == "imported"
    filler = leave(disk, 64)
    with pytest.raises(StoreUnavailable) as full:
        store.refresh()
    assert tally(full.value.code == store.warehouse.lagging.code == "figures_disk_short")
    assert tally((content(store)[0], content(store)[2]) == (20_050, net))
    filler.unlink()
    store.close()
    store = open_store(database)
    rows, paid, net, imports = content(store)
    assert tally(store.warehouse.lagging is None and (rows, net, imports) == (20_050, paid, 2))
    store.close()


def serial(tmp_path, folder, paths):
    """What importing the files one after the other gives."""
    alone = open_store(tmp_path / "alone" / "warehouse.duckdb")
    load_files(alone, paths)
    found = content(alone)
    alone.close()
    return found


def together(*work):
    """Runs the calls at the same moment, each in a thread; failures are raised."""
    start, failures = threading.Barrier(len(work)), []

    def run(call):
        start.wait()
        try:
            call()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(call,)) for call in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_uploads_at_once(store, folder, tmp_path, tally):
    """Each of two threads brings two files; one of them is the same in both."""
    both, left, right = (write_orders(tmp_path, name, 300) for name in ("both", "left", "right"))
    together(lambda: load_files(store, [left, both]), lambda: load_files(store, [both, right]))
    assert tally(content(store) == serial(tmp_path, folder, [left, both, right]))


def test_upload_and_drop_folder_at_once(store, folder, tmp_path, tally):
    uploaded, dropped = (write_orders(tmp_path, name, 300) for name in ("uploaded", "dropped"))
    inbox = Inbox(folder / "inbox", lambda: open_store(folder / "warehouse.duckdb"))
    (inbox.folder / dropped.name).write_bytes(dropped.read_bytes())
    inbox.look()
    together(inbox.look, lambda: load_files(store, [uploaded]))
    assert tally(content(store) == serial(tmp_path, folder, [uploaded, dropped]))
    assert [path.name for path in (inbox.folder / "done").iterdir()] == ["dropped.csv"]
