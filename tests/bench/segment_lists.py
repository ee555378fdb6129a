"""How long does a rule of twelve nested conditions count, and its list of 200,000 customers take as a workbook?

    python -m tests.bench.segment_lists PATH/warehouse.duckdb [ROWS …]

PATH: a store of the size in question, its marts built; it is only read. Counting is warm (best of five). Each list is
written in a process of its own, so that its peak memory is its own; more than one size shows how both grow.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sopdash.access import LOCAL_OWNER
from sopdash.metrics.filters import Predicate
from sopdash.segments import both, either, lists, value, where, without
from sopdash.segments.library import predicate_of
from sopdash.segments.rules import conditions
from sopdash.warehouse import Store, Warehouse, Workspace

RULE = both(
    where("gender", "in", "female"),
    where("age", "between", 25, 55),
    either(where("channel", "not_in", "短信"), where("tags", "contains", "会员")),
    either(
        both(where("orders", "at_least", 2, days=180), where("messages", "at_least", 1, days=60)),
        both(where("product", "contains", "口红"), without(where("group_type", "in", "VIP群"))),
        where("net_sales", "at_least", 300, days=365),
    ),
    without(where("coupons_received", "at_least", 5)),
    where("first_followed_at", "at_least", 7),
    where("f_score", "at_least", 2),
)
"""Twelve conditions in three levels: profile, source, behaviour of several periods, groups, coupons, scores."""

ROWS = (50_000, 100_000, 200_000)


def opened(path: Path, folder: Path) -> Store:
    """The store with a workspace of its own; its marts are taken as they are."""
    return Store(Warehouse.open(path), Workspace.open(folder / "workspace.duckdb"))


def timed(call: Any) -> tuple[float, float, Any]:
    """Seconds of wall and CPU, and the result."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = call()
    return time.perf_counter() - wall, time.process_time() - cpu, found


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def count(store: Store) -> None:
    customers = store.warehouse.rows("select count(*) from mart.customers")[0][0]
    runs = [timed(lambda: value(store, RULE, LOCAL_OWNER)) for _ in range(6)]
    wall, cpu, found = min(runs[1:], key=lambda run: run[0])
    print(f"{len(conditions(RULE))} conditions over {customers:,} customers: {found['customers']:,} found; "
          f"warm {wall:.2f} s wall, {cpu:.2f} s CPU (cold {runs[0][0]:.2f} s)")  # fmt: skip


def write(store: Store, rows: int, folder: Path) -> None:
    """One list of the most valuable `rows` customers, as XLSX."""
    before = peak_mb()
    most = Predicate(f"c.customer in (select customer from mart.customers order by customer limit {int(rows)})")
    built = lists.build(store, predicate_of(store, most), LOCAL_OWNER)
    wall, cpu, lines = timed(lambda: lists.write_xlsx(built, folder / "list.xlsx"))
    size = (folder / "list.xlsx").stat().st_size / 2**20
    print(f"XLSX of {lines:,} customers × {len(built.columns)} columns: {wall:.1f} s wall, {cpu:.1f} s CPU; "
          f"peak memory {peak_mb():.0f} MB ({before:.0f} before); {size:.1f} MB file")  # fmt: skip


def main(arguments: list[str]) -> None:
    path = Path(arguments[0])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = opened(path, folder)
        try:
            if len(arguments) == 3 and arguments[1] == "--list":
                write(store, int(arguments[2]), folder)
                return
            count(store)
        finally:
            store.close()
    for rows in [int(word) for word in arguments[1:]] or ROWS:
        subprocess.run([sys.executable, "-m", "tests.bench.segment_lists", str(path), "--list", str(rows)], check=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
