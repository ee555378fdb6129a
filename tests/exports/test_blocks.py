"""Lines passed on in blocks end as rows read cell by cell would: same rows, same numbers, same findings."""

import random
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from sopdash.demo.headers import TAOBAO_ORDERS
from sopdash.errors import FileRefused
from sopdash.exports import blocks, clean, decode, load_file, table, values
from sopdash.exports.cells import Cells
from sopdash.exports.format import formats

FOLDER = Path(__file__).parent / "badinputs"
TEXTS = sorted(path for path in FOLDER.rglob("*") if path.suffix in (".csv", ".txt", ".tsv"))
WHOLE = (1 << 30, 1 << 30)
"""One block, the first: everything is read cell by cell."""

ODD_LINES = {
    "plain": "{id},tb_demo1,,1,1,1,1,1,9.90",
    "quoted": '"{id}","tb,demo",,,,,,,9.90',
    "wrapped": '="{id}",tb_demo2,,,,,,,9.90',
    "two lines": '{id},"tb\ndemo",,,,,,,9.90',
    "blank around": " {id}\t,tb_demo3 ,,,,,,,9.90",
    "wide blank": "{id},\u3000tb_demo4\u3000,,,,,,,9.90",
    "line separator": "{id},tb_demo5\u2028,,,,,,,9.90",
    "no width": "{id},tb\u200b_demo6,,,,,,,9.90",
    "empty second cell": "{id},,,,,,,,9.90",
    "empty first cell": ",tb_demo7,,,,,,,9.90",
    "total": "合计,,,,,,,,99.00",
    "total elsewhere": "12,合计,,,,,,,99.00",
    "starts like a total": "合{id},tb_demo8,,,,,,,9.90",
    "footnote": "备注：系统导出,,,,,,,,",
    "empty cells": ",,,,,,,,",
    "empty line": "",
    "short": "{id},tb_demo9",
    "apostrophe": "'{id},tb'demo,,,,,,,9.90",
}


def staged(path, folder, monkeypatch, sizes):
    """(rows as DuckDB reads them, findings), or the refusal."""
    monkeypatch.setattr(blocks, "FIRST", sizes[0])
    monkeypatch.setattr(blocks, "SIZE", sizes[1])
    monkeypatch.setattr(table, "PART", 1500)  # so that lines passed on come in several parts
    folder.mkdir()
    try:
        [found] = decode.tables(path, path.name, folder, list(formats().values()))
        rows, done = read(found, folder)
    except FileRefused as error:
        return error.code, error.values.get("row"), error.values.get("column")
    return rows, done.rows, done.ragged, done.totals, done.skipped


def read(found, folder):
    """(the rows as DuckDB reads and numbers them, all cells as tidied text; what was staged)."""
    cursor = duckdb.connect()
    cursor.execute("begin transaction")  # as an import does; rowids are others then
    cursor.execute(clean.macros())
    cells = Cells(found.head.recognised)
    done = values.read(cursor, cells, partial(found.stage, folder / "staged.csv"))
    names = ", ".join(cell.name for cell in cells)
    return cursor.execute(f"select row_no, {names}, texts from door_read order by row_no").fetchall(), done


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_odd_files_in_small_blocks(path, tmp_path, monkeypatch):
    whole = staged(path, tmp_path / "whole", monkeypatch, WHOLE)
    for size in (1, 150, 700):
        assert staged(path, tmp_path / f"by{size}", monkeypatch, (1, size)) == whole


def odd_file(path, seed, ending):
    """An order export in which every sixth line is odd in one way or another."""
    dice = random.Random(seed)
    spare = "," * (len(TAOBAO_ORDERS) - 9)
    lines = [",".join(TAOBAO_ORDERS)]
    for number in range(300):
        kind = dice.choice(list(ODD_LINES)) if dice.random() < 1 / 6 else "plain"
        line = ODD_LINES[kind].format(id=31_000_000 + number)
        lines.append(line if kind in ("empty line", "short") else line + spare)
    if dice.random() < 0.2:
        lines.insert(dice.randrange(100, 300), lines[0])
    path.write_bytes((ending.join(lines) + (ending if dice.random() < 0.8 else "")).encode("gb18030"))
    return path


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_random_odd_lines_in_small_blocks(ending, tmp_path, monkeypatch):
    for seed in range(12):
        path = odd_file(tmp_path / f"orders{seed}.csv", seed, ending)
        whole = staged(path, tmp_path / f"whole{seed}", monkeypatch, WHOLE)
        assert staged(path, tmp_path / f"small{seed}", monkeypatch, (1, 500)) == whole, seed


def test_clean_lines_are_passed_on(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "FIRST", 1)
    monkeypatch.setattr(blocks, "SIZE", 200)
    lines = [",".join(TAOBAO_ORDERS)]
    lines += [f"{31_000_000 + number},tb_demo" + "," * (len(TAOBAO_ORDERS) - 2) for number in range(50)]
    path = tmp_path / "orders.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="gb18030", newline="")
    [found] = decode.tables(path, path.name, tmp_path, list(formats().values()))
    done = found.stage(tmp_path / "staged.csv")
    passed = [line for part in done.plain for line in part.read_text("utf-8").splitlines()]
    assert done.rows == 50
    assert len(passed) >= 45
    assert passed[-1].startswith("31000049,tb_demo,")


def test_a_row_rejected_among_lines_passed_on_is_named_and_shown(store, tmp_path, monkeypatch):
    monkeypatch.setattr(blocks, "FIRST", 1)
    monkeypatch.setattr(blocks, "SIZE", 400)
    spare = "," * (len(TAOBAO_ORDERS) - 9)
    lines = [",".join(TAOBAO_ORDERS)]
    lines += [f"{31_000_000 + number},tb_demo,,1,1,1,1,1,9.90{spare}" for number in range(50)]
    lines[30] = f'"31000029","tb,demo",,1,1,1,1,1,9.90{spare}'  # between two stretches of plain lines
    lines[40] = lines[45].replace("9.90", "8.80")  # an order told in two ways
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(lines) + "\n", encoding="gb18030", newline="")
    result = load_file(store, path, shop="一店", as_of=date(2026, 11, 20))
    assert [(reject.row, reject.value, reject.reason) for reject in result.rejects] == [
        (41, "31000044", "duplicate_key"),
        (46, "31000044", "duplicate_key"),
    ]
    kept = store.warehouse.rows("select row_no, json_extract_string(raw, '$.买家实际支付金额') from rejects order by 1")
    assert kept == [(41, "8.80"), (46, "9.90")]
    stored = store.warehouse.rows("select row_no, cast(order_id as bigint) - 31000000 from log.orders order by row_no")
    assert [number for number, _ in stored] == [place + 2 for _, place in stored]
    assert len(stored) == 48
