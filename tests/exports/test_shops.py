"""One order in two exports counts once, whichever came first; orders of different shops stay apart."""

import itertools

import pytest
from exports.back_office_headers import EXPORTS
from exports.sheets import export, table

from sopdash.exports import load_file
from sopdash.warehouse import undo

SHORT = ("订单编号", "总金额", "买家实际支付金额", "收货地址", "订单创建时间", "订单付款时间", "退款金额")
FACTS = "select shop, order_id, paid_amount, account from fact.orders order by order_id, shop"
LOG = "select distinct batch, shop from log.orders order by 1"


def cells(order, paid):
    at = "2026-11-02 10:00:00"
    return {
        "订单编号": order, "总金额": paid, "买家实际支付金额": paid, "收货地址": "浙江省 杭州市",
        "订单创建时间": at, "订单付款时间": at, "退款金额": "0.00",
    }  # fmt: skip


def short(*orders):
    return export(SHORT, [cells(order, paid) for order, paid in orders])


def classic(shop, *orders):
    rows = [
        cells(order, paid)
        | {"店铺名称": shop, "买家会员名": f"买家{order}", "订单状态": "交易成功", "宝贝标题": "面霜"}
        for order, paid in orders
    ]
    return export(EXPORTS["taobao_orders"][1].split(","), rows, "gbk")


FILES = {
    "简表.csv": short(("1", "10.00"), ("2", "20.00"), ("3", "30.00")),
    "ExportOrderList.csv": classic("示例旗舰店", ("1", "10.00"), ("2", "20.00")),
}
ONCE = [
    ("示例旗舰店", "1", "10.00", "买家1"),
    ("示例旗舰店", "2", "20.00", "买家2"),
    ("示例旗舰店", "3", "30.00", ""),
]


@pytest.mark.parametrize("order", list(itertools.permutations(FILES)))
def test_a_report_without_the_shop_and_the_classic_list_count_once(store, file, order):
    results = {name: load_file(store, file(name, FILES[name])) for name in order}
    assert table(store, FACTS) == ONCE
    assert results[order[1]].new == (1 if order[1] == "简表.csv" else 0)
    assert table(store, "select count(*), sum(net_sales) from mart.orders") == [("3", "60.00")]


def test_a_file_without_its_shop_says_which_it_was_taken_for(store, file):
    load_file(store, file("ExportOrderList.csv", FILES["ExportOrderList.csv"]))
    result = load_file(store, file("简表.csv", FILES["简表.csv"]))
    [said] = [note for note in result.notes if note.code == "shop_assumed"]
    assert "示例旗舰店" in said.message("zh")
    assert "示例旗舰店" in said.message("en")


@pytest.mark.parametrize("order", list(itertools.permutations(FILES)))
def test_taking_the_naming_file_back_leaves_the_other_as_if_alone(store, file, order):
    results = {name: load_file(store, file(name, FILES[name])) for name in order}
    undo(store.warehouse, int(results["ExportOrderList.csv"].batch), "owner")
    assert table(store, FACTS) == [("", "1", "10.00", ""), ("", "2", "20.00", ""), ("", "3", "30.00", "")]
    assert table(store, "select shop, assumed from batch_shops") == [("", "True")]


def test_with_several_shops_the_file_is_asked_for_its_shop(store, file):
    for shop in ("甲店", "乙店"):
        load_file(store, file(f"{shop}.csv", classic(shop, ("7", "70.00"))))
    asked = load_file(store, file("简表.csv", short(("7", "70.00"), ("8", "80.00"))))
    assert (asked.status, asked.error.code) == ("refused", "shop_needed")
    assert "甲店" in asked.as_json()["error"]["message"]
    told = load_file(store, file("简表.csv", short(("7", "70.00"), ("8", "80.00"))), shop="乙店")
    assert (told.new, told.unchanged, told.changed) == (1, 1, 0)
    assert table(store, FACTS) == [
        ("乙店", "7", "70.00", "买家7"),
        ("甲店", "7", "70.00", "买家7"),  # the same number in two shops: two orders
        ("乙店", "8", "80.00", ""),
    ]


SHOPS = {
    "甲": classic("甲店", ("1", "10.00"), ("2", "20.00")),
    "乙": classic("乙店", ("5", "50.00")),
    "简表": short(("2", "20.00"), ("3", "30.00")),
}


@pytest.mark.parametrize("order", [order for order in itertools.permutations(SHOPS) if order[2] != "简表"])
def test_when_a_second_shop_appears_a_file_goes_where_its_orders_are(store, file, order):
    for name in order:
        load_file(store, file(f"{name}.csv", SHOPS[name]))
    assert table(store, FACTS) == [
        ("甲店", "1", "10.00", "买家1"),
        ("甲店", "2", "20.00", "买家2"),
        ("甲店", "3", "30.00", ""),
        ("乙店", "5", "50.00", "买家5"),
    ]


def test_systems_nobody_knows_are_not_one_shop(store, file):
    orders = "订单号,下单时间,实付金额,订单状态\nA1,2026-11-02 10:00:00,10,已发货\n"
    load_file(store, file("a.csv", orders))
    assert load_file(store, file("b.csv", orders), shop="二店").new == 1
