"""Every template of the product loads its own example row, and no two formats claim the same headers."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest

from sopdash.exports.format import canonical, formats
from sopdash.exports.load import load_file
from sopdash.exports.recognise import recognise
from sopdash.exports.template import template_xlsx, templates

TEMPLATES = [made.name for made in templates()]
IN_HAND = {
    "group_messages", "group_members", "channel_spend", "live_codes", "stores", "staff", "campaigns", "coupons",
    "referrals", "touches", "posts", "activities", "service_conversations", "surveys", "opt_outs", "sends",
    "customer_profiles", "staff_days", "generic_orders",
}  # fmt: skip
"""What no back office exports in a known form, and therefore must be there as a template."""


def sheet(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def stored(store, fact: str) -> dict:
    frame = store.warehouse.frame(f"select * from fact.{fact}")
    assert len(frame) == 1
    return frame.iloc[0].to_dict()


def test_all_templates_are_there():
    assert set(TEMPLATES) >= IN_HAND


@pytest.mark.parametrize("name", TEMPLATES)
def test_example_loads_as_itself(store, file, name):
    made = formats()[name]
    result = load_file(store, file("填好的模板.csv", sheet(made.example)), refresh=False)
    assert (result.error, result.format, result.rows, result.accepted, result.rejected) == (None, name, 1, 1, 0)
    assert [note for note in result.notes if note.code == "unknown_column"] == []
    row = stored(store, made.main)
    own = [item for item in made.fields if item.fact == made.main]
    filled = {item.name for item in own if any(made.example.get(header) for header in item.columns)}
    assert [column for column in filled if row[column] is None] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_downloaded_workbook_loads_as_itself(store, file, name):
    made = formats()[name]
    result = load_file(store, file("模板.xlsx", template_xlsx(made, "zh")), refresh=False)
    assert (result.format, result.accepted, result.rejected) == (name, 1, 0)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_same_rows_again_are_no_new_keys(store, file, name):
    """Ids made of the row's own columns must not depend on the file."""
    made = formats()[name]
    load_file(store, file("一.csv", sheet(made.example)), refresh=False)
    again = load_file(store, file("二.csv", sheet(made.example) + "\r\n"), refresh=False)
    assert (again.new, again.changed) == (0, 0)


@pytest.mark.parametrize("name", list(formats()))
def test_full_header_is_recognised_as_itself(name):
    made = formats()[name]
    either = [name for need in made.required for name in need.split("|")]
    headers = dict.fromkeys([*made.mapped, *either, *made.known, *made.drop, *made.example])
    found = recognise([header for header in headers if canonical(header) not in made.absent])
    assert found is not None
    assert found.format.name == name


@pytest.mark.parametrize("name", TEMPLATES)
def test_english_headers_are_recognised(name):
    """The names of the fact's own columns will do as headers, for a file written by a program."""
    made = formats()[name]
    english = {header: next((a for a in others if a.isascii()), header) for header, others in made.alias.items()}
    headers = [english.get(header, header) for header in made.example]
    assert len(set(headers)) == len(headers)
    found = recognise(headers)
    assert found is not None
    assert found.format.name == name


@pytest.mark.parametrize(
    ("name", "fact", "expected"),
    [
        ("group_messages", "messages", {"message_id": "M000001", "group_name": "示例门店·福利1群", "length": 4}),
        (
            "group_members",
            "group_members",
            {"leave_kind": "left", "is_staff": False, "left_at": datetime(2026, 11, 5, 9, 30)},
        ),
        (
            "channel_spend",
            "channel_days",
            {"channel": "抖音", "code": "", "store": "", "spend": Decimal("1200.00"), "reach": 5000},
        ),
        ("stores", "stores", {"store": "S001", "name": "示例门店", "region": "华东", "province": "浙江省"}),
        (
            "coupons",
            "coupons",
            {"coupon_id": "CP0000001", "cost": Decimal("20.00"), "redeemed_at": datetime(2026, 11, 3, 20, 30)},
        ),
        ("touches", "touches", {"kind": "click", "at": datetime(2026, 11, 2, 20, 20)}),
        ("service_conversations", "conversations", {"opened_by": "customer", "auto_reply": False, "complaint": False}),
        ("surveys", "surveys", {"kind": "csat", "score": 5}),
        ("campaigns", "campaigns", {"campaign": "会员日2611", "budget": Decimal("8000.00")}),
        (
            "customer_profiles",
            "customer_profiles",
            {"gender": "女", "birthday": date(1995, 5, 20), "tags": "会员;敏感肌"},
        ),
    ],
)
def test_example_becomes_this_row(store, file, name, fact, expected):
    load_file(store, file("a.csv", sheet(formats()[name].example)), refresh=False)
    columns = ", ".join(f'"{name}"' for name in expected)
    assert store.warehouse.rows(f"select {columns} from fact.{fact}") == [tuple(expected.values())]


def test_words_of_messages_are_not_stored(store, file):
    row = formats()["group_messages"].example | {"消息内容": "只应留下字数的话"}
    load_file(store, file("a.csv", sheet(row)), refresh=True)
    for path in store.warehouse.staging.parent.rglob("*.duckdb*"):
        assert "只应留下字数的话".encode() not in path.read_bytes()
    assert store.warehouse.rows("select length from fact.messages") == [(8,)]


def test_message_without_id_gets_one_of_its_own(store, file):
    example = formats()["group_messages"].example
    rows = [{**example, "消息ID": "", "发送时间": f"2026-11-02 20:15:0{second}"} for second in (0, 1)]
    result = load_file(store, file("a.csv", sheet(*rows)), refresh=False)
    assert (result.new, result.rejected) == (2, 0)


def test_spend_of_whole_channel_and_of_a_code_are_two_rows(store, file):
    example = formats()["channel_spend"].example
    rows = [example, {**example, "活码": "抖音-主页", "投入": "", "扫码数": "60"}]
    load_file(store, file("a.csv", sheet(*rows)), refresh=False)
    assert store.warehouse.rows("select code, spend, scans from fact.channel_days order by code") == [
        ("", Decimal("1200.00"), 260),
        ("抖音-主页", None, 60),
    ]


def test_unknown_word_stays_as_written(store, file):
    row = formats()["touches"].example | {"行为": "收藏"}
    load_file(store, file("a.csv", sheet(row)), refresh=False)
    assert store.warehouse.rows("select kind from fact.touches") == [("收藏",)]
