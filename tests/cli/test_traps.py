"""A shop made by hand round the traps of the definitions; every figure is worked out in the comment beside it."""

import subprocess
import sys

import pytest

ORDERS = """\
订单号,下单时间,付款时间,实付金额,退款金额,订单状态,手机号,会员号,渠道
O1,2025-12-28 23:59:59,2025-12-28 23:59:59,100,0,交易成功,13800000001,U1,小程序
O2,2025-12-31 10:00:00,2025-12-31 10:00:00,200,50,交易成功,13800000001,U1,天猫
O3,2026-01-04 23:59:00,2026-01-04 23:59:00,50,50,交易关闭,13800000002,U2,京东
O4,2026-01-02 09:00:00,,80,0,交易关闭,13800000002,U2,京东
O5,2026-01-05 00:00:00,2026-01-05 00:00:00,0,0,交易成功,13800000003,U3,京东
O6,2026-01-03 09:00:00,,60,0,待付款,13800000004,U4,京东
O7,2026-01-03 12:00:00,2026-01-03 12:00:00,30,0,交易成功,,,京东
O8,2026-01-12 08:00:00,2026-01-12 08:00:00,40,0,奇怪状态,13800000002,U2,京东
O9,2025-01-12 23:00:00,2025-01-12 23:00:00,10,0,交易成功,13800000008,U9,京东
""" + "".join(f"V{n},2025-11-03 10:00:00,2025-11-03 10:00:00,1,0,交易成功,13800000009,V{n},京东\n" for n in range(1, 7))
"""O3 closed after payment; O4 never paid; O7 nobody's; O8 of an unknown status; six accounts share one phone."""

CUSTOMERS = """\
客户名称,描述,添加人,添加人账号,添加人所属部门,添加时间,来源,手机,企业,邮箱,地址,职务,电话
顾客0001,,导购A01,a01,一店,2025-12-01 10:00:00,扫描二维码,13800000001,,,,,
顾客0001,,导购A02,a02,一店,2025-12-02 10:00:00,扫描二维码,13800000001,,,,,
顾客0002,,导购A01,a01,一店,2026-01-10 10:00:00,扫描二维码,13800000002,,,,,
顾客0003,,导购A01,a01,一店,2026-01-05 00:00:00,名片分享,13800000003,,,,,
顾客0005,,导购A02,a02,一店,2025-12-05 10:00:00,管理员/负责人分配,13800000005,,,,,
顾客0009,,导购A01,a01,一店,2025-11-01 10:00:00,扫描二维码,13800000009,,,,,
"""
"""顾客0001 with two members of staff; 0002 bought before; 0003 at the moment of the order; 0005 handed over."""


@pytest.fixture(scope="module")
def shop(shared_cli, tmp_path_factory):
    folder = tmp_path_factory.mktemp("traps")
    (folder / "订单.csv").write_text(ORDERS, "utf-8")
    (folder / "客户.csv").write_text(CUSTOMERS, "utf-8")
    ended = shared_cli.run("import", folder / "订单.csv", folder / "客户.csv", "--json")
    assert ended.code == 0
    assert ended.err == ""  # no progress where stderr is no terminal
    return shared_cli


def figures(shop, *words):
    """The only row of a query, and the names of what it has not."""
    found = shop.json("query", *words)
    assert set(found) == {"rows", "missing"}
    assert found["missing"] == {}
    [row] = found["rows"]
    return row


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("orders", 12),  # O1 O2 O3 O5 O7 O9 V1–V6
        ("gmv", 396),  # 100 + 200 + 50 + 0 + 30 + 10 + 6
        ("refunds", 100),  # 50 + 50
        ("net_sales", 296),
        ("buyers", 10),  # U1 U2 U3 U9 V1–V6
        ("aov", 296 / 12),
        ("spend_per_buyer", 266 / 10),  # without the 30 of O7
        ("refund_rate", 2 / 12),
        ("order_match_rate", 11 / 12),
        ("repurchase_rate", 1 / 10),  # U1
        ("orders_unknown_status", 1),
        ("adds", 5),  # relations; the hand-over is none
        ("customers_added", 4),
        ("channel_conversion", 2 / 3),  # 0001 and 0003 of 0001, 0003, 0009; 0002 was a customer before
    ],
)
def test_totals(shop, name, value):
    assert figures(shop, name)[name] == pytest.approx(value)


def test_weeks_over_new_year_and_empty_ones(shop):
    rows = shop.json("query", "orders", "net_sales", "--by", "week", "--from", "2025-12-22", "--to", "2026-W03")["rows"]
    assert [(row["week"], row["orders"]) for row in rows] == [
        ("2025-W52", 1),
        ("2026-W01", 3),  # 31 December, 3 and 4 January
        ("2026-W02", 1),
        ("2026-W03", 0),
    ]
    assert rows[1]["net_sales"] == 180  # 150 + 0 + 30


def test_refund_counts_where_the_order_does_and_last_year_is_364_days_back(shop):
    row = figures(shop, "orders", "--from", "2026-01-05", "--to", "2026-01-11", "--compare", "year")
    assert (row["orders"], row["orders__before"], row["orders__change"]) == (1, 1, 0)  # O9, 12 January 2025
    assert figures(shop, "refunds", "--from", "2025-12-31", "--to", "2025-12-31")["refunds"] == 50


