"""One import after another: same content, overlaps, archives, workbooks, dry runs, undo."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from exports import layouts
from exports.sheets import export, table

from sopdash.errors import UnknownName
from sopdash.exports import load_file, load_files
from sopdash.warehouse import undo

HEAD = "订单号,下单时间,实付金额,退款金额,订单状态\n"
WEEK1 = HEAD + "A1,2026-11-02 10:00:00,10,0,已发货\nA2,2026-11-03 10:00:00,20,0,待付款\n"
WEEK2 = (
    HEAD
    + "A2,2026-11-03 10:00:00,20,0,交易成功\nA1,2026-11-02 10:00:00,10,0,已发货\nA3,2026-11-09 10:00:00,30,5,交易成功\n"
)
ORDERS = "select order_id, status, paid_amount, refund_amount from fact.orders order by 1"


def test_the_same_content_is_loaded_once(store, file):
    first = load_file(store, file("周一.csv", WEEK1))
    again = load_file(store, file("另一个名字.csv", WEEK1))
    assert (first.status, first.new, first.batch) == ("imported", 2, "1")
    assert (again.status, again.new, again.unchanged) == ("unchanged", 0, 2)
    assert load_file(store, file("周一.csv", WEEK1), shop="二店").new == 2  # another shop's orders are others


def test_an_overlapping_week_changes_what_changed(store, file):
    load_file(store, file("a.csv", WEEK1))
    second = load_file(store, file("b.csv", WEEK2))
    assert (second.new, second.changed, second.unchanged) == (1, 1, 1)
    assert table(store, ORDERS) == [
        ("A1", "shipped", "10.00", "0.00"),
        ("A2", "completed", "20.00", "0.00"),
        ("A3", "completed", "30.00", "5.00"),
    ]


def test_order_of_importing_and_undo_leave_no_trace(store, file, empty_store, tmp_path):
    load_file(store, file("b.csv", WEEK2))
    older = load_file(store, file("a.csv", WEEK1))
    assert older.changed == 0  # the older export knows nothing newer
    assert table(store, ORDERS)[1] == ("A2", "completed", "20.00", "0.00")
    undo(store.warehouse, 1, "owner")
    assert table(store, ORDERS) == [("A1", "shipped", "10.00", "0.00"), ("A2", "unpaid", "20.00", "0.00")]
    assert load_file(store, file("b.csv", WEEK2)).status == "imported"


def test_a_dry_run_says_all_and_stores_nothing(store, file):
    result = load_file(store, file("a.csv", WEEK1), dry_run=True)
    assert (result.new, result.batch, result.as_json()["dry_run"]) == (2, None, True)
    assert table(store, "select * from imports") == table(store, ORDERS) == []


def test_as_of_is_told_or_titled_or_named_or_the_newest_time_inside(store, file):
    load_file(store, file("订单20261110.csv", WEEK1))
    load_file(store, file("x.csv", WEEK2))
    load_file(store, file("订单20261111.csv", "导出时间：2026-11-12 08:00\n" + WEEK2))
    load_file(
        store, file("订单20261111.csv", WEEK2 + "A4,2026-11-10 10:00:00,1,0,交易成功\n"), as_of=date(2026, 11, 20)
    )
    assert store.warehouse.rows("select as_of from imports order by batch") == [
        (datetime(2026, 11, 10),),
        (datetime(2026, 11, 9, 10),),
        (datetime(2026, 11, 12, 8),),
        (datetime(2026, 11, 20),),
    ]


def test_several_files_are_each_stored_or_not_and_refreshed_once(store, file):
    seen = []
    results = load_files(
        store,
        [file("a.csv", WEEK1), file("bad.csv", "x,y\n1,2\n"), file("b.csv", WEEK2)],
        progress=lambda *step: seen.append(step[0]),
    )
    assert [result.status for result in results] == ["imported", "refused", "imported"]
    assert store.warehouse.rows("select count(*) from mart.orders") == [(3,)]
    assert {"a.csv", "bad.csv", "b.csv"} <= set(seen)


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(f"{name}.csv", content)
    return out.getvalue()


def test_an_archive_gives_one_result_per_member(store, file):
    path = file("微信小店订单_2026年11月10日.zip", archive(甲=WEEK1, 乙="x,y\n1,2\n"))
    results = load_files(store, [path])
    assert [(result.file, result.status) for result in results] == [
        ("微信小店订单_2026年11月10日.zip › 甲.csv", "imported"),
        ("微信小店订单_2026年11月10日.zip › 乙.csv", "refused"),
    ]
    assert store.warehouse.rows("select as_of from imports") == [(datetime(2026, 11, 10),)]


def workbook(sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(at, column, value, moment)
                    else:
                        sheet.write(at, column, value)
    return out.getvalue()


def test_a_workbook_of_two_tables(store, file):
    orders = [["店铺订单"], [], ["订单号", "下单时间", "实付金额"], ["A1", datetime(2026, 11, 2, 10, 30), 99.9]]
    spend = [["日期", "渠道", "投入"], [datetime(2026, 11, 2), "抖音", 1200]]
    results = load_files(store, [file("汇总.xlsx", workbook({"说明": [["请看后面"]], "订单": orders, "投放": spend}))])
    assert [(result.file, result.format, result.new) for result in results] == [
        ("汇总.xlsx › 订单", "generic_orders", 1),
        ("汇总.xlsx › 投放", "channel_spend", 1),
    ]
    assert table(store, "select created_at, paid_amount from fact.orders") == [("2026-11-02 10:30:00", "99.90")]
    assert table(store, "select day, channel, spend from fact.channel_days") == [("2026-11-02", "抖音", "1200.00")]


def test_workbook_rows_are_numbered_as_excel_does(store, file):
    rows = [["店铺订单"], [], ["订单号", "下单时间", "实付金额"]]
    rows += [[f"A{n}", datetime(2026, 11, 2), n] for n in range(8)] + [["A9", "2026-02-30", 1]]
    [result] = load_files(store, [file("x.xlsx", workbook({"订单": rows}))])
    assert [(reject.row, reject.column) for reject in result.rejects] == [(12, "下单时间")]


def test_json_is_the_public_shape(store, file):
    shown = load_file(
        store,
        file("a.csv", WEEK1 + "1.23457E+17,2026-11-02 10:00:00,1,0,已发货\n" + WEEK2[len(HEAD) :].replace("A", "B")),
    ).as_json()
    assert list(shown) == [
        "file", "format", "status", "rows", "accepted", "new", "changed", "changes", "unchanged", "rejected", "rejects",
        "notes", "batch", "error",
    ]  # fmt: skip
    assert shown["rejects"] == [{"row": 4, "column": "订单号", "value": "1.23457E+17", "reason": "id_damaged_by_excel"}]
    assert all(set(note) == {"code", "message", "rows"} for note in shown["notes"])
    assert (shown["rows"], shown["accepted"], shown["new"], shown["error"]) == (6, 5, 5, None)


def test_names_that_do_not_exist_are_faults_of_the_caller(store, file):
    path = file("a.csv", WEEK1)
    with pytest.raises(UnknownName):
        load_file(store, path, format="no_such_format")
    with pytest.raises(UnknownName):
        load_file(store, path, mapping={"订单号": "no_such_field"})


def test_a_format_asked_for_must_fit(store, file):
    error = load_file(store, file("a.csv", WEEK1), format="jd_orders").as_json()["error"]
    assert error["code"] == "header_missing"


def test_phones_of_one_person_written_in_many_ways_are_one_key(store, file):
    phones = [
        "13800000001",
        "+86 138-0000-0001",
        "'13800000001",
        '"=""13800000001"""',
        "１３８００００００１１".replace("１１", "０１"),
        "008613800000001",
    ]
    text = "订单号,下单时间,实付金额,手机号\n" + "".join(
        f"A{n},2026-11-02 10:00:00,1,{phone}\n" for n, phone in enumerate(phones)
    )
    load_file(store, file("x.csv", text))
    assert store.warehouse.rows("select count(distinct phone_key), count(phone_key) from fact.orders") == [(1, 6)]


def test_the_douyin_layouts_share_one_format(store, file):
    for layout in ("DOUYIN_74", "DOUYIN_JOINED"):
        headers = getattr(layouts, layout)
        row = {
            "主订单编号": layout,
            "子订单编号": f"{layout}1",
            "订单应付金额": "5",
            "订单状态": "已完成",
            "订单提交时间": "2026-11-02 10:00:00",
        }
        assert load_file(store, file(f"{layout}.csv", export(headers, [row]))).format == "douyin_orders"
