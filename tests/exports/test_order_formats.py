"""Order exports of each back office: what is stored, worked out by hand."""

from decimal import Decimal

import pytest
from exports import layouts
from exports.sheets import export, table

from sopdash.exports import load_file

ORDERS = "select order_id, status, paid_amount, refund_amount from fact.orders order by order_id"


def codes(result):
    return {note.code for note in result.notes}


def test_taobao_in_gbk_with_blanks_in_headers(store, file):
    content = export(
        layouts.TAOBAO_ORDERS,
        [
            {
                "订单编号": '="1234567890123456789"', "买家会员名": "买家0001", "总金额": "598", "买家应付货款": "598",
                "买家实际支付金额": "598",
                "订单状态": "买家已付款，等待卖家发货", "收货地址": "浙江省 杭州市 西湖区 某路1号",
                "联系手机": "'13800000001", "订单创建时间": "2016/5/23 22:02", "订单付款时间": "2016/5/23 22:03",
                "宝贝标题": "面霜", "宝贝总数量": "2", "店铺名称": "示例旗舰店", "退款金额": "0", "买家服务费": "0元",
            },
            {   # 100 − 70 = 30 = the refund: the paid amount is already net, so 100 was paid
                "订单编号": "1234567890123456780", "买家会员名": "买家0002", "总金额": "100", "买家应付货款": "100",
                "买家实际支付金额": "70", "订单状态": "交易成功", "订单创建时间": "2016/5/24 9:00",
                "订单付款时间": "2016/5/24 9:01", "确认收货时间": "2016/5/28 20:00", "宝贝标题": "乳液",
                "宝贝总数量": "1", "店铺名称": "示例旗舰店", "退款金额": "30",
            },
            {   # 100 − 95 = 5 is a discount, 30 a refund: 95 was paid
                "订单编号": "1234567890123456781", "买家会员名": "买家0002", "总金额": "100", "买家应付货款": "100",
                "买家实际支付金额": "95", "订单状态": "交易成功", "订单创建时间": "2016/5/24 9:00",
                "订单付款时间": "2016/5/24 9:01", "宝贝标题": "乳液",
                "宝贝总数量": "1", "店铺名称": "示例旗舰店", "退款金额": "30",
            },
            {
                "订单编号": "1234567890123456782", "买家会员名": "买家0003", "总金额": "50", "买家实际支付金额": "0",
                "订单状态": "(删除)等待买家付款",
                "订单创建时间": "2016/5/25 9:00", "宝贝标题": "乳液", "店铺名称": "示例旗舰店",
            },
        ],
        encoding="gbk",
    )  # fmt: skip
    result = load_file(store, file("ExportOrderList1.csv", content))
    assert (result.format, result.rows, result.accepted) == ("taobao_orders", 4, 4)
    assert table(store, ORDERS) == [
        ("1234567890123456780", "completed", "100.00", "30.00"),
        ("1234567890123456781", "completed", "95.00", "30.00"),
        ("1234567890123456782", "deleted", "0.00", ""),
        ("1234567890123456789", "paid", "598.00", "0.00"),
    ]
    received = table(store, "select order_id, received_at from fact.orders where received_at is not null")
    assert received == [("1234567890123456780", "2016-05-28 20:00:00")]
    first = table(
        store,
        """select account, shop, phone_key, province, city, created_at, paid_at, units, status_word
           from fact.orders where units = 2""",
    )
    assert first == [
        (
            "买家0001",
            "示例旗舰店",
            "",
            "浙江省",
            "杭州市",
            "2016-05-23 22:02:00",
            "2016-05-23 22:03:00",
            "2",
            "买家已付款，等待卖家发货",
        )
    ]
    assert "net_paid" in codes(result)
    assert "unknown_column" not in codes(result)
    assert [note.rows for note in result.notes if note.code == "net_paid"] == [1]


def test_taobao_short_has_no_buyer_and_no_status(store, file):
    text = (
        "订单编号,总金额,买家实际支付金额,收货地址,订单创建时间,订单付款时间,退款金额\n"
        "1,178.8,0,上海,2020-02-21 00:00:00,,0\n"
        "2,21,21,内蒙古自治区,2020-02-20 23:59:54,2020-02-21 00:00:02,0\n"
        "3,37,0,安徽省,2020-02-20 23:59:35,2020-02-20 23:59:41,37\n"  # 37 − 0 = 37: fully refunded, 37 was paid
    )
    result = load_file(store, file("tmall_order_report.csv", text))
    assert result.format == "taobao_short"
    assert {"status_absent", "customer_absent"} <= codes(result)
    assert table(
        store, "select order_id, province, paid_amount, refund_amount, paid_at is null from fact.orders order by 1"
    ) == [
        ("1", "上海", "0.00", "0.00", "True"),
        ("2", "内蒙古自治区", "21.00", "0.00", "False"),
        ("3", "安徽省", "37.00", "37.00", "False"),
    ]
    flags = table(store, "select distinct status_absent, paid_at_absent, customer_absent, status from fact.orders")
    assert flags == [("True", "False", "True", "")]