def test_two_values_of_one_dimension_mean_either(shop):
    asked = ("--where", "sales_channel=小程序", "--where", "sales_channel=天猫")
    assert figures(shop, "orders", *asked)["orders"] == 2


def test_channels_of_acquisition(shop):
    rows = shop.json("query", "customers_added", "channel_conversion", "--by", "channel")["rows"]
    found = {row["channel"]: (row["customers_added"], row["channel_conversion"]) for row in rows}
    assert found["扫描二维码"] == (3, 0.5)  # 0001, 0002 (bought before), 0009
    assert found["名片分享"] == (1, 1)


def test_funnel_counts_ties_and_names_what_it_skips(shop):
    found = shop.json("funnel", "--from", "2025-12-01", "--to", "2026-01-11")
    assert {row["stage"]: row["customers"] for row in found["stages"]} == {
        "added": 3,  # 0001, 0002, 0003
        "ordered": 2,  # 0001; 0003 at the same second
        "ordered_again": 1,  # 0001, 30 days to the second after being added
    }
    assert {"joined", "engaged"} <= set(found["skipped"])


def test_heatmap_begins_on_monday(shop):
    matrix = shop.json("heatmap", "orders")["matrix"]
    filled = {(day, hour): count for day, row in enumerate(matrix) for hour, count in enumerate(row) if count}
    assert filled == {(0, 0): 1, (0, 10): 6, (2, 10): 1, (5, 12): 1, (6, 23): 3}


def test_rfm_ties_share_a_score(shop):
    """Cuts: R 4.2, 63, 63, 63; F 1, 1, 1, 1; M 0.8, 1, 1, 2.8."""
    found = shop.json("rfm", "--snapshot", "2026-01-06")
    assert list(found)[:3] == ["scoring", "snapshot", "customers"]
    names = ("r_days", "f", "m", "r_score", "f_score", "m_score")
    rows = {row["customer"]: tuple(row[name] for name in names) for row in found["customers"]}
    assert sorted(rows.values()) == sorted([
        (5, 2, 250, 4, 5, 5),
        (1, 1, 0, 5, 1, 1),
        (1, 1, 0, 5, 1, 1),
        (358, 1, 10, 1, 1, 5),
        *[(63, 1, 1, 4, 1, 2)] * 6,
    ])  # fmt: skip


def test_immature_cells_of_a_cohort_are_unknown(shop):
    found = shop.json("cohorts", "--last", "2026-01-12")
    cells = {(row["cohort"], row["k"]): row for row in found["rows"]}
    assert {"cohort", "size", "k", "active", "rate"} <= set(found["rows"][0])
    assert (cells["2026-W02", 0]["size"], cells["2026-W02", 0]["rate"]) == (2, 0.5)  # 0003 of 0002, 0003
    later = [row["rate"] for (cohort, k), row in cells.items() if cohort == "2026-W02" and k > 0]
    assert set(later) <= {None}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("query", "oders"), 2),
        (("query", "orders", "--by", "wek"), 2),
        (("query", "orders", "--where", "channel"), 2),
        (("heatmap", "likes"), 2),
        (("rfm", "--scoring", "best"), 2),
    ],
)
def test_wrong_usage(shop, words, code):
    ended = shop.run(*words, "--json")
    assert (ended.code, ended.out) == (code, "")
    assert ended.err


def test_a_refused_file_ends_with_one(shop, tmp_path):
    (tmp_path / "说明.csv").write_text("a,b\n1,2\n")
    assert shop.json("import", tmp_path / "说明.csv", code=1)["files"][0]["status"] == "refused"


def test_snapshots_speak_of_their_own_day_only(cli, tmp_path):
    """福利1群 seen on 5 and 11 January, 福利2群 on the 5th only: it is not dissolved on the 11th."""
    head = (
        "群ID,群名称,群主,群管理员,群人数,群活跃,群类型,员工人数,"
        "客户人数,今日入群,今日退群,今日消息,入群时间,最后发言时间,群标签\n"
    )
    one, two = "wr1,福利1群,导购A01,,{},,福利群,5,{},{},{},30,,,\n", "wr2,福利2群,导购A01,,50,,福利群,5,45,1,0,0,,,\n"
    (tmp_path / "客户群导出20260105.csv").write_text(head + one.format(100, 95, 7, 2) + two, "utf-8")
    (tmp_path / "客户群导出20260111.csv").write_text(head + one.format(110, 105, 3, 1), "utf-8")
    assert cli.run("import", *sorted(tmp_path.glob("客户群*.csv"))).code == 0
    week = ("--from", "2026-01-05", "--to", "2026-01-11")
    ended = cli.run("query", "group_members", "joins", "leaves", *week, "--json")
    assert ended.json["rows"] == [{"group_members": 150, "joins": 11, "leaves": 3}]  # 105 + 45; 7 + 1 + 3; 2 + 0 + 1
    assert "snapshots of some days only" in ended.err
    days = cli.json("query", "joins", *week, "--by", "day")["rows"]
    assert [row["joins"] for row in days] == [8, None, None, None, None, None, 3]
    later = cli.json("query", "group_members", "--from", "2026-01-19", "--to", "2026-01-25")["rows"]
    assert later == [{"group_members": None}]  # the newest snapshot is 14 days old


def test_a_reader_that_leaves_early_sees_no_traceback():
    command = [sys.executable, "-m", "sopdash", "metrics", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        reading.stdout.close()
        assert reading.stderr.read() == b""
