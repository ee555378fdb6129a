"""The file itself: shared, locked, guarded, durable."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from sopdash.errors import StoreUnavailable
from sopdash.warehouse import NewBatch, append, open_demo, open_store

PROJECT = Path(__file__).resolve().parents[2]


def run(code, *args, **more):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)], cwd=PROJECT, stdout=subprocess.PIPE, text=True, **more
    )


def test_opening_twice_shares_the_instance(tmp_path):
    first, second = open_store(tmp_path / "w.duckdb"), open_store(tmp_path / "." / "w.duckdb")
    assert first.warehouse is second.warehouse
    first.close()
    assert second.warehouse.rows("select 1") == [(1,)]  # the other user still holds it
    second.close()
    assert open_store(tmp_path / "w.duckdb").close() is None


def test_files_stand_where_agreed(tmp_path, monkeypatch):
    monkeypatch.setenv("SOPDASH_DATA", str(tmp_path / "data"))
    store, demo = open_store(), open_demo()
    names = {path.name for path in (tmp_path / "data").iterdir()}
    assert names >= {
        "warehouse.duckdb",
        "workspace.duckdb",
        "demo.duckdb",
        "demo.workspace.duckdb",
        "secret.key",
        "staging",
        "inbox",
    }
    assert demo.demo
    assert not store.demo
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    store.close()
    demo.close()


def test_a_second_process_is_refused_and_the_first_goes_on(tmp_path):
    store = open_store(tmp_path / "w.duckdb")
    code = """
import sys; from pathlib import Path
from sopdash.errors import StoreUnavailable
from sopdash.warehouse import open_store
try:
    open_store(Path(sys.argv[1]))
except StoreUnavailable as error:
    print(error.code)
