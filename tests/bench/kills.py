"""How does the store stand many kills? `kills.py [ROUNDS] [ROWS]`: as tests/faults, more rounds and larger files."""

import multiprocessing
import random
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from faults import test_killed as kills  # noqa: E402

from sopdash.warehouse import open_store  # noqa: E402


def main(rounds: int = 200, rows: int = 20_000) -> None:
    kills.ROWS = rows
    context = multiprocessing.get_context("forkserver")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "data" / "warehouse.duckdb"
        open_store(database).close()
        usual = kills.run(context, database, kills.files_of(folder, "r00"), None)[1]
        there, wrong, chance = kills.FILES * rows, 0, random.Random()
        for number in range(1, rounds + 1):
            paths = kills.files_of(folder, f"{chr(97 + number // 100)}{number % 100:02d}")
            known, _ = kills.run(context, database, paths, chance.uniform(0, usual))
            fault, stored = kills.judge(database, paths, known, there)
            there += stored
            wrong += fault is not None
            print(f"{number}: {known} acknowledged, {stored} rows stored, {fault or 'right'}", flush=True)
            for path in paths:
                path.unlink()
    print(f"tried {rounds}, right {rounds - wrong}, wrong {wrong}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