@pytest.mark.parametrize("layout", ["YOUZAN_2025", "YOUZAN_2026"])
def test_youzan_with_two_columns_of_one_name(store, file, layout):
    rows = [
        {
            "订单号": "E202611020001", "归属店铺": "示例微商城", "订单状态": "交易完成", "订单来源": "商家小程序",
            "订单创建时间": "2026-11-02 10:00:00", "买家付款时间": "2026-11-02 10:00:30", "订单实付金额": "99.50",
            "订单已退款金额": "9.50", "买家手机号": "13800000001", "收货人手机号/提货人手机号": "13900000009",
            "收货人省份": "广东", "收货人城市": "深圳市",
            "全部商品名称": "面霜,乳液", "销售导购": "导购A01", "下单网点": "南山店",
        },
        {
            "订单号": "E202611020002", "归属店铺": "示例微商城", "订单状态": "待付款", "订单来源": "商家小程序",
            "订单创建时间": "2026-11-02 11:00:00", "订单实付金额": "50.00", "买家手机号": "186******05",
        },
    ]  # fmt: skip
    result = load_file(store, file("订单.csv", export(getattr(layouts, layout), rows)))
    assert (result.format, result.accepted) == ("youzan_orders", 2)
    assert "phone_masked" in codes(result)
    assert table(
        store,
        "select order_id, status, paid_amount, refund_amount, province, store, staff, shop from fact.orders order by 1",
    ) == [
        ("E202611020001", "completed", "99.50", "9.50", "广东省", "南山店", "导购A01", "示例微商城"),
        ("E202611020002", "unpaid", "50.00", "", "", "", "", "示例微商城"),
    ]
    [(key,)] = store.warehouse.rows("select phone_key from fact.orders where phone_key is not null")
    assert store.warehouse.phones.reveal([key]) == {key: "13800000001"}  # the buyer's, not the recipient's


def douyin(sub, **cells):
    row = {
        "主订单编号": "\t6917000000000000001", "子订单编号": f"\t{sub}",
        "选购商品": "面霜", "商品规格": "50ml", "商品数量": "1",
        "商品ID": "\t3500000000000000001", "订单应付金额": "60.00",
        "省": "广东省", "市": "广州市", "订单提交时间": "2026-11-02 10:00:00",
        "支付完成时间": "2026-11-02 10:01:00", "订单状态": "已完成", "达人ID": "0", "售后状态": "-",
    }  # fmt: skip
    return row | cells


def test_douyin_adds_up_sub_orders(store, file):
    rows = [
        douyin("6917000000000000001"),
        douyin("6917000000000000002", 选购商品="乳液", 商品数量="2", 订单应付金额="40.00", 售后状态="退款成功"),
        douyin("6917000000000000005", 主订单编号="6917000000000000005", 订单状态="已关闭", 支付完成时间="-"),
    ]
    result = load_file(store, file("抖店订单.csv", export(layouts.DOUYIN_74, rows, "utf-8-sig")))
    assert (result.format, result.rows, result.accepted, result.new) == ("douyin_orders", 3, 3, 2)
    assert table(
        store, "select order_id, status, paid_amount, refund_amount, units, account from fact.orders order by 1"
    ) == [
        ("6917000000000000001", "completed", "100.00", "40.00", "3", ""),  # 60 + 40; the 40 went back
        ("6917000000000000005", "closed", "60.00", "0.00", "1", ""),
    ]
    assert table(store, "select order_id, line, units, amount from fact.order_items order by line") == [
        ("6917000000000000001", "6917000000000000001", "1", "60.00"),
        ("6917000000000000001", "6917000000000000002", "2", "40.00"),
        ("6917000000000000005", "6917000000000000005", "1", "60.00"),
    ]
    assert {"refund_estimated", "customer_absent"} <= codes(result)


def test_douyin_order_layout_joins_sub_orders(store, file):
    rows = [
        {
            "主订单编号": "M1", "子订单编号": "M1;M2",
            "选购商品": "面霜;乳液", "商品数量": "5", "订单应付金额": "88.00",
            "订单提交时间": "2026-11-02 10:00:00",
            "支付完成时间": "2026-11-02 10:01:00", "订单状态": "已发货", "达人ID": "0",
        }
    ]  # fmt: skip
    result = load_file(store, file("抖店.csv", export(layouts.DOUYIN_JOINED, rows)))
    assert table(store, "select order_id, status, paid_amount, units from fact.orders") == [
        ("M1", "shipped", "88.00", "5")
    ]
    assert table(store, "select * from fact.order_items") == []  # amounts cannot be split
    assert "joined_suborders" in codes(result)


