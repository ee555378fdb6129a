"""Do the numbers stay fast at the size of the largest case known?

Makes the synthetic year (`demo --scale large`) at each factor and measures there, warm, by the app's own code: what
the figures of each page cost (all that a page asks for in one run, nothing kept from before) for the last twelve weeks,
for all the data, under a saved segment; RFM; cohorts; the first figures of a fresh process; the refresh after a week's
imports against everything anew. Then the same figures by hand: DuckDB SQL on the facts, polars, pandas. They must be
equal. Ratios (of CPU seconds) and how they grow are printed, times are never asserted.

    python -m tests.bench.scale [FACTOR …] [--keep FOLDER [--week]]

The factors are 0.01 unless told (1 is the largest case). A store in FOLDER/<factor> is used as it is; `--week` brings
the week to it too.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from bench import by_hand  # noqa: E402

from sopdash.access import LOCAL_OWNER  # noqa: E402
from sopdash.demo import large  # noqa: E402
from sopdash.demo.days import LAST  # noqa: E402
from sopdash.metrics import Period, Query, cohorts, run  # noqa: E402
from sopdash.metrics.cohorts import CohortQuery  # noqa: E402
from sopdash.segments import RfmQuery, rfm  # noqa: E402
from sopdash.warehouse import NewBatch, Store, append, open_store, refresh  # noqa: E402

T = TypeVar("T")

PAGES = ("overview", "funnel", "channels", "groups", "segments", "retention")
ADDRESSES = {
    "12 weeks": {"period": "12w"},
    "all": {"period": "all"},
    "segment": {"period": "12w", "segment": "life_silent"},
}
TIMES = 3
COLD = """
import os, time; start = time.perf_counter()
from sopdash.warehouse import open_store
from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Query, Period, run
store = open_store(); opened = time.perf_counter()
days = Period.of_data(store)
week = Period.last_complete_week(days.last)
run(store, Query(("net_sales", "orders", "buyers", "aov"), (), week, compare="previous"), LOCAL_OWNER)
print(f"{opened - start:.2f} {time.perf_counter() - start:.2f}")
"""


def build(folder: Path, factor: float) -> None:
    """The year at this factor, its marts built; prints how long that took."""
    store = open_store(folder / "warehouse.duckdb")
    start = time.perf_counter()
    large.build(store, large.Size(factor))
    filled = time.perf_counter()
    store.refresh()
    size = store.warehouse.path.stat().st_size / 2**20
    print(f"  log and facts {filled - start:.1f} s, all marts {time.perf_counter() - filled:.1f} s, {size:,.0f} MB")
    store.close()


class Clock:
    """Seconds of wall and of CPU (all threads of this process) since the start; CPU stands a busy machine."""

    def __init__(self) -> None:
        self.start = time.perf_counter(), time.process_time()

    def __call__(self) -> tuple[float, float]:
        return time.perf_counter() - self.start[0], time.process_time() - self.start[1]


def best(work: Callable[[], Any]) -> tuple[tuple[float, float], Any]:
    """Seconds of wall and CPU of the median of a few warm runs, and the result."""
    result, took = work(), []
    for _ in range(TIMES):
        clock = Clock()
        result = work()
        took.append(clock())
    return statistics.median_low(took), result


def pages(folder: Path) -> None:
    """What each page asks for, as the page asks for it: how long it waits for every result, by function;
    and how long in all when the view is opened once more."""
    os.environ["SOPDASH_DATA"] = str(folder)
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    from sopdash.ui import asked, cache

    logging.disable(logging.WARNING)  # Streamlit says that nobody looks

    spent: list[tuple[float, float, str]] = []
    stack: list[tuple[float, float]] = []

    def answer(store: Store, viewer: Any, fn: Callable[..., Any], *args: Any) -> Any:
        stack.append((0.0, 0.0))
        clock = Clock()
        told = plain(store, viewer, fn, *args)
        whole, inner = clock(), stack.pop()
        if stack:
            stack[-1] = (stack[-1][0] + whole[0], stack[-1][1] + whole[1])
        spent.append((whole[0] - inner[0], whole[1] - inner[1], f"{fn.__module__}.{fn.__qualname__}"))
        return told

    plain, asked.answer = asked.answer, answer
    try:
        for page in PAGES:
            for said, address in ADDRESSES.items():
                for kept in (False, False, True):  # the first run warms the file's pages, not the results
                    if not kept:
                        cache.RESULTS._kept.clear()
                        cache.FIGURES._kept.clear()
                        spent.clear()
                    app = AppTest.from_file(str(ROOT / "sopdash" / "main.py"), default_timeout=600)
                    app.query_params["lang"] = "zh"
                    for name, value in address.items():
                        app.query_params[name] = value
                    app.switch_page(str(ROOT / "pages" / f"{page}.py"))
                    asked_before = len(spent)
                    app.run()
                wrong = f"  {app.exception[0].message[:60]}" if app.exception else ""
                anew, again = spent[:asked_before], spent[asked_before:]
                wall, cpu = (1000 * sum(one[which] for one in anew) for which in (0, 1))
                kept_wall = 1000 * sum(one[0] for one in again)
                largest = sorted(anew, key=lambda one: -one[1])[:4]
                slowest = ", ".join(f"{name.removeprefix('sopdash.')} {1000 * took:.0f}" for _, took, name in largest)
                print(
                    f"  {page:<10} {said:<9} {wall:6.0f} ms, CPU {cpu:6.0f} ms (opened again {kept_wall:.0f} ms): "
                    f"{slowest}{wrong}",
                    flush=True,
                )
    finally:
        asked.answer = plain
        st.cache_resource.clear()


def cold(folder: Path) -> None:
    """A fresh process: open the store, first figures."""
    environment = os.environ | {"SOPDASH_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    for said in ("", " again"):
        told = subprocess.run([sys.executable, "-c", COLD], env=environment, capture_output=True, text=True, check=True)
        opened, first = told.stdout.split()
        print(f"  fresh process{said}: opened after {opened} s, first figures after {first} s")


def compared(folder: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """The app against the same by hand; raises where they differ. Figure → engine → wall and CPU."""
    store = open_store(folder / "warehouse.duckdb")
    last = Period.last_complete_week(LAST).last
    days = Period(large.Size().first, last)
    asked: dict[str, Callable[[], Any]] = {
        "sales": lambda: run(store, Query(("net_sales", "orders", "buyers"), ("week",), days), LOCAL_OWNER).rows,
        "speakers": lambda: run(store, Query(("speakers",), ("week",), days), LOCAL_OWNER).rows,
        "rfm": lambda: rfm.run(store, RfmQuery(), LOCAL_OWNER).classes(),
        "cohorts": lambda: cohorts.run(store, CohortQuery(start="first_order", last=last), LOCAL_OWNER).rows,
    }
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for name, ask in asked.items():
        seconds, frame = best(ask)
        figures = by_hand.flat(name, frame)
        found[name] = {"app": seconds}
        for engine, make in by_hand.ENGINES.items():
            work = make(store, name)
            found[name][engine], other = best(work)
            by_hand.same(name, engine, figures, other)
        ours = found[name]["app"][1]
        shown = "  ".join(
            f"{engine} {1000 * wall:.0f} ms, CPU {1000 * cpu:.0f} ({cpu / ours:.1f}×)"
            for engine, (wall, cpu) in found[name].items()
        )
        print(f"  {name:<9} {shown}", flush=True)
    return found


WEEK = {
    "orders": """select * replace (order_id || 'n' as order_id, created_at + interval 7 day as created_at,
        paid_at + interval 7 day as paid_at) from fact.orders where created_at >= $since""",
    "follows": """select * replace (follow_id || 'n' as follow_id, external_id || 'n' as external_id,
        unionid || 'n' as unionid, phone_key || 'n' as phone_key, name || 'n' as name,
        added_at + interval 7 day as added_at) from fact.follows where added_at >= $since""",
    "group_members": """select * replace (membership_id || 'n' as membership_id,
        joined_at + interval 7 day as joined_at,
        null::timestamp as left_at) from fact.group_members where joined_at >= $since""",
    "messages": """select * replace (message_id || 'n' as message_id, sent_at + interval 7 day as sent_at)
        from fact.messages where sent_at >= $since""",
    "group_days": "select * replace (day + 7 as day) from fact.group_days where day >= $since",
}
"""The last week once more, a week later and of rows of its own."""


def week_after(folder: Path) -> None:
    """Everything anew, then one more week of imports and the refresh after it, which finds what was read before at hand
    as the one before it did."""
    store = open_store(folder / "warehouse.duckdb")
    clock = Clock()
    with store.warehouse.write() as cursor:
        store.warehouse.version = refresh.rebuild(cursor, store.settings)
    everything = clock()
    days = Period.of_data(store)
    assert days is not None
    since = Period.last_complete_week(days.last).first
    with store.warehouse.write() as cursor:
        for fact, sql in WEEK.items():
            cursor.execute(f"create or replace temp table told as select *, 1 as row_no from ({sql})", {"since": since})
            append(cursor, NewBatch(f"{fact}.csv", f"next {fact}", fact, datetime(2026, 11, 23)), {fact: "told"})
    clock = Clock()
    store.refresh()
    week = clock()
    told = f"{week[0]:.1f} s, CPU {week[1]:.1f} s, everything {everything[0]:.1f} s, CPU {everything[1]:.1f} s"
    print(f"  refresh of the week {told}: {week[1] / everything[1]:.3f} of the CPU time", flush=True)
    store.close()


def measure(factor: float, folder: Path, week: bool) -> dict[str, dict[str, tuple[float, float]]]:
    """Everything at one size."""
    print(f"factor {factor}")
    made = not (folder / "warehouse.duckdb").exists()
    if made:
        folder.mkdir(parents=True, exist_ok=True)
        build(folder, factor)
    cold(folder)
    apart(pages, folder)
    found = apart(compared, folder)
    if made or week:  # a store of somebody's stays as it is
        apart(week_after, folder)
    return found


def apart(work: Callable[[Path], T], folder: Path) -> T:
    """In a process of its own: what another one keeps (60 million rows for pandas) would take its memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        return alone.submit(work, folder).result()


def main() -> None:
    words = sys.argv[1:]
    keep = Path(words[words.index("--keep") + 1]) if "--keep" in words else None
    factors = [float(word) for word in words if word.replace(".", "", 1).isdigit()] or [0.01]
    grown: list[dict[str, dict[str, tuple[float, float]]]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for factor in factors:
            grown.append(measure(factor, (keep or Path(scratch)) / f"{factor:g}", "--week" in words))
    for name in grown[0]:
        rows = "  ".join(
            f"{engine} " + " → ".join(f"{one[name][engine][1] / grown[0][name][engine][1]:.1f}" for one in grown)
            for engine in grown[0][name]
        )
        print(f"growth {name}: {rows}")


if __name__ == "__main__":
    main()
