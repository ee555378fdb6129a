"""SCRM lists of contacts won and lost, coupons of WeChat Pay, and reports that hold nothing to count."""

import pytest
from exports.back_office_headers import EXPORTS
from exports.sheets import export, table

from sopdash.access import LOCAL_OWNER
from sopdash.exports import load_file
from sopdash.metrics import Query, run

TITLE = ("客户列表(导出时间: 2026-11-10 09:00:00)",)


def sheet(name, rows):
    return export(EXPORTS[name][1].split(","), rows, "utf-8-sig", above=TITLE if name.startswith("openscrm") else ())


CUSTOMERS = [
    {
        "客户名称": "顾客0001",
        "添加人": "导购A01",
        "添加时间": "2026-11-01 10:00:00",
        "电话": "13800000001",
        "性别": "女",
    },
    {"客户名称": "顾客0002", "添加人": "导购A01", "添加时间": "2026-11-02 10:00:00", "流失状态": "已流失"},
    {"客户名称": "顾客0003", "添加人": "导购A02", "添加时间": "2026-11-03 10:00:00"},
    {"客户名称": "顾客0003", "添加人": "导购A01", "添加时间": "2026-11-04 10:00:00", "添加渠道": "扫描二维码"},
]
LOST = [
    {
        "流失客户": "顾客0002",
        "所属客服": "导购A01",
        "流失时间": "2026-11-05 08:00:00",
        "添加时间": "2026-11-02 10:00:00",
    },
]
DELETED = [
    {
        "删除客户": "顾客0003",
        "操作人": "导购A02",
        "删除时间": "2026-11-06 08:00:00",
        "添加好友时间": "2026-11-03 10:00:00",
    },
]
FILES = {"openscrm_customers": CUSTOMERS, "openscrm_losses": LOST, "openscrm_deletions": DELETED}


@pytest.mark.parametrize("order", [list(FILES), list(reversed(FILES))])
def test_openscrm_losses_meet_their_contacts_in_any_order(store, file, order):
    for name in order:
        assert load_file(store, file(f"{name}.csv", sheet(name, FILES[name]))).format == name
    assert table(store, "select name, staff, lost_at, lost_by, gender from fact.follows order by added_at") == [
        ("顾客0001", "导购A01", "", "", "女"),
        ("顾客0002", "导购A01", "2026-11-05 08:00:00", "customer", ""),
        ("顾客0003", "导购A02", "2026-11-06 08:00:00", "staff", ""),
        ("顾客0003", "导购A01", "", "", ""),
    ]
    figures = run(store, Query(metrics=("adds",)), LOCAL_OWNER).rows
    assert figures["adds"].iloc[0] == 4  # four contacts


def test_wechat_pay_coupons_are_redeemed_coupons(store, file):
    row = {
        "批次ID": "`9000001", "优惠ID": "`2600000000000000001", "优惠类型": "全场券", "优惠金额（元）": "`20.00",
        "订单总金额（元）": "`120.00", "交易类型": "支付", "支付单号": "`4200000000000000001",
        "消耗时间": "`2026-11-03 20:30:00", "消耗商户号": "`1600000001",
    }  # fmt: skip
    rows = [row, row | {"优惠ID": "`2600000000000000002", "优惠金额（元）": "5.00", "消耗时间": "2026-11-04 09:00:00"}]
    result = load_file(store, file("代金券.csv", sheet("wechat_coupon_flow", rows)))
    assert (result.format, result.new, result.rejected) == ("wechat_coupon_flow", 2, 0)
    assert table(store, "select coupon_id, coupon, redeemed_at, cost from fact.coupons order by 1") == [
        ("2600000000000000001", "9000001", "2026-11-03 20:30:00", "20.00"),
        ("2600000000000000002", "9000001", "2026-11-04 09:00:00", "5.00"),
    ]
    figures = run(store, Query(metrics=("coupons_redeemed",)), LOCAL_OWNER).rows
    assert figures["coupons_redeemed"].iloc[0] == 2


UNUSED = {
    "客户日报": "日期,客户总数,新增客户数,流失客户数,净增客户数,发送申请数",
    "客群日报": "日期,客群总数,新增客群数,解散客群数",
    "客群成员日报": "日期,客群成员总数,新增客群成员数,流失客群成员数",
    "单聊日报": "日期,单聊总数,发送消息数,回复单聊占比,平均首次回复时长",
    "裂变日报": "日期,完成任务老客总数,裂变新客总数,今日完成任务老客数,今日裂变新客数",
    "任务裂变明细": "老客,发送员工,裂变状态,裂变新客数",
    "群裂变明细": "客户名称,群名,发送员工,裂变状态,裂变新客数",
    "新客拉群": "客户姓名,客户类型,跟进人,性别,进群数,是否进群",
    "商品订单": "商品,客户,联系人,联系地址,联系电话,购买数量,收款员工,收款商户全称,收款商户号,交易状态,交易时间,"
    "交易单号,商户单号,退款状态,退款发起时间,退款发起人,退款备注,退款金额,退款单号",
    "商品订单日报": "日期,订单总数,订单总额（元）,退款总额（元）,净收入（元）",
    "会话超时周报": "成员名称,所属部门,超时次数,超时率,客户会话超时率,客群会话超时率",
    "红包": "发放员工,领取客户,红包金额（元）,发放时间,发放状态,交易订单号",
}
"""LinkWeChat reports of the whole company, or without what a row is told by: nothing of them may be stored."""


@pytest.mark.parametrize("name", UNUSED)
def test_a_report_that_maps_to_nothing_is_refused_and_never_guessed(store, file, name):
    headers = UNUSED[name].split(",")
    result = load_file(store, file(f"{name}20261110.csv", export(headers, [dict.fromkeys(headers, "1")])))
    assert (result.status, result.error.code) == ("refused", "header_missing")


def douyin(number, headers):
    cells = {
        "主订单编号": f"\t{number}", "子订单编号": f"\t{number}", "选购商品": "面霜", "商品数量": "1", "达人ID": "0",
        "订单应付金额": "30.00", "订单提交时间": "2026-11-02 10:00:00", "支付完成时间": "2026-11-02 10:01:00",
        "订单状态": "已完成", "售后状态": "-",
    }  # fmt: skip
    return export(headers, [cells])


def test_douyin_shops_with_fewer_or_more_columns(store, file):
    known = EXPORTS["douyin_orders_74"][1].split(",")
    fewer = [header for header in known if header != "序列号"]
    more = [*known, *(f"自选列{n:02d}" for n in range(90 - len(known)))]
    assert (len(fewer), len(more)) == (len(known) - 1, 90)
    for at, headers in enumerate((fewer, more)):
        result = load_file(store, file(f"{len(headers)}.csv", douyin(6900000000000000001 + at, headers)))
        assert (result.format, result.new) == ("douyin_orders", 1)
    named = {note.values["column"] for note in result.notes if note.code == "unknown_column"}
    assert named <= set(more) - set(known)
    assert named
    assert table(store, "select count(*), sum(paid_amount) from fact.orders") == [("2", "60.00")]
