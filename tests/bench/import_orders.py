"""How fast does a Tmall order file go in, against bare DuckDB reading the same rows?

Writes an N-row classic order export twice: GB18030 as Tmall does, and UTF-8. The first goes through the whole import
(decode, recognise, clean, log, facts, marts); of the second DuckDB only makes a table of text. Prints both times, their
ratio and the peak memory of the import, each in a process of its own, and how they grow from one size to the next
(1.0: as the rows do). Sizes are 10^5, 10^6 and 10^7 (a file of 2 GB) unless told. Queries take the memory that the
product gives them as installed, or what SOPDASH_MEMORY says.

    python -m tests.bench.import_orders [ROWS …]
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from sopdash.demo.headers import TAOBAO_ORDERS

ROOT = Path(__file__).parents[2]
SIZES = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100_000, 1_000_000, 10_000_000]
START = dt.datetime(2026, 1, 1)


def line(number: int) -> str:
    """One order; every fourth customer comes back."""
    at = START + dt.timedelta(seconds=number * 20)
    cells = dict.fromkeys(TAOBAO_ORDERS, "") | {
        "订单编号": f"31{number:011d}{number * 7919 % 45_000 * 2 + 10_001}",
        "买家会员名": f"tb_demo{number * 3 // 4:08d}",
        "总金额": f"{number % 500 + 9}.90",
        "买家实际支付金额": f"{number % 500 + 9}.90",
        "订单状态": "交易成功",
        "收货地址 ": "浙江省 杭州市 示例区 示例路1号",
        "订单创建时间": f"{at:%Y-%m-%d %H:%M:%S}",
        "订单付款时间 ": f"{at + dt.timedelta(minutes=1):%Y-%m-%d %H:%M:%S}",
        "宝贝标题 ": "面膜 5片",
        "宝贝总数量": "1",
        "店铺名称": "示例旗舰店",
        "退款金额": "0.00",
    }
    return ",".join(cells.values())


def write(rows: int, folder: Path) -> tuple[Path, Path]:
    """(GB18030 file, UTF-8 file) of the same rows."""
    files = folder / f"ExportOrderList{rows}.csv", folder / f"utf8-{rows}.csv"
    with (
        files[0].open("w", encoding="gb18030", newline="") as chinese,
        files[1].open("w", encoding="utf-8", newline="") as plain,
    ):
        # One by one: what this process holds at its peak would be counted to the process it starts.
        for text in itertools.chain([",".join(TAOBAO_ORDERS)], map(line, range(rows))):
            chinese.write(text + "\r\n")
            plain.write(text + "\r\n")
    return files


def import_once(path: str, db: str) -> None:
    """Child process: import one file and print what it took."""
    from sopdash.exports.load import load_files
    from sopdash.warehouse import open_store

    store = open_store(Path(db))
    start = time.perf_counter()
    [result] = load_files(store, [Path(path)])
    took = time.perf_counter() - start
    wrong = "select count(*) from log.orders where row_no <> cast(substr(order_id, 3, 11) as bigint) + 2"
    assert store.warehouse.rows(wrong) == [(0,)], "rows are not numbered as in the file"
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1_000_000
    print(json.dumps({"seconds": took, "peak_mb": peak, "status": result.status, "accepted": result.accepted}))


def bare_once(path: str, db: str) -> None:
    """Child process: DuckDB alone makes a table of one file; print what it took."""
    start = time.perf_counter()
    duckdb.connect(db).execute("create table t as from read_csv(?, header = true, all_varchar = true)", [path])
    print(json.dumps({"seconds": time.perf_counter() - start}))


def child(task: str, file: Path, db: Path) -> dict[str, Any]:
    """What one of the tasks below took, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.import_orders", task, str(file), str(db)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout.splitlines()[-1]))


Taken: TypeAlias = tuple[float, float, float]
"""Seconds of the import, seconds of bare DuckDB, peak MB of the import."""


def measure(rows: int) -> Taken:
    """Print the line of the table and give what it took."""
    with tempfile.TemporaryDirectory(prefix="sopdash-bench-") as name:
        folder = Path(name)
        chinese, plain = write(rows, folder)
        bare = child("--bare", plain, folder / "bare.duckdb")["seconds"]
        ours = child("--import", chinese, folder / "ours.duckdb")
        size = chinese.stat().st_size / 1_000_000
    print(
        f"{rows:>10,}  {size:>8,.0f}  {ours['seconds']:>9.2f}  {bare:>9.2f}  {ours['seconds'] / bare:>6.1f}  "
        f"{rows / ours['seconds']:>12,.0f}  {ours['peak_mb']:>8.0f}  {ours['status']} {ours['accepted']:,}",
        flush=True,
    )
    return ours["seconds"], bare, ours["peak_mb"]


def growth(sizes: list[int], measured: list[Taken]) -> None:
    """Print the exponents between neighbouring sizes: log of the growth over log of the growth of rows."""
    for at in range(1, len(sizes)):
        by = math.log(sizes[at] / sizes[at - 1])
        powers = [math.log(new / old) / by for old, new in zip(measured[at - 1], measured[at], strict=True)]
        words = "import {:.2f}, bare {:.2f}, memory {:.2f}".format(*powers)
        print(f"growth from {sizes[at - 1]:,} to {sizes[at]:,} rows, as a power of the rows: {words}")


if __name__ == "__main__":
    if "--import" in sys.argv:
        import_once(*sys.argv[-2:])
    elif "--bare" in sys.argv:
        bare_once(*sys.argv[-2:])
    else:
        print(
            f"{'rows':>10}  {'file MB':>8}  {'import s':>9}  {'bare s':>9}  {'ratio':>6}  {'rows per s':>12}"
            f"  {'peak MB':>8}  result"
        )
        growth(SIZES, [measure(size) for size in SIZES])
