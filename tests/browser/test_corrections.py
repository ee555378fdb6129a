"""A rejected row is downloaded, corrected and uploaded again in a real browser."""

from __future__ import annotations

import csv
import io

import pytest
from browser.driving import serve, settled
from playwright.sync_api import expect

from sopdash.text import say
from sopdash.warehouse import open_store

pytestmark = pytest.mark.browser

HEAD = (
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "退款金额",
    "订单状态",
    "宝贝标题",
    "订单创建时间",
    "订单付款时间",
)


def orders():
    """Twelve orders of 10.00, one of them with an amount in words."""
    at = "2026-11-10 10:00:00"
    return [
        [
            f"1770000000000{n:05d}",
            f"买家{n:02d}",
            "10.00",
            "十元" if n == 7 else "10.00",
            "0",
            "交易成功",
            "示例商品",
            at,
            at,
        ]
        for n in range(1, 13)
    ]


def written(path, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path


def upload(page, path):
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(str(path))
    expect(page.get_by_test_id("stMainBlockContainer").get_by_text(path.name).first).to_be_visible(timeout=90_000)
    settled(page)
    return page.get_by_test_id("stMainBlockContainer").inner_text()


def test_a_rejected_row_comes_back_corrected(own_demo, tmp_path, visit):
    with serve(own_demo) as address:
        page = visit(f"{address}/data")
        said = upload(page, written(tmp_path / "ExportOrderList20261116.csv", [HEAD, *orders()]))
        assert "12 行：新增 11，更新 0，不变 0，剔除 1" in said
        with page.expect_download() as caught:
            page.get_by_text(say("data.download_rejects", "zh", count="1")).first.click()
        assert caught.value.suggested_filename == "ExportOrderList20261116-剔除.csv"
        raw = caught.value.path().read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        header, row = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
        assert tuple(header) == (*HEAD, "行号", "问题列", "剔除原因")
        assert (row[1], row[3], row[9]) == ("买家07", "十元", "8")
        row[3] = "10.00"
        said = upload(page, written(tmp_path / caught.value.suggested_filename, [header, row]))
        assert "1 行：新增 1，更新 0，不变 0" in said
    store = open_store(own_demo / "warehouse.duckdb")
    assert store.warehouse.rows("select count(*), sum(paid_amount) from fact.orders") == [(12, 120)]
    store.close()
