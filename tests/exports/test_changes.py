"""An overlapping week: the report says what changed, figures worked out by hand."""

import json

from exports.sheets import table

from sopdash.exports import load_file
from sopdash.exports.results import changes_said
from sopdash.warehouse import history

HEAD = "订单号,下单时间,实付金额,退款金额,订单状态,商品,数量\n"
AT = "2026-11-02 10:00:00"
WEEK1 = HEAD + "".join(
    f"A{n},{AT},100,{refund},{status},面霜,1\n"
    for n, refund, status in [
        (1, 0, "已发货"),
        (2, 0, "已付款"),
        (3, 10, "已发货"),
        (4, 0, "交易成功"),
        (5, 0, "已发货"),
    ]
)
WEEK2 = HEAD + "".join(
    f"A{n},{AT},100,{refund},{status},{product},1\n"
    for n, refund, status, product in [
        (1, 0, "交易成功", "面霜"),  # moved on
        (2, 0, "已发货", "面霜"),  # moved on
        (3, 35.5, "交易成功", "面霜"),  # moved on, and 25.50 more went back
        (4, 100, "交易成功", "面霜"),  # 100.00 went back
        (5, 0, "已发货", "面霜 50ml"),  # renamed
        (6, 0, "已付款", "面霜"),  # new
    ]
)


def test_the_report_names_what_changed(store, file):
    load_file(store, file("订单20261109.csv", WEEK1))
    second = load_file(store, file("订单20261116.csv", WEEK2))
    assert (second.new, second.changed, second.unchanged) == (1, 5, 0)
    shown = second.as_json()
    assert shown["changed"] == 5
    assert shown["changes"] == {
        "status_forward": 3,
        "refunds": 2,
        "refund_amount": 125.5,  # 25.50 + 100.00
        "other": 1,
        "columns": {"product": 1},
    }
    assert changes_said(shown["changes"], "zh") == "状态推进 3，退款变动 2（¥125.50），其他列变动 1"
    assert "status moved on: 3" in changes_said(shown["changes"], "en")
    newest = history(store.warehouse).iloc[0]
    assert json.loads(newest["changes"]) == shown["changes"]


def test_a_first_import_and_the_same_again_change_nothing(store, file):
    first = load_file(store, file("a.csv", WEEK1))
    assert changes_said(first.as_json()["changes"], "zh") == ""
    again = load_file(store, file("b.csv", WEEK1 + "A9,2026-11-03 10:00:00,5,0,已付款,面霜,1\n"))
    assert (again.new, again.changed) == (1, 0)
    assert changes_said(again.as_json()["changes"], "zh") == ""


def test_an_older_export_after_a_newer_one_changes_nothing(store, file):
    load_file(store, file("订单20261116.csv", WEEK2))
    late = load_file(store, file("订单20261109.csv", WEEK1))
    assert (late.changed, late.as_json()["changes"]["refunds"]) == (0, 0)
    assert table(store, "select sum(refund_amount) from fact.orders") == [("135.50",)]
