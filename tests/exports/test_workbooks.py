"""What a workbook holds is read where it stands: no column lost at the edge, rows counted as Excel counts them."""

import io
import json

import pytest
import xlsxwriter

from sopdash.exports.load import load_file
from sopdash.exports.workbook import sheets_of

HEADER = ["日期", "渠道", "投入", "扫码数"]


def book(rows: list[list[str]], top: int = 0, left: int = 0) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(top + at, left, row)
    return buffer.getvalue()


def test_last_column_is_read(store, file):
    rows = [HEADER, ["2026-11-02", "抖音", "12.50", "7"]]
    load_file(store, file("a.xlsx", book(rows)), refresh=False)
    assert store.warehouse.rows("select spend, scans from fact.channel_days") == [(12.5, 7)]


@pytest.mark.parametrize(("top", "left"), [(0, 0), (2, 0), (0, 1), (3, 2)])
def test_table_away_from_the_corner(store, file, top, left):
    """Row `top + 3` as Excel counts holds the bad day: header, one good row, the bad one."""
    good = [[f"2026-11-{day:02d}", "抖音", "1.00", "1"] for day in range(2, 12)]
    rows = [HEADER, good[0], ["昨天", "抖音", "1.00", "1"], *good[1:]]
    result = load_file(store, file("a.xlsx", book(rows, top, left)), refresh=False)
    assert (result.accepted, [(reject.row, reject.column) for reject in result.rejects]) == (10, [(top + 3, "日期")])


def test_sheet_of_one_column_is_read(file, tmp_path):
    (sheet,) = sheets_of(file("a.xlsx", book([["甲"], ["乙"]])), tmp_path)
    assert sheet.path.read_text(encoding="utf-8").split() == ["甲", "乙"]


def test_a_damaged_workbook_or_archive_is_refused_wherever_it_is_damaged(store, file):
    """Cut at many places and with bytes turned over: refused or read, never an exception."""
    whole = book([HEADER, *([f"2026-11-{day:02d}", "抖音", "1.00", "1"] for day in range(2, 12))])
    damaged = [whole[:cut] for cut in range(10, len(whole), len(whole) // 12)]
    places = range(0, len(whole), len(whole) // 25)
    damaged += [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in places]
    for content in damaged:
        result = load_file(store, file("a.xlsx", content), dry_run=True, refresh=False)
        assert result.status == "imported" or result.as_json("en")["error"]["message"]


def test_far_fewer_rows_than_last_time_is_said(store, file):
    rows = [f"2026-11-{day:02d},抖音,1.00,1" for day in range(2, 12)]
    load_file(store, file("a.csv", "\n".join([",".join(HEADER), *rows]) + "\n"), refresh=False)
    few = "\n".join([",".join(HEADER), *(f"2026-12-{day:02d},抖音,1.00,1" for day in range(2, 6))]) + "\n"
    codes = {note.code for note in load_file(store, file("b.csv", few), refresh=False).notes}
    assert "rows_halved" in codes  # 4 of 10


def test_rejected_rows_keep_their_cells_masked(store, file):
    rows = [f"A{n},2026-11-02 10:00:00,{n},13800000001\n" for n in range(9)]
    text = "订单号,下单时间,实付金额,手机号\n" + "".join(rows)
    load_file(store, file("a.csv", text + "A9,2026-11-02 10:00:00,很多,13800000001\n"), refresh=False)
    [(raw,)] = store.warehouse.rows("select raw from rejects")
    cells = {"订单号": "A9", "下单时间": "2026-11-02 10:00:00", "实付金额": "很多", "手机号": "138****01"}
    assert json.loads(raw) == cells
