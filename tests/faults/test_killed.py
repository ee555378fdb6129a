"""SIGKILL at any moment of an import: acknowledged files are there whole, no file is there in half."""

import random
import time

from click.testing import CliRunner
from faults.victims import import_all, write_orders

from sopdash.cli import main
from sopdash.exports.load import load_files
from sopdash.warehouse import open_store

ROUNDS, FILES, ROWS = 20, 3, 400


def test_killed_at_random_moments_of_an_import(folder, processes, tmp_path, tally):
    chance = random.Random(20261116)
    database = folder / "warehouse.duckdb"
    usual = run(processes, database, files_of(tmp_path, "r00"), None)[1]
    acknowledged_rows, wrong, moments = FILES * ROWS, [], set()
    for number in range(1, ROUNDS + 1):
        paths = files_of(tmp_path, f"r{number:02d}")
        known, _ = run(processes, database, paths, chance.uniform(0, usual))
        moments.add(known)
        fault, stored = judge(database, paths, known, acknowledged_rows)
        acknowledged_rows += stored
        if not tally(fault is None):
            wrong.append((number, known, fault))
    assert wrong == []
    assert len(moments) > 1, "all kills fell into one moment"


def files_of(folder, name):
    return [write_orders(folder, f"{name}{letter}", ROWS) for letter in "abc"[:FILES]]


def run(processes, database, paths, seconds):
    """How many files were acknowledged when the process was killed `seconds` after it had the store, and its time."""
    hearing, saying = processes.Pipe(duplex=False)
    victim = processes.Process(target=import_all, args=(database, paths, saying))
    victim.start()
    saying.close()
    assert hearing.recv() == -1
    begun, known = time.monotonic(), 0
    if seconds is not None:
        time.sleep(seconds)
        victim.kill()
    try:
        while True:
            known = hearing.recv()
    except EOFError:
        pass
    taken = time.monotonic() - begun
    victim.join()
    return known, taken


def judge(database, paths, known, before):
    """What is wrong after reopening (None: nothing), and the rows the killed import left."""
    store = open_store(database)
    try:
        counts = dict(store.warehouse.rows("select left(order_id, 4), count(*) from fact.orders group by 1 order by 1"))
        stored = [path for path in paths if counts.get(path.stem)]
        rows = ROWS * len(stored)
        [(marts, log, imported)] = store.warehouse.rows(
            """select (select count(*) from mart.orders), (select count(*) from log.orders),
                      (select sum(accepted) from imports)"""
        )
        told = [
            name for one in store.warehouse.interruptions() for name in one.lost if name.startswith(paths[0].stem[:3])
        ]
        lost = [path.name for path in paths if path not in stored]
        faults = {
            "half a file": any(counts.get(path.stem, ROWS) != ROWS for path in paths),
            "an acknowledged file is gone": paths[: min(known, len(paths))] != stored[: min(known, len(paths))],
            "marts, log or history differ": {marts, log, imported} != {before + rows},
            "what is lost is not said": known <= len(paths) and lost != told,
            "a copy of a file stayed": any(store.warehouse.staging.glob("import-*")),
        }
        return next((name for name, found in faults.items() if found), None), rows
    finally:
        store.close()


def test_the_next_command_says_what_came_in_and_what_did_not_once(folder, tmp_path, processes):
    database = folder / "warehouse.duckdb"
    paths = files_of(tmp_path, "x00")
    hearing, saying = processes.Pipe(duplex=False)
    victim = processes.Process(target=import_all, args=(database, paths, saying))
    victim.start()
    while hearing.recv() < 1:
        pass
    victim.kill()
    victim.join()
    first, second = (CliRunner().invoke(main, ["imports", "--json", "--db", str(database)]) for _ in "12")
    assert "x00a.csv" in first.stderr.splitlines()[0]
    assert first.stderr.index("x00a.csv") < first.stderr.index("x00c.csv")
    assert second.stderr == ""
    store = open_store(database)
    lost = [path for path in paths if any(path.name in one.lost for one in store.warehouse.interruptions())]
    assert lost
    load_files(store, lost)
    assert store.warehouse.interruptions() == []
    store.close()
