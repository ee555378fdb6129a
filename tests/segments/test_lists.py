"""Lists as they leave: columns, masking, opt-outs, and files that Excel opens without running anything."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.escape import unescape

from sopdash.access import LOCAL_OWNER, Role, Viewer
from sopdash.errors import NotAllowed, SopdashError, UnknownName
from sopdash.metrics.filters import Predicate
from sopdash.segments import both, control, lists, where, workbook
from sopdash.segments.columns import COLUMNS, Cell

EVERYBODY = both()
CUSTOMERS = """
    customer  name      account             phone_key      channel  store  staff  gender  tier      rfm_class  orders  net_sales  first_followed_at    last_ordered_at   opted_out
    1         顾客0001  001234567890123456  k-13800000001  抖音     S1     导购A  female  vip       111        3       6000.50    2026-11-01T10:20:30  2026-11-20T09:00  false
    2         =1+1      acc2                -              -        S2     导购B  -       ordinary  -          0       -          -                    -                 -
    3         顾客0003  acc3                k-13900000003  抖音     S1     导购A  male    super     011        9       -12.00     2026-11-02T00:00     2026-11-01T09:00  true
"""  # noqa: E501


@pytest.fixture
def three(marts):
    marts.fill("customers", CUSTOMERS)
    marts.fill(
        "memberships",
        """
        group     customer  is_staff  left_at
        福利群02  1         false     -
        福利群01  1         false     -
        VIP群01   1         false     2026-11-05T00:00
        """,
    )
    marts.covers("2026-11-01", "2026-11-30", "orders", "opt_outs")
    return marts


def read_csv(raw):
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_a_list_as_csv(three, store):
    built = lists.build(store, EVERYBODY, LOCAL_OWNER)
    assert read_csv(lists.to_csv(built)) == [
        ["客户", "手机号", "渠道", "门店", "员工", "等级", "生命周期", "订单数", "净销售额", "最近下单"],
        ["顾客0001", "138****0001", "抖音", "S1", "导购A", "VIP", "", "3", "6000.5", "2026-11-20"],
        ["'=1+1", "", "", "S2", "导购B", "普通", "", "0", "", ""],
    ]  # 3 opted out


def test_english_and_chosen_columns(three, store):
    built = lists.build(store, where("tier", "in", "vip"), LOCAL_OWNER, ("groups", "rfm_class", "gender"), "en")
    assert read_csv(lists.to_csv(built)) == [
        ["Groups", "RFM class", "Gender"],
        ["福利群01;福利群02", "important, valued", "female"],
    ]


def test_opt_outs_are_left_out_and_counted(three, store):
    built = lists.build(store, EVERYBODY, LOCAL_OWNER)
    assert (len(built), built.left_out.opted_out) == (2, 1)
    assert built.notes() == ("手机号已隐藏中间四位", "已排除退订客户 1 人", "触达频次未核对：需要 sends")
    three.connection.execute("delete from mart.coverage where need = 'opt_outs'")
    three.connection.execute("update mart.customers set opted_out = null")
    built = lists.build(store, EVERYBODY, LOCAL_OWNER, lang="en")
    assert (len(built), built.left_out.opted_out) == (3, None)
    assert built.notes()[1:] == (
        "Opt-outs not checked: needs opt_outs",
        "How often contacted not checked: needs sends",
    )


def test_who_was_contacted_too_often_is_left_out_and_counted(three, store):
    # The last 30 days of 30 November begin on 1 November; four messages are too many.
    three.fill(
        "sends",
        "customer  day\n"
        + "\n".join(f"1  2026-11-{day:02}" for day in (1, 10, 20, 30))
        + "\n"
        + "\n".join(f"2  2026-{day}" for day in ("10-31", "11-10", "11-20", "11-30"))
        + "\n"
        + "\n".join(f"3  2026-11-{day:02}" for day in (1, 10, 20, 30)),
    )
    assert lists.build(store, EVERYBODY, LOCAL_OWNER).left_out.contacted is None  # no export of sends
    three.covers("2026-11-01", "2026-11-30", "sends")
    built = lists.build(store, EVERYBODY, LOCAL_OWNER, ("name",))
    assert (built.count, built.left_out.opted_out, built.left_out.contacted) == (1, 1, 1)  # 3 opted out: counted once
    assert built.notes() == ("已排除退订客户 1 人", "已排除近 30 天收到 4 条及以上群发的客户 1 人")
    assert list(built.rows()) == [["=1+1"]]


def test_a_long_list_is_read_in_batches_and_whole(three, store, monkeypatch, tmp_path):
    monkeypatch.setattr(lists, "BATCH", 3)
    three.connection.execute(
        "insert into mart.customers (customer, name, net_sales) select 100 + i, '顾客' || i, 5000 - i "
        "from range(10) t(i)"
    )
    built = lists.build(store, where("net_sales", "more_than", 1000), LOCAL_OWNER, ("name", "net_sales"))
    assert [row[0] for row in built.rows()] == ["顾客0001", *(f"顾客{i}" for i in range(10))]
    assert list(built.head(2)["name"]) == ["顾客0001", "顾客0"]
    assert lists.write_csv(built, tmp_path / "x.csv") == lists.write_xlsx(built, tmp_path / "x.xlsx") == 11
    assert (tmp_path / "x.csv").read_bytes() == lists.to_csv(built)


def test_a_control_group_is_drawn_once_and_remembered(three, store):
    three.connection.execute(
        "insert into mart.customers (customer, name, net_sales) select 100 + i, '顾客' || i, 1 from range(20) t(i)"
    )
    who = lists.contactable(store, EVERYBODY, LOCAL_OWNER)  # 22: customer 3 opted out
    drawn = control.draw(store, who, 0.25, "会员日", LOCAL_OWNER, seed="s1")
    assert (drawn.treated, drawn.held_out) == (16, 6)  # 22 × 0.25 = 5.5, rounded to the even 6
    again = control.draw(store, who, 0.25, "再来", LOCAL_OWNER, seed="s1")
    assert members_of(store, drawn, True) == members_of(store, again, True)  # the seed says who
    other = control.draw(store, who, 0.25, "再来", LOCAL_OWNER, seed="s2")
    assert members_of(store, drawn, True) != members_of(store, other, True)
    built = lists.build(store, EVERYBODY, LOCAL_OWNER, ("name",), control=drawn.id)
    assert (built.count, built.left_out.held_out, built.notes()[-1]) == (16, 6, "对照组 6 人不在名单里")
    by_name = dict(three.rows("select name, customer from mart.customers"))
    assert {by_name[row[0]] for row in built.rows()} == members_of(store, drawn, False)
    assert control.saved(store)[-1].seed == "s1"
    with pytest.raises(SopdashError):
        control.draw(store, who, 1, "全部", LOCAL_OWNER)


def test_what_a_control_group_shows_later(three, store):
    three.connection.execute(
        "insert into mart.customers (customer, name) select 100 + i, '顾客' || i from range(97) t(i)"
    )
    drawn = control.draw(store, Predicate(), 0.5, "会员日", LOCAL_OWNER, seed="s")  # of 100
    before = control.outcome(store, drawn, LOCAL_OWNER)
    assert (before.days, before.treated.customers, before.treated.buyers) == (0, 50, 0)
    for held, buyers in ((False, 20), (True, 10)):
        for customer in sorted(members_of(store, drawn, held))[:buyers]:
            three.fill("customer_days", f"customer  day  orders  net_sales\n{customer}  2026-12-05  1  100")
            three.fill("customer_days", f"customer  day  orders  net_sales\n{customer}  2026-11-30  1  900")  # before
    three.connection.execute("update mart.meta set last_day = date '2026-12-07'")
    found = control.outcome(store, drawn, LOCAL_OWNER)
    assert (found.days, found.treated.rate, found.held_out.rate) == (7, 20 / 50, 10 / 50)
    assert (found.treated.net_sales.mean, found.held_out.net_sales.mean) == (40, 20)  # 2,000 and 1,000 over 50 each
    assert found.rate_p == pytest.approx(0.0291, abs=1e-4)  # z = 0.2 / √(0.3 × 0.7 × 2 / 50) = 2.1822
    # Wilson .2761–.5382 and .1124–.3304: 0.2 − √((.4 − .2761)² + (.3304 − .2)²) = .0201
    assert found.rate_interval.low == pytest.approx(0.0201, abs=1e-4)


def members_of(store, drawn, held):
    rows = store.workspace.rows(
        "select customer from control_members where control = ? and held_out = ?", [drawn.id, held]
    )
    return {customer for (customer,) in rows}


def audit(store):
    return store.workspace.rows("select who, role, action, object, purpose, row_count, outcome from audit")


def test_full_phones_need_a_right_and_a_purpose_and_are_audited(three, store):
    built = lists.build(store, EVERYBODY, LOCAL_OWNER, ("phone",), masked=False, purpose=" 回访 ", name="回访名单")
    assert read_csv(lists.to_csv(built)) == [["手机号"], ["13800000001"], [""]]
    assert built.notes()[0] == "含完整手机号，用途：回访"
    assert audit(store) == [("owner", "owner", "phones_revealed", "回访名单", "回访", 2, "done")]
    for purpose in ("", "  "):
        with pytest.raises(SopdashError, match="purpose_needed"):
            lists.build(store, EVERYBODY, LOCAL_OWNER, ("phone",), masked=False, purpose=purpose)
    with pytest.raises(NotAllowed):
        lists.build(store, EVERYBODY, Viewer("运营A", Role.OPERATOR), ("phone",), masked=False, purpose="回访")
    assert audit(store)[-1] == ("运营A", "operator", "phones_revealed", None, "回访", None, "refused")


def test_a_masked_list_never_asks_for_full_phones(three, store, monkeypatch):
    monkeypatch.setattr(three.phones, "reveal", lambda keys: pytest.fail("revealed"), raising=False)
    lists.build(store, EVERYBODY, LOCAL_OWNER, tuple(COLUMNS))
    lists.build(store, EVERYBODY, LOCAL_OWNER, ("name",), masked=False, purpose="不含手机号")
    assert audit(store) == []


def test_no_phone_key_ever_leaves(three, store):
    built = lists.build(store, EVERYBODY, LOCAL_OWNER, tuple(COLUMNS))
    assert b"k-13" not in lists.to_csv(built)


def test_unknown_columns_are_refused(three, store):
    for columns in (("phone_key",), (), ("name", "c.name")):
        with pytest.raises(UnknownName):
            lists.build(store, EVERYBODY, LOCAL_OWNER, columns)


def test_a_store_gets_its_own_customers_only(three, store):
    built = lists.build(store, EVERYBODY, Viewer("店长", Role.STORE, stores=("S2",)), ("name",))
    assert read_csv(lists.to_csv(built)) == [["客户"], ["'=1+1"]]


def test_the_sheet_for_tagging_in_wecom(three, store):
    built = lists.build_wecom(store, EVERYBODY, LOCAL_OWNER, tag="沉睡 VIP")
    assert read_csv(lists.to_csv(built)) == [
        ["客户名称", "添加人", "添加时间", "标签"],
        ["顾客0001", "导购A", "2026-11-01 10:20:30", "沉睡 VIP"],  # 2 is no contact, 3 opted out
    ]


def test_a_workbook_keeps_text_digits_and_types(three, store, tmp_path):
    columns = ("name", "account", "orders", "net_sales", "last_ordered_at", "first_followed_at")
    path = lists.to_xlsx(lists.build(store, EVERYBODY, LOCAL_OWNER, columns), tmp_path / "名单.xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "名单"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == ["客户", "店铺账号", "订单数", "净销售额", "最近下单", "添加时间"]
    name, account, orders, money, day, _ = rows[1]
    assert (account.value, account.data_type, account.number_format) == ("001234567890123456", "s", "@")
    assert (orders.value, money.value, money.number_format) == (3, 6000.5, "#,##0.00")
    assert (day.value.date().isoformat(), day.number_format) == ("2026-11-20", "yyyy-mm-dd")
    assert name.data_type == "s"
    formula = rows[2][0]
    assert (formula.value, formula.data_type, formula.quotePrefix) == ("=1+1", "s", True)


def told(*names):
    """A list of these names."""
    return lists.of_frame("试", (COLUMNS["name"],), pd.DataFrame({"name": pd.Series(names, dtype=object)}), "zh")


INJECTIONS = Path(__file__).parents[3] / "shared" / "badinputs" / "csv-injection"


def payloads():
    found = [case["input"] for case in json.loads((INJECTIONS / "extra_prefixes.json").read_text("utf-8"))]
    for name in ("payload-box_intruder.txt", "payloadbox_csv-payload.txt"):
        found += (INJECTIONS / name).read_text("utf-8").splitlines()
    return [payload for payload in found if payload]


@pytest.mark.skipif(not INJECTIONS.exists(), reason="the public injection payloads are not on this machine")
def test_no_public_payload_runs_from_a_file(tmp_path):
    names = payloads()
    assert len(names) > 60
    built = told(*names)
    for original, [cell] in zip(names, read_csv(lists.to_csv(built))[1:], strict=True):
        first = original.lstrip(" \u00a0\ufeff\u200b\u200c\u200d\u2060\t\r\n\0")[:1]
        runs = first in set("=+-@|%＝＋－＠") or original[0] in "\t\r\n\0"
        assert cell == ("'" if runs else "") + original.replace("\0", "")
    sheet = openpyxl.load_workbook(lists.to_xlsx(built, tmp_path / "x.xlsx")).active
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_numbers_stay_numbers_even_below_zero(three, store, tmp_path):
    three.connection.execute("update mart.customers set opted_out = false")
    built = lists.build(store, where("tier", "in", "super"), LOCAL_OWNER, ("net_sales",))
    assert read_csv(lists.to_csv(built)) == [["净销售额"], ["-12.0"]]
    [[_], [cell]] = openpyxl.load_workbook(lists.to_xlsx(built, tmp_path / "x.xlsx")).active.iter_rows()
    assert (cell.value, cell.data_type) == (-12, "n")


def test_a_long_list_goes_on_in_a_further_sheet_whole(tmp_path):
    path = tmp_path / "long.xlsx"
    workbook.write(path, "名单", ["客户"], [Cell.TEXT], ([f"顾客{n:04}"] for n in range(7)), limit=3)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["名单", "名单 2", "名单 3"]
    cells = [row[0].value for sheet in book for row in sheet.iter_rows(min_row=2)]
    assert cells == [f"顾客{n:04}" for n in range(7)]
    assert all(sheet.freeze_panes == "A2" and sheet["A1"].value == "客户" for sheet in book)


def test_odd_text_survives(tmp_path):
    odd = ["𠮷野家😀", "a\tb", "x" * 40_000, "‮rtl", "第一行\n第二行", "_x000D_", "<r><t>x</t></r>", "a & b < c", " 空 "]
    sheet = openpyxl.load_workbook(lists.to_xlsx(told(*odd), tmp_path / "x.xlsx")).active
    cells = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert cells[:2] == odd[:2]
    assert (len(cells[2]), cells[2][-1]) == (32_767, "…")  # Excel's limit, and it shows
    assert [unescape(cell) for cell in cells[3:]] == odd[3:]  # Excel reads _x005F_ as _, openpyxl leaves it to us


def test_an_empty_list_has_its_header(three, store, tmp_path):
    built = lists.build(store, where("tier", "in", "none"), LOCAL_OWNER)
    assert len(read_csv(lists.to_csv(built))) == 1
    assert openpyxl.load_workbook(lists.to_xlsx(built, tmp_path / "x.xlsx")).active.max_row == 1
