"""The other shops' exports: what is stored, worked out by hand."""

from decimal import Decimal

from exports.back_office_headers import EXPORTS
from exports.sheets import export, table

from sopdash.access import LOCAL_OWNER
from sopdash.exports import load_file
from sopdash.metrics import Query, run

ORDERS = "select order_id, status, paid_amount, refund_amount, units from fact.orders order by order_id"


def sheet(name, rows, encoding="utf-8-sig"):
    return export(EXPORTS[name][1].split(","), rows, encoding)


def codes(result):
    return {note.code for note in result.notes}


def totals(store, *metrics):
    frame = run(store, Query(metrics=metrics), LOCAL_OWNER).rows
    return tuple(Decimal(str(frame[name].iloc[0])) for name in metrics)


def qianniu(order, **cells):
    row = {
        "订单编号": order,
        "总金额": "100.00",
        "买家应付货款": "100.00",
        "订单状态": "交易成功",
        "订单创建时间": "2026-11-02 10:00:00",
        "订单付款时间": "2026-11-02 10:01:00",
        "买家实付金额": "100.00",
        "退款金额": "0.00",
    }
    return row | cells


def test_qianniu_orders_without_a_status_column(store, file):
    rows = [
        qianniu("3000000000000000001"),
        qianniu(
            "3000000000000000002", 买家实付金额="70.00", 退款金额="30.00"
        ),  # 100 − 70 = 30: already net, 100 was paid
        qianniu("3000000000000000003", 订单付款时间="", 买家实付金额="0.00"),  # never paid
    ]
    for row in rows:
        del row["订单状态"]
    result = load_file(store, file("订单报表.csv", sheet("qianniu_orders", rows)))
    assert (result.format, result.new) == ("qianniu_orders", 3)
    assert {"net_paid", "status_absent", "customer_absent"} <= codes(result)
    # 100 + 100 paid, 0 + 30 went back; the third has no payment time
    assert totals(store, "orders", "gmv", "refunds", "net_sales") == (2, 200, 30, 170)


def test_qianniu_items_join_the_orders_of_the_order_report(store, file):
    load_file(
        store,
        file(
            "订单报表.csv",
            sheet(
                "qianniu_nine_columns",
                [
                    {
                        "订单编号": "3000000000000000001",
                        "买家实付金额": "150.00",
                        "订单状态": "交易成功",
                        "订单付款时间": "2026-11-02 10:01:00",
                    },
                ],
            ),
        ),
    )
    items = [
        {
            "子订单编号": "3000000000000000001",
            "主订单编号": "3000000000000000001",
            "商品标题": "面霜",
            "商品属性": "颜色:白",
            "购买数量": "2",
            "商品价格": "50.00",
            "买家实付金额": "100.00",
            "退款金额": "0.00",
        },
        {
            "子订单编号": "3000000000000000002",
            "主订单编号": "3000000000000000001",
            "商品标题": "面霜",
            "商品属性": "颜色:红",
            "购买数量": "1",
            "商品价格": "50.00",
            "买家实付金额": "50.00",
            "退款金额": "50.00",
            "退款状态": "退款成功",
        },
    ]
    result = load_file(store, file("销售明细.csv", sheet("qianniu_items", items)))
    assert (result.format, result.new) == ("qianniu_items", 2)
    assert table(store, "select variant, units, amount, refund_amount from mart.order_items order by amount") == [
        ("颜色:红", "1", "50.00", "50.00"),
        ("颜色:白", "2", "100.00", "0.00"),
    ]
    assert totals(store, "orders", "gmv") == (1, 150)  # items add no order of their own


def test_taobao_items_of_one_order_differ_by_variant(store, file):
    item = {
        "订单编号": '="1234567890123456789"',
        "标题": "面霜",
        "价格": "50.00",
        "购买数量": "1",
        "商品属性": "50ml",
        "订单状态": "交易成功",
    }
    rows = [item, item | {"商品属性": "100ml", "价格": "90.00", "购买数量": "3"}]
    result = load_file(store, file("ExportOrderDetailList202611150900.csv", sheet("taobao_items", rows, "gbk")))
    assert (result.format, result.new, result.rejected) == ("taobao_items", 2, 0)
    assert table(store, "select order_id, variant, units, price from fact.order_items order by price") == [
        ("1234567890123456789", "50ml", "1", "50.00"),
        ("1234567890123456789", "100ml", "3", "90.00"),
    ]


