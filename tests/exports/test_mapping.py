"""Tables nobody knows: suggestions, the dry run, and a team format that is recognised from then on."""

import json
import subprocess
import sys

import pytest
from exports.sheets import export, table

from sopdash.errors import Conflict, SopdashError
from sopdash.exports import load_file, team
from sopdash.exports import mapping as maps
from sopdash.exports.inbox import Inbox
from sopdash.exports.kinds import kinds, missing
from sopdash.exports.sample import sample
from sopdash.warehouse import open_store

WEIMOB = [
    "订单编号(微盟)", "交易单号", "下单渠道名", "买家会员编号", "会员手机号", "收货人手机号", "下单日期时间",
    "完成支付时间", "应收金额(元)", "实际支付金额(元)", "退款总额(元)", "订单状态", "商品件数",
]  # fmt: skip
STATUS = {"已完成": "completed", "已收货待评价": "completed", "待商家发货": "paid"}


def weimob(*orders):
    """(number, phone, paid, status) each."""
    rows = [
        {
            "订单编号(微盟)": f"WM2026110200{number:02d}", "交易单号": f"{number}", "下单渠道名": "小程序商城",
            "买家会员编号": f"M{number:05d}", "会员手机号": phone, "收货人手机号": "13900000000",
            "下单日期时间": "2026-11-02 10:00:00", "完成支付时间": "2026-11-02 10:01:00", "应收金额(元)": "120.00",
            "实际支付金额(元)": paid, "退款总额(元)": "0.00", "订单状态": status, "商品件数": "1",
        }
        for number, phone, paid, status in orders
    ]  # fmt: skip
    return export(WEIMOB, rows, above=["微盟订单明细"])


WEEK1 = weimob((1, "13800000001", "100.00", "已完成"), (2, "13800000002", "80.00", "待商家发货"))
WEEK2 = weimob((2, "13800000002", "80.00", "已收货待评价"), (3, "13800000003", "50.00", "已完成"))
CHOSEN = {
    "订单编号(微盟)": "订单号", "买家会员编号": "会员号", "会员手机号": "手机号", "下单日期时间": "下单时间",
    "完成支付时间": "付款时间", "实际支付金额(元)": "实付金额", "退款总额(元)": "退款金额", "订单状态": "订单状态",
    "商品件数": "数量",
}  # fmt: skip

COUPONS = ["优惠凭证码", "优惠名称", "领取人昵称", "领取人手机号", "领取日期", "核销日期", "使用门店", "面额(元)"]


def coupons(*rows):
    """(code, received, used) each."""
    return export(
        COUPONS,
        [
            {
                "优惠凭证码": code, "优惠名称": "新人券", "领取人昵称": "顾客0001", "领取人手机号": "13800000001",
                "领取日期": received, "核销日期": used, "使用门店": "门店01", "面额(元)": "20.00",
            }
            for code, received, used in rows
        ],
    )  # fmt: skip


def looked(store, path):
    return sample(path, path.name, path.name)


def described(store, path, chosen=CHOSEN, *, fact="orders", name="微盟订单", statuses=STATUS, **more):
    return maps.definition(
        kinds()[fact], name, looked(store, path).headers, chosen, owner="owner", statuses=statuses, **more
    )


def test_an_unknown_order_table_is_looked_at_below_its_title_and_masked(store, file):
    found = looked(store, file("订单.csv", WEEK1))
    assert (found.row, list(found.headers), len(found.rows)) == (2, WEIMOB, 2)
    shown = dict(zip(WEIMOB, found.masked(1)[0], strict=True))
    assert (shown["会员手机号"], shown["订单编号(微盟)"]) == ("138****0001", "WM202611020001")
    assert "13900000000" not in str(found.masked(2))


def test_orders_are_suggested_by_name_ending_and_content(store, file):
    found = looked(store, file("订单.csv", WEEK1))
    assert maps.guess(found) == "orders"
    suggested = maps.suggest(found, kinds()["orders"])
    assert suggested == CHOSEN  # not 收货人手机号: the recipient may be another person
    assert missing(kinds()["orders"], suggested.values()) == []
    assert maps.status_words(found, "订单状态") == ["已完成", "待商家发货"]
    assert maps.status_of(kinds()["orders"], "已完成") == "completed"
    assert maps.status_of(kinds()["orders"], "待商家发货") is None


def test_coupons_are_suggested(store, file):
    found = looked(store, file("券.csv", coupons(("C000000001", "2026-11-02 10:00:00", "-"))))
    kind = kinds()[maps.guess(found)]
    assert kind.fact == "coupons"
    assert maps.suggest(found, kind) == {
        "优惠凭证码": "券编号", "优惠名称": "券名称", "领取人手机号": "手机号", "领取日期": "领取时间",
        "核销日期": "核销时间", "面额(元)": "券成本",
    }  # fmt: skip