"""
    process = run(code, tmp_path / "w.duckdb")
    assert process.communicate(timeout=60)[0].strip() == "store_held"
    with store.warehouse.write() as cursor:
        cursor.execute("insert into state values ('still', 'writing')")
    store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('{secret}')",
        "select * from read_text('{secret}')",
        "select * from '{secret}'",
        "select * from glob('{folder}/*')",
        "copy (select 1) to '{folder}/out.csv'",
        "attach '{folder}/other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
    ],
)
def test_sql_reaches_no_file_outside_staging(warehouse, tmp_path, statement):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(duckdb.Error), warehouse.read() as cursor:
        cursor.execute(statement.format(secret=secret, folder=tmp_path))


def test_sql_reads_the_staging_folder(warehouse):
    store = warehouse.store.warehouse
    (store.staging / "x.csv").write_text("a\n1\n")
    assert store.rows("select a from read_csv(?, header = true)", [str(store.staging / "x.csv")]) == [(1,)]


def test_python_variables_are_not_tables(warehouse):
    frame = warehouse.frame("select 1 as a")
    assert len(frame) == 1
    with pytest.raises(duckdb.CatalogException):
        warehouse.rows("select * from frame")


def test_a_lost_key_is_said_not_replaced(warehouse, tmp_path):
    warehouse.orders("customer  paid_at\nann  2026-11-01")
    path = warehouse.store.warehouse.path
    warehouse.close()
    key = path.parent / "secret.key"
    kept = key.read_text()
    key.unlink()
    with pytest.raises(StoreUnavailable) as refusal:
        open_store(path)
    assert refusal.value.code == "secret_missing"
    assert not key.exists()
    key.write_text("00" * 32)
    with pytest.raises(StoreUnavailable) as refusal:
        open_store(path)
    assert refusal.value.code == "secret_wrong"
    key.write_text(kept)
    open_store(path)  # the fixture closes it


def test_a_damaged_file_is_refused_and_kept(tmp_path):
    open_store(tmp_path / "w.duckdb").close()
    path = tmp_path / "w.duckdb"
    path.write_bytes(path.read_bytes()[:5000])
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable) as refusal:
        open_store(path)
    assert refusal.value.code == "store_damaged"
    assert path.read_bytes() == before


def test_marts_catch_up_at_the_next_open(warehouse):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-01  10")
    path = warehouse._store.warehouse.path
    warehouse.close()  # before any refresh, as if the process had died
    store = open_store(path)
    assert store.warehouse.rows("select sum(gmv) from mart.orders") == [(10,)]
    assert store.warehouse.refresh_if_behind(store.settings) is False
    store.workspace.set_setting("vip_above", 5, "test")
    assert store.warehouse.refresh_if_behind(store.settings) is True
    assert store.warehouse.rows("select tier from mart.customers") == [("vip",)]


def test_readers_see_one_state_from_first_to_last_statement(warehouse):
    warehouse.orders("customer  paid_at  paid\nann  2026-11-01  10")
    store = warehouse.store
    with store.warehouse.read() as cursor:
        assert cursor.execute("select sum(gmv) from mart.orders").fetchone() == (10,)
        with store.warehouse.write() as writer:
            writer.execute("""create temp table told as
                select 'test' as platform, '' as shop, 'x' as order_id, 'paid' as status,
                    5 as paid_amount, 2 as row_no""")
            append(writer, NewBatch("x", "x", "x", datetime(2026, 11, 9)), {"orders": "told"})
        store.refresh()
        assert cursor.execute("select sum(gmv) from mart.orders").fetchone() == (10,)
    assert store.warehouse.rows("select sum(gmv) from mart.orders") == [(15,)]


def test_readers_and_writers_at_once_agree(warehouse):
    """Each import adds ten orders of 1: whoever reads sees a multiple of ten, and in the end all are there."""
    warehouse.orders("paid_at  paid\n" + "2026-11-01  1\n" * 10)
    store, seen = warehouse.store, []

    def write(number):
        with store.warehouse.write() as cursor:
            cursor.execute(
                """create temp table told as
                   select 'test' as platform, '' as shop, cast(? as varchar) || '-' || i as order_id,
                   'paid' as status, 1 as paid_amount, i as row_no from range(10) as t (i)""",
                [f"t{number}"],
            )
            append(cursor, NewBatch("x", "x", "x", datetime(2026, 11, 9)), {"orders": "told"})
        store.refresh()

    def read(_):
        for _ in range(10):
            seen.extend(store.warehouse.rows("select sum(net_sales), count(*) from mart.orders"))

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(write, number) for number in range(5)] + [pool.submit(read, number) for number in range(8)]
    assert all(job.exception() is None for job in jobs)
    assert all(total == count and count % 10 == 0 for total, count in seen)
    assert store.warehouse.rows("select count(*) from mart.orders") == [(60,)]


WRITER = """
import sys; from datetime import datetime; from pathlib import Path
from sopdash.warehouse import NewBatch, append, open_store
store = open_store(Path(sys.argv[1]))
while True:
    with store.warehouse.write() as cursor:
        cursor.execute('''create or replace temp table told as
            select 'test' as platform, '' as shop, 'o' || (i % 4000) as order_id, 'paid' as status,
                i as paid_amount, i as row_no
            from range(5000) as t (i)''')
        result = append(cursor, NewBatch("x", "x", "x", datetime(2026, 11, 9), rows=5000), {"orders": "told"})
    print(result.batch, flush=True)
"""


def test_kill_loses_nothing_acknowledged_and_leaves_nothing_half(tmp_path):
    path = tmp_path / "w.duckdb"
    for delay in (0.3, 0.05, 0.11):
        writer = run(WRITER, path)
        acknowledged = int(writer.stdout.readline())
        time.sleep(delay)
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.communicate()[0].split()
        acknowledged = max([acknowledged, *map(int, rest)])
        store = open_store(path)
        batches = [batch for (batch,) in store.warehouse.rows("select batch from imports order by batch")]
        assert batches == list(range(1, len(batches) + 1))
        assert len(batches) >= acknowledged
        assert store.warehouse.rows("select distinct n from (select count(*) as n from log.orders group by batch)") == [
            (5000,)
        ]
        assert store.warehouse.rows("select count(*), count(distinct order_id) from fact.orders") == [(4000, 4000)]
        store.close()


def fill(warehouse):
    for _ in range(20):
        with warehouse.write() as cursor:
            cursor.execute("create table if not exists filler (x varchar)")
            cursor.execute("insert into filler select md5(random()::varchar) || i from range(400000) as t (i)")
        warehouse.rows("select 1")


def test_a_disk_that_fills_is_said_and_the_store_goes_on(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("needs the right to mount a small file system")
    try:
        store = open_store(small / "w.duckdb")
        with pytest.raises((StoreUnavailable, duckdb.Error)):
            fill(store.warehouse)
        assert store.warehouse.rows("select count(*) from imports") == [(0,)]
        store.close()
        again = open_store(small / "w.duckdb")
        assert again.warehouse.rows("select count(*) from imports") == [(0,)]
        again.close()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)