def test_xiaohongshu_adds_up_the_rows_of_an_order_and_drops_identity_cards(store, file):
    row = {
        "订单号": "P700000000000000001",
        "订单状态": "已完成",
        "SKU名称": "面霜 50ml",
        "SKU规格": "50ml",
        "SKU件数": "2",
        "小红书编码": "X1",
        "商家应收金额(元)（支付金额）": "60.00",
        "支付时间": "2026-11-02 10:01:00",
        "订单创建时间": "2026-11-02 10:00:00",
        "省": "浙江省",
        "市": "杭州市",
        "用户编号": "u0001",
        "收件人身份证号": "110101199001010000",
    }
    rows = [
        row,
        row
        | {
            "SKU名称": "乳液",
            "SKU规格": "30ml",
            "小红书编码": "X2",
            "SKU件数": "1",
            "商家应收金额(元)（支付金额）": "40.00",
        },
        row | {"订单号": "P700000000000000002", "订单状态": "已取消", "支付时间": "", "用户编号": "u0002"},
        row | {"订单号": "P700000000000000003", "订单状态": "已发货", "售后状态": "退款成功"},
    ]
    result = load_file(store, file("小红书订单.csv", sheet("xiaohongshu_orders", rows)))
    assert (result.format, result.rows, result.new) == ("xiaohongshu_orders", 4, 3)
    assert table(store, ORDERS) == [
        ("P700000000000000001", "completed", "100.00", "0.00", "3"),  # 60 + 40, 2 + 1
        ("P700000000000000002", "closed", "60.00", "0.00", "2"),
        ("P700000000000000003", "shipped", "60.00", "60.00", "2"),
    ]
    assert totals(store, "orders", "gmv", "refunds", "buyers") == (2, 160, 60, 1)  # u0001 bought both paid ones
    assert "110101199001010000" not in store.warehouse.frame("select * from log.orders").to_csv()


def test_wechat_shop_repeats_the_order_amount_and_refunds_by_item(store, file):
    row = {
        "订单号": "3700000000000000001",
        "订单下单时间": "2026-11-02 10:00:00",
        "订单状态": "完成",
        "订单实际支付金额": "150.00",
        "支付时间": "2026-11-02 10:01:00",
        "商品名称": "面霜",
        "商品编码(平台)": "1001",
        "商品属性": "50ml",
        "商品实际价格(单件)": "50.00",
        "商品实际价格(总共)": "100.00",
        "商品数量": "2",
        "商品已退款金额": "0.00",
        "省": "上海市",
        "收件人手机": "13800000001",
    }
    rows = [
        row,
        row
        | {
            "商品编码(平台)": "1002",
            "商品名称": "乳液",
            "商品数量": "1",
            "商品实际价格(总共)": "50.00",
            "商品已退款金额": "50.00",
        },
        row
        | {
            "订单号": "3700000000000000002",
            "订单状态": "已取消",
            "支付时间": "",
            "订单实际支付金额": "50.00",
            "商品数量": "1",
        },
    ]
    result = load_file(store, file("微信小店订单.csv", sheet("wechat_shop_orders", rows)))
    assert (result.format, result.new) == ("wechat_shop_orders", 2)
    assert table(store, ORDERS) == [
        (
            "3700000000000000001",
            "completed",
            "150.00",
            "50.00",
            "3",
        ),  # 150 stands on both rows; 0 + 50 went back; 2 + 1 pieces
        ("3700000000000000002", "closed", "50.00", "0.00", "1"),
    ]
    assert table(store, "select sum(units), sum(amount), sum(refund_amount) from mart.order_items where is_paid") == [
        ("3", "150.00", "50.00")
    ]
    assert totals(store, "orders", "gmv", "net_sales") == (1, 150, 100)
    assert table(store, "select count(phone_key) from fact.orders") == [("0",)]  # a recipient's phone is no buyer's key


