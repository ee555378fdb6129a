"""How long does it take to rebuild the marts, and how long to bring them up to date after one more week?

Fills a store with the large synthetic year, made smaller, but for its last week; rebuilds all marts; imports the week
and refreshes; rebuilds all once more. Prints seconds and the slowest marts of both, the ratio, and how both grow.

    python -m tests.bench.refresh_marts [FACTOR …]      # 0.01 is a hundredth of the year
"""

from __future__ import annotations

import itertools
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sopdash.demo.files import SEED
from sopdash.demo.large import Size, batch, filling, prepare, values, week
from sopdash.warehouse import Store, bulk, open_store, refresh

SIZES = [float(word) for word in sys.argv[1:] if word.replace(".", "", 1).isdigit()] or [0.003, 0.01]


def fill(store: Store, size: Size, weeks: range) -> None:
    """The exports of some weeks, one transaction per week."""
    for number in weeks:
        with store.warehouse.write() as cursor:
            prepare(cursor, size, number)
            for name, queries in week().items():
                bulk.load(cursor, batch(size, name, number), queries, values(size, number))


def timed(label: str, work: Callable[[refresh.Progress], object]) -> float:
    """CPU seconds of a refresh, since others may use the machine; prints its slowest marts by the clock."""
    marks: list[tuple[str, float]] = []
    cpu = time.process_time()
    work(lambda mart, done, of: marks.append((mart, time.perf_counter())))
    took = sorted(((end - begin, mart) for (mart, begin), (_, end) in itertools.pairwise(marks)), reverse=True)
    total, used = marks[-1][1] - marks[0][1], time.process_time() - cpu
    slowest = ", ".join(f"{mart} {seconds:.2f}" for seconds, mart in took[:8])
    print(f"    {label:<12} {total:7.2f} s  {used:7.2f} CPU s  ({slowest})", flush=True)
    return used


def measure(factor: float) -> tuple[float, float]:
    """(CPU seconds of a full rebuild, of the refresh after one more week)."""
    size = Size(factor)
    with tempfile.TemporaryDirectory(prefix="sopdash-bench-") as folder:
        store = open_store(Path(folder) / "w.duckdb")
        with store.warehouse.write() as cursor:
            filling._people(store, cursor, size, SEED)
            filling._standing(cursor, size)
        fill(store, size, range(size.weeks - 1))
        store.refresh()
        fill(store, size, range(size.weeks - 1, size.weeks))
        counts = store.warehouse.rows("select (select count(*) from fact.orders), (select count(*) from fact.messages)")
        print("{} of the year: {:,} orders, {:,} messages".format(factor, *counts[0]))
        weekly = timed("one week", store.refresh)

        def rebuild(progress: refresh.Progress) -> None:
            with store.warehouse.write() as cursor:
                refresh.rebuild(cursor, store.settings, progress)

        full = timed("everything", rebuild)
        print(f"    ratio {weekly / full:.3f}")
        store.close()
    return full, weekly


def main() -> None:
    """Each size, and the exponents between neighbours."""
    measured = [measure(factor) for factor in SIZES]
    for at in range(1, len(SIZES)):
        by = math.log(SIZES[at] / SIZES[at - 1])
        powers = [math.log(new / old) / by for old, new in zip(measured[at - 1], measured[at], strict=True)]
        words = "everything {:.2f}, a week {:.2f}".format(*powers)
        print(f"growth from {SIZES[at - 1]} to {SIZES[at]}, as a power: {words}")


main()