def test_coupons_come_in_and_their_redemption_follows(store, file):
    first = file("券1.csv", coupons(("C000000001", "2026-11-02 10:00:00", "-")))
    assert load_file(store, first).error.code == "header_missing"
    chosen = maps.suggest(looked(store, first), kinds()["coupons"])
    team.save(store, described(store, first, chosen, fact="coupons", name="有赞优惠券", statuses=None), "owner")
    load_file(store, first)
    later = load_file(store, file("券2.csv", coupons(("C000000001", "2026-11-02 10:00:00", "2026-11-05 09:00:00"))))
    assert (later.format, later.new, later.changed) == ("有赞优惠券", 0, 1)
    assert table(store, "select coupon_id, coupon, redeemed_at, cost from fact.coupons") == [
        ("C000000001", "新人券", "2026-11-05 09:00:00", "20.00")
    ]


def test_columns_without_telling_names_are_suggested_by_content(store, file):
    rows = "".join(f"AB2026110{n},{n * 10}.50,1380000000{n},2026-11-0{n} 10:00:00\n" for n in range(1, 6))
    found = looked(store, file("x.csv", "甲,乙,丙,丁\n" + rows))
    suggested = maps.suggest(found, kinds()["orders"])
    assert suggested == {"甲": "订单号", "乙": "实付金额", "丙": "手机号", "丁": "下单时间"}


def test_the_dry_run_counts_and_stores_nothing(store, file):
    path = file("订单.csv", WEEK1)
    result = maps.preview(store, path, path.name, described(store, path))
    assert (result.error, result.rows, result.accepted, result.dry_run) == (None, 2, 2, True)
    assert table(store, "select order_id from fact.orders") == []
    assert team.listed(store) == []


def test_a_saved_format_reads_the_next_file_without_asking(store, file):
    first, second = file("第一周.csv", WEEK1), file("第二周.csv", WEEK2)
    assert load_file(store, first).error.code == "header_missing"
    team.save(store, described(store, first), "owner")
    assert load_file(store, first).format == "微盟订单"
    result = load_file(store, second)
    assert (result.status, result.new, result.changed) == ("imported", 1, 1)
    assert table(store, "select platform, order_id, status, paid_amount from fact.orders order by 2") == [
        ("微盟订单", "WM202611020001", "completed", "100.00"),
        ("微盟订单", "WM202611020002", "completed", "80.00"),  # 待商家发货, then 已收货待评价
        ("微盟订单", "WM202611020003", "completed", "50.00"),
    ]
    assert table(store, "select count(*) from fact.orders where phone_key is not null") == [("3",)]


def test_a_wrong_mapping_is_rejected_in_words(store, file):
    path = file("订单.csv", WEEK1)
    crossed = {**CHOSEN, "下单日期时间": "实付金额", "实际支付金额(元)": "下单时间"}
    result = maps.preview(store, path, path.name, described(store, path, crossed))
    assert (result.status, result.error.code) == ("refused", "not_understood")
    assert result.error.column in ("下单日期时间", "实际支付金额(元)")
    assert result.error.values["rejected"] == 2


def test_mini_program_statistics_become_days_of_a_channel(store, file):
    path = file("小程序.csv", "时间段,打开次数,访问人数\n2026-11-02,30,20\n2026-11-03,40,25\n")
    made = described(
        store, path, {"时间段": "日期", "打开次数": "曝光次数", "访问人数": "触达人数"},
        fact="channel_days", name="小程序统计", statuses=None, fixed={"渠道": "小程序"},
    )  # fmt: skip
    team.save(store, made, "owner")
    assert load_file(store, path).accepted == 2
    assert table(store, "select channel, day, impressions, reach from fact.channel_days order by 2") == [
        ("小程序", "2026-11-02", "30", "20"),
        ("小程序", "2026-11-03", "40", "25"),
    ]


def test_a_snapshot_of_groups_asks_for_its_day_or_takes_the_column(store, file):
    path = file("群.csv", "社群编号,社群名,现有人数\ng1,福利1群,120\n")
    made = described(
        store, path, {"社群编号": "群ID", "社群名": "群名称", "现有人数": "群人数"}, fact="group_days", name="社群表"
    )
    assert maps.preview(store, path, path.name, made).error.code == "as_of_needed"
    dated = file("群日.csv", "社群编号,统计日,现有人数\ng1,2026-11-02,120\n")
    made = described(
        store, dated, {"社群编号": "群ID", "统计日": "日期", "现有人数": "群人数"}, fact="group_days", name="社群日表"
    )
    team.save(store, made, "owner")
    load_file(store, dated)
    assert table(store, "select group_id, day, members from fact.group_days") == [("g1", "2026-11-02", "120")]