def test_kuaishou_estimates_refunds_from_words(store, file):
    row = {
        "订单号": "2600000000000001",
        "订单创建时间": "2026-11-02 10:00:00",
        "订单支付时间": "2026-11-02 10:01:00",
        "订单状态": "交易成功",
        "实付款": "¥1,080.00",
        "成交数量": "2",
        "订单载体": "直播",
        "商品ID": "9",
        "商品名称": "面霜",
        "收货地址-省": "广东省",
    }
    rows = [
        row,
        row | {"订单号": "2600000000000002", "实付款": "20.00", "成交数量": "1", "售后状态": "退款成功"},
        row | {"订单号": "2600000000000003", "实付款": "30.00", "订单支付时间": "", "订单状态": "待付款"},
    ]
    result = load_file(store, file("快手订单.csv", sheet("kuaishou_orders", rows)))
    assert (result.format, result.new) == ("kuaishou_orders", 3)
    assert "refund_estimated" in codes(result)
    assert totals(store, "orders", "gmv", "refunds") == (2, 1100, 20)  # 1080 + 20; the unpaid 30 is no order


def test_pinduoduo_words_tell_dispatch_and_refund_at_once(store, file):
    row = {
        "订单号": "261102-100000000000001\t",
        "订单成交时间": "2026-11-02 10:00:00",
        "商品": "面霜",
        "订单状态": "已发货，待签收",
        "用户实付金额(元)": "40.00",
        "商家实收金额(元)": "42.00",
        "商品数量(件)": "2",
        "售后状态": "无售后或售后取消",
        "商品id": "77\t",
        "商品规格": "50ml",
    }
    rows = [
        row,
        row | {"订单号": "261102-100000000000002\t", "订单状态": "已签收，退款成功", "售后状态": "退款成功"},
        row | {"订单号": "261102-100000000000003\t", "订单状态": "待支付", "订单成交时间": ""},
    ]
    result = load_file(store, file("拼多多订单.csv", sheet("pinduoduo_orders", rows)))
    assert (result.format, result.new) == ("pinduoduo_orders", 3)
    assert table(store, ORDERS) == [
        ("261102-100000000000001", "shipped", "40.00", "0.00", "2"),
        ("261102-100000000000002", "completed", "40.00", "40.00", "2"),
        ("261102-100000000000003", "unpaid", "40.00", "0.00", "2"),
    ]
    assert totals(store, "orders", "gmv", "net_sales") == (2, 80, 40)


def douyin(order, after_sales):
    return {
        "主订单编号": f"\t{order}",
        "子订单编号": f"\t{order}",
        "选购商品": "面霜",
        "商品数量": "1",
        "订单应付金额": "100.00",
        "达人ID": "0",
        "订单提交时间": "2026-11-02 10:00:00",
        "支付完成时间": "2026-11-02 10:01:00",
        "订单状态": "已完成",
        "售后状态": after_sales,
    }


def test_douyin_after_sales_list_replaces_the_estimate(store, file):
    orders = [
        douyin("6900000000000000001", "退款成功"),
        douyin("6900000000000000002", "-"),
        douyin("6900000000000000003", "退款成功"),
    ]
    load_file(store, file("抖店订单.csv", sheet("douyin_orders_74", orders)))
    assert totals(store, "gmv", "refunds") == (300, 200)  # estimated: 100 + 0 + 100
    case = {
        "售后单号": "1400001",
        "订单号": "6900000000000000001",
        "商品单号": "6900000000000000001",
        "退商品金额（元）": "30.00",
        "退运费金额（元）": "5.00",
        "售后状态": "同意退款，退款成功",
        "用户到账时间": "2026-11-05 10:00:00",
    }
    cases = [
        case,
        case
        | {
            "售后单号": "1400002",
            "订单号": "6900000000000000002",
            "退商品金额（元）": "20.00",
            "退运费金额（元）": "-",
        },
        case
        | {"售后单号": "1400003", "订单号": "6900000000000000002", "退商品金额（元）": "80.00", "售后状态": "售后关闭"},
        case
        | {
            "售后单号": "1400004",
            "订单号": "6900000000000000002",
            "退商品金额（元）": "10.00",
            "售后状态": "待商家处理",
        },
    ]
    result = load_file(store, file("售后单.csv", sheet("douyin_aftersales", cases)))
    assert (result.format, result.new) == ("douyin_aftersales", 4)
    assert table(store, "select refund_id, amount, status from fact.refunds order by 1") == [
        ("1400001", "35.00", "finished"),
        ("1400002", "20.00", "finished"),
        ("1400003", "85.00", "closed"),
        ("1400004", "15.00", "open"),
    ]
    # 35 and 20 by their cases; the third has none, so its estimate of 100 stands
    assert totals(store, "gmv", "refunds") == (300, 35 + 20 + 100)
