"""Rejected rows come back as they stood, are corrected and load."""

import csv
import io

import pytest
from exports.back_office_headers import EXPORTS
from exports.sheets import export, table

from sopdash.exports import corrections, load_file
from sopdash.warehouse import rejects

HEAD = [
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "退款金额",
    "订单状态",
    "宝贝标题",
    "联系手机",
    "订单创建时间",
    "订单付款时间",
    "备忘",
]


def order(number, **cells):
    at = "2026-11-02 10:00:00"
    row = {
        "订单编号": f'="1760000000000{number:04d}"', "买家会员名": f"买家{number:02d}", "总金额": "10.00",
        "买家实际支付金额": "10.00", "退款金额": "0.00", "订单状态": "交易成功", "宝贝标题": "面霜,50ml",
        "联系手机": "'19900000000", "订单创建时间": at, "订单付款时间": at, "备忘": f"-{number}",
    }  # fmt: skip
    return row | cells


def downloaded(result, lang="zh"):
    text = corrections.as_csv(result.originals, lang).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def uploaded(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def test_one_of_twelve_is_corrected_and_loads(store, file):
    rows = [order(n) for n in range(1, 13)]
    rows[6]["买家实际支付金额"] = "十元"
    first = load_file(store, file("ExportOrderList20261109.csv", export(HEAD, rows, "gbk")), keep_rejects=True)
    assert (first.rows, first.new, first.rejected) == (12, 11, 1)
    header, row = downloaded(first)
    assert header == [*HEAD, "行号", "问题列", "剔除原因"]
    said = dict(zip(header, row, strict=True))
    assert (said["行号"], said["问题列"], said["买家会员名"]) == ("8", "买家实际支付金额", "买家07")  # header is row 1
    assert "十元" in said["剔除原因"]
    assert said["联系手机"].endswith("19900000000")  # whole: it is the manager's own file
    row[header.index("买家实际支付金额")] = "10.00"
    second = load_file(store, file("ExportOrderList20261109-剔除.csv", uploaded([header, row])))
    assert (second.format, second.new, second.rejected) == ("taobao_orders", 1, 0)
    assert "rows_halved" not in {note.code for note in second.notes}
    unknown = [note.values["column"] for note in second.notes if note.code == "unknown_column"]
    assert unknown == ["备忘"]
    assert table(store, "select count(*), count(distinct length(order_id)), sum(paid_amount) from fact.orders") == [
        ("12", "1", "120.00")
    ]


def test_the_store_keeps_only_masked_cells(store, file):
    people = "订单号,手机号,实付金额,下单时间,订单状态\n" + "".join(
        f"A{n:03d},139000012{n:02d},{'十' if n == 7 else 10},2026-11-10 10:00:00,交易成功\n" for n in range(12)
    )
    result = load_file(store, file("订单.csv", people), keep_rejects=True)
    assert "13900001207" in corrections.as_csv(result.originals, "zh").decode()
    assert result.originals.stat().st_mode & 0o077 == 0
    assert "13900001207" not in rejects(store.warehouse, int(result.batch)).to_csv()
    assert load_file(store, file("b.csv", people + "\n"), shop="二店").originals is None  # only where asked for


def test_an_order_of_several_rows_comes_back_whole(store, file):
    def line(main, sub, amount):
        return {
            "主订单编号": f"\t{main}", "子订单编号": f"\t{sub}", "选购商品": "面霜", "商品数量": "1", "达人ID": "0",
            "订单应付金额": amount, "订单提交时间": "2026-11-02 10:00:00", "支付完成时间": "2026-11-02 10:01:00",
            "订单状态": "已完成", "售后状态": "-",
        }  # fmt: skip

    rows = [line(6900000000000000000 + n, 6900000000000000000 + n, "5.00") for n in range(10)]
    rows += [
        line(6900000000000000099, 6900000000000000099, "60.00"),
        line(6900000000000000099, 6900000000000000100, "四十"),
    ]
    headers = EXPORTS["douyin_orders_74"][1].split(",")
    first = load_file(store, file("抖店.csv", export(headers, rows)), keep_rejects=True)
    header, *back = downloaded(first)
    assert [row[header.index("订单应付金额")] for row in back] == ["60.00", "四十"]
    assert "同一订单" in back[0][-1]
    back[1][header.index("订单应付金额")] = "40.00"
    load_file(store, file("抖店-剔除.csv", uploaded([header, *back])))
    assert table(store, "select paid_amount, units from fact.orders where order_id = '6900000000000000099'") == [
        ("100.00", "2")  # 60 + 40: neither row alone
    ]


@pytest.mark.parametrize(
    "cells", [["A999", "13900000000", "10"], ["A999", "13900000000", "1", "000", "2026-11-10 10:00:00", "交易成功"]]
)
def test_a_row_of_another_width_comes_back_with_all_its_cells(store, file, cells):
    good = "".join(f"A{n:03d},139000012{n:02d},10,2026-11-10 10:00:00,交易成功\n" for n in range(12))
    text = (
        "订单号,手机号,实付金额,下单时间,订单状态\n"
        + good[: good.index("A005")]
        + ",".join(cells)
        + "\n"
        + good[good.index("A005") :]
    )
    result = load_file(store, file("订单.csv", text), keep_rejects=True)
    assert result.rejected == 1
    header, row = downloaded(result, "en")
    assert header[-3:] == ["Row number", "Faulty column", "Why rejected"]
    assert [cell for cell in [*row[:5], *row[8:]] if cell] == cells
