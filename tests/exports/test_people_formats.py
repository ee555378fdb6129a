"""Exports about customers: lists of people and the days of live codes, figures worked out by hand."""

from exports.back_office_headers import EXPORTS
from exports.sheets import export, table

from sopdash.access import LOCAL_OWNER
from sopdash.exports import load_file
from sopdash.metrics import Query, run


def sheet(name, rows):
    return export(EXPORTS[name][1].split(","), rows, "utf-8-sig")


def codes(result):
    return {note.code for note in result.notes}


def test_youzan_customers_tell_tags_and_join_orders_by_phone(store, file):
    order = {
        "订单号": "E1",
        "归属店铺": "示例微商城",
        "订单状态": "交易完成",
        "买家付款时间": "2026-11-02 10:01:00",
        "订单实付金额": "50.00",
        "买家手机号": "13800000001",
    }
    load_file(store, file("有赞订单.csv", sheet("youzan_orders_2026", [order])))
    people = [
        {
            "客户昵称": "顾客0001",
            "客户手机号": "13800000001",
            "客户性别": "女",
            "标签": "护肤",
            "成为客户时间": "2026-10-01 09:00:00",
            "客户姓名": "某人",
        },
        {"客户昵称": "顾客0002", "客户手机号": "186******05", "客户性别": " ", "成为客户时间": "2026-10-02 09:00:00"},
    ]
    result = load_file(store, file("有赞客户.csv", sheet("youzan_customers", people)))
    assert (result.format, result.new) == ("youzan_customers", 2)
    assert "phone_masked" in codes(result)
    assert table(store, "select gender, tags, orders, net_sales from mart.customers where orders > 0") == [
        ("female", "护肤", "1", "50.00")
    ]
    assert "某人" not in store.warehouse.frame("select * from log.customer_profiles").to_csv()


def test_linkwechat_customers_are_follows(store, file):
    row = {
        "客户姓名": "顾客0001",
        "添加方式": "扫描二维码",
        "添加时间": "2026-11-02 10:00:00",
        "性别": "女",
        "手机号": "13800000001",
        "跟进员工": "导购A01",
        "企业标签": "护肤",
        "unionid": "oU0001",
        "所在省市县": "浙江省杭州市西湖区",
        "详细地址": "某路1号",
    }
    rows = [row, row | {"跟进员工": "导购A02", "添加方式": "内部成员共享", "添加时间": "2026-11-03 10:00:00"}]
    result = load_file(store, file("客户.csv", sheet("linkwechat_customers", rows)))
    assert (result.format, result.new) == ("linkwechat_customers", 2)
    assert table(store, "select name, staff, province, city, gender from fact.follows order by staff") == [
        ("顾客0001", "导购A01", "浙江省", "杭州市", "女"),
        ("顾客0001", "导购A02", "浙江省", "杭州市", "女"),
    ]
    figures = run(store, Query(metrics=("adds", "customers_added")), LOCAL_OWNER).rows
    # two relations of one customer, of which the shared one is a transfer
    assert (figures["adds"].iloc[0], figures["customers_added"].iloc[0]) == (1, 1)


def test_mochat_live_code_days(store, file):
    row = {
        "时间": "2026-11-02",
        "新增客户数": "12",
        "被客户删除/拉黑的人数": "3",
        "删除人数": "1",
        "净增人数": "8",
    }  # 12 − 3 − 1 = 8
    result = load_file(store, file("渠道活码.csv", sheet("mochat_code_days", [row])))
    assert result.format == "mochat_code_days"
    assert "code_unnamed" in codes(result)
    assert table(store, "select channel, code, day, adds, losses from fact.channel_days") == [
        ("渠道活码", "", "2026-11-02", "12", "3")
    ]