@pytest.mark.parametrize("layout", ["JD_80", "JD_30"])
def test_jd_takes_repeated_order_amounts_once(store, file, layout):
    def item(product, units, **cells):
        row = {
            "订单号": "100001", "商品ID": product, "商品名称": f"商品{product}",
            "订购数量": units, "下单时间": "2026-11-02 10:00:00",
            "京东价": "50.00", "订单金额": "150.00", "应付金额": "150.00",
            "订单状态": "完成", "下单帐号": "jd_0001", "客户地址": "上海浦东新区某路1号",
            "联系电话": "1******6198", "付款确认时间": "2026-11-02 10:02:00",
        }  # fmt: skip
        return row | cells

    rows = [
        item("A1", "1"),
        item("A2", "2"),
        item("A1", "1", 订单号="100002", 订单状态="(删除)等待出库", 下单帐号="jd_0002"),
        item("A1", "1", 订单号="100003", 订单状态="暂停", 下单帐号="jd_0003"),
    ]
    result = load_file(store, file("京东订单.csv", export(getattr(layouts, layout), rows, "gb2312")))
    assert (result.format, result.rows, result.new) == ("jd_orders", 4, 3)
    assert table(
        store, "select order_id, status, paid_amount, units, account, province, city from fact.orders order by 1"
    ) == [
        ("100001", "completed", "150.00", "3", "jd_0001", "上海", "上海"),
        ("100002", "deleted", "150.00", "1", "jd_0002", "上海", "上海"),
        ("100003", "unknown", "150.00", "1", "jd_0003", "上海", "上海"),
    ]
    assert sum(units for (units,) in store.warehouse.rows("select units from fact.order_items")) == 1 + 2 + 1 + 1
    assert "status_unknown" in codes(result)


def test_jd_rows_that_disagree_on_the_order_are_rejected(store, file):
    head = "订单号,商品ID,商品名称,订购数量,下单时间,京东价,订单金额,应付金额,订单状态,下单帐号,客户地址\n"
    good = "".join(f"{n},A1,面霜,1,2026-11-02 10:00:00,50,50,50,完成,jd_1,上海\n" for n in range(10))
    torn = (
        "77,A1,面霜,1,2026-11-02 10:00:00,50,50,50,完成,jd_1,上海\n"
        "77,A2,乳液,1,2026-11-02 10:00:00,50,60,60,完成,jd_1,上海\n"
    )
    result = load_file(store, file("京东.csv", head + good + torn))
    assert [(reject.row, reject.reason) for reject in result.rejects] == [(12, "duplicate_key"), (13, "duplicate_key")]
    assert result.new == 10


def generic(*lines):
    return "订单号,下单时间,实付金额,退款金额,手机号,神秘列\n" + "\n".join(lines) + "\n"


def test_any_system_by_usual_names_in_any_order(store, file):
    text = "payment time,单号,实付款,会员名,件数\n2026/11/02 10:00,A1,¥1\u202f234.50,u1,2\n".replace("\u202f", "")
    result = load_file(store, file("x.csv", text))
    assert (result.format, result.status) == ("generic_orders", "imported")
    assert table(store, "select order_id, account, paid_at, paid_amount, units from fact.orders") == [
        ("A1", "u1", "2026-11-02 10:00:00", "1234.50", "2")
    ]


def test_unknown_columns_are_named_and_not_stored(store, file):
    result = load_file(store, file("x.csv", generic("A1,2026-11-02 10:00:00,10,0,13800000001,绝密内容")))
    assert [note.values["column"] for note in result.notes if note.code == "unknown_column"] == ["神秘列"]
    stored = store.warehouse.frame("select * from log.orders").to_csv()
    assert "绝密内容" not in stored
    assert "13800000001" not in stored


def test_a_negative_row_is_the_refund_of_its_order(store, file):
    result = load_file(
        store,
        file(
            "x.csv",
            generic(
                "A1,2026-11-02 10:00:00,100,0,,", "A1,2026-11-02 10:00:00,-30,0,,", "A2,2026-11-02 10:00:00,-5,0,,"
            ),
        ),
    )
    assert table(store, ORDERS) == [("A1", "", "100.00", "30.00"), ("A2", "", "0.00", "5.00")]
    assert sum(Decimal(row[2]) - Decimal(row[3]) for row in table(store, ORDERS)) == 100 - 30 - 5
    assert "negative_refund" in codes(result)


def test_own_columns_by_mapping(store, file):
    text = "票号,什么时候,多少钱,谁\nT1,2026-11-02 10:00:00,12.5,u1\n"
    refused = load_file(store, file("x.csv", text))
    assert refused.as_json()["error"]["code"] == "header_missing"
    mapping = {"票号": "order_id", "什么时候": "created_at", "多少钱": "paid_amount", "谁": "account"}
    result = load_file(store, file("x.csv", text), mapping=mapping)
    assert (result.status, result.format) == ("imported", "generic_orders")
    assert table(store, "select order_id, account, paid_amount from fact.orders") == [("T1", "u1", "12.50")]
