"""What a workbook holds is read where it stands: no column lost at the edge, rows counted as Excel counts them."""

import io

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