@pytest.mark.parametrize("fact", list(kinds()))
def test_every_kind_of_row_makes_a_format_that_reads_its_own_base(store, file, fact):
    kind = kinds()[fact]
    renamed = {f"我们的{role}": role for role in kind.roles if kind.base.example.get(role) != "" and role != "地址"}
    usual = {"time": "2026-11-02 10:00:00", "day": "2026-11-02", "money": "1.00", "count": "3", "rate": "1", "id": "A1",
             "phone": "13800000000", "flag": "是"}  # fmt: skip
    row = [kind.base.example.get(role) or usual.get(kind.roles[role].kind, "词") for role in renamed.values()]
    path = file("表.csv", ",".join(renamed) + "\n" + ",".join(row) + "\n")
    made = described(store, path, renamed, fact=fact, name="我们的表", statuses=None)
    assert missing(kind, renamed.values()) == []
    result = maps.preview(store, path, path.name, made)
    assert (result.error, result.accepted) == (None, 1)


def test_a_team_format_is_refused_where_it_would_be_confused(store, file):
    path = file("订单.csv", WEEK1)
    team.save(store, described(store, path), "甲")
    with pytest.raises(Conflict, match="mapping_name_taken"):
        team.save(store, described(store, path), "乙")
    with pytest.raises(SopdashError, match="mapping_ambiguous"):
        team.save(store, described(store, path, name="微盟2"), "乙")
    with pytest.raises(SopdashError, match="mapping_too_few"):
        team.save(store, described(store, path, {"订单编号(微盟)": "订单号"}, name="微盟3"), "乙")
    with pytest.raises(SopdashError, match="mapping_unnamed"):
        team.save(store, described(store, path, name="  "), "乙")
    known = file("已知.csv", "订单号,下单时间,实付金额\nA1,2026-11-02 10:00:00,1\n")
    same = {"订单号": "订单号", "下单时间": "下单时间", "实付金额": "实付金额"}
    with pytest.raises(SopdashError, match="mapping_known"):
        team.save(store, described(store, known, same, name="又一个"), "乙")
    assert [one.made.name for one in team.listed(store)] == ["微盟订单"]


def test_what_ships_with_the_product_comes_first(store, file):
    path = file("订单.csv", "单据,下单时间,实付金额\nA1,2026-11-02 10:00:00,1\n")
    team.save(
        store, described(store, path, {"单据": "订单号", "下单时间": "下单时间", "实付金额": "实付金额"}), "owner"
    )
    both = file("两者.csv", "单据,订单号,下单时间,实付金额\nA1,B1,2026-11-02 10:00:00,1\n")
    assert load_file(store, both).format == "generic_orders"
    assert load_file(store, path).format == "微盟订单"


def test_concurrent_edits_conflict_and_a_changed_format_reads_the_file_again(store, file):
    path = file("订单.csv", WEEK1)
    team.save(store, described(store, path), "甲")
    load_file(store, path)
    [seen] = team.listed(store)
    closed = {**STATUS, "已完成": "closed"}
    team.save(store, described(store, path, statuses=closed), "甲", seen)
    with pytest.raises(Conflict, match="row_changed"):
        team.save(store, described(store, path), "乙", seen)
    with pytest.raises(Conflict, match="row_changed"):
        team.remove(store, seen, "乙")
    assert load_file(store, path).status == "imported"  # other words, so not the same content any more
    [now] = team.listed(store)
    team.remove(store, now, "乙")
    assert load_file(store, path).error.code == "header_missing"


def test_a_broken_definition_stands_in_nobodys_way(store, file):
    store.workspace.add("formats", {"name": "坏的", "definition": json.dumps({"name": "坏的"})}, "owner")
    assert team.listed(store) == []
    assert load_file(store, file("a.csv", "订单号,下单时间,实付金额\nA1,2026-11-02 10:00:00,1\n")).new == 1


def test_the_drop_folder_and_the_command_line_know_it_too(store, file, tmp_path):
    first = file("第一周.csv", WEEK1)
    team.save(store, described(store, first), "owner")
    store.close()
    db = tmp_path / "store" / "warehouse.duckdb"
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "第二周.csv").write_bytes(WEEK2)
    watched = Inbox(inbox, lambda: open_store(db))
    watched.look()
    watched.look()
    assert [one.results[0].format for one in watched.state.ended] == ["微盟订单"]

    def command(*words):
        done = subprocess.run(
            [sys.executable, "-m", "sopdash", "--json", "--db", str(db), *words], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert "微盟订单" in [one["name"] for one in command("formats")["formats"]]
    assert command("formats", "微盟订单")["formats"][0]["columns"]["订单编号(微盟)"] == "orders.order_id"
    [loaded] = command("import", str(first))["files"]
    assert (loaded["format"], loaded["status"]) == ("微盟订单", "imported")
    more = ["import", "--format", "微盟订单", "--map", "下单渠道名=sales_channel", str(first)]
    assert command(*more)["files"][0]["format"] == "微盟订单"
    assert open_store(db).warehouse.rows("select max(sales_channel) from fact.orders") == [("小程序商城",)]
