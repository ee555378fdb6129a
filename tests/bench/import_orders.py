"""How fast does a Tmall order file go in, against bare DuckDB reading the same rows?

Writes an N-row classic order export twice: GB18030 as Tmall does, and UTF-8. The first goes through the whole import
(decode, recognise, clean, log, facts, marts); of the second DuckDB only makes a table of text. Prints both times, their
ratio and the peak memory of the import, each in a process of its own.

    python tests/bench/import_orders.py [ROWS …]
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from sopdash.demo.headers import TAOBAO_ORDERS

SIZES = [int(word) for word in sys.argv[1:] if word.isdigit()] or [10_000, 100_000]
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
        for text in (",".join(TAOBAO_ORDERS), *map(line, range(rows))):
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
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "peak_mb": peak, "status": result.status, "accepted": result.accepted}))


def measure(rows: int) -> None:
    """Print one line of the table."""
    with tempfile.TemporaryDirectory(prefix="sopdash-bench-") as name:
        folder = Path(name)
        chinese, plain = write(rows, folder)
        start = time.perf_counter()
        duckdb.connect(str(folder / "bare.duckdb")).execute(
            "create table t as from read_csv(?, header = true, all_varchar = true)", [str(plain)]
        )
        bare = time.perf_counter() - start
        child = [sys.executable, __file__, "--child", str(chinese), str(folder / "import.duckdb")]
        ours = json.loads(subprocess.run(child, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    print(
        f"{rows:>10,}  {ours['seconds']:>9.2f}  {bare:>9.2f}  {ours['seconds'] / bare:>6.1f}  "
        f"{rows / ours['seconds']:>12,.0f}  {ours['peak_mb']:>8.0f}  {ours['status']} {ours['accepted']:,}"
    )


if __name__ == "__main__":
    if "--child" in sys.argv:
        import_once(*sys.argv[-2:])
    else:
        print(f"{'rows':>10}  {'import s':>9}  {'bare s':>9}  {'ratio':>6}  {'rows per s':>12}  {'peak MB':>8}  result")
        for size in SIZES:
            measure(size)
