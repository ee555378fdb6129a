"""Damaged, cut and hostile files: refused with a place and a reason, in little time, and nothing stored."""

import time
from pathlib import Path

import pytest
from exports.sheets import table

from sopdash.exports import load_file

SHARED = Path(__file__).parents[3] / "shared" / "badinputs"
HEAD = "订单号,下单时间,数量,实付金额,手机号,备注\n"
GOOD = HEAD + "".join(f"A{n:03d},2026-11-02 10:00:{n:02d},1,{n}.50,1380000{n:04d},好评{n}\n" for n in range(12))


def error_of(result):
    return (result.as_json()["error"] or {}).get("code")


def test_a_file_cut_anywhere_in_its_last_row_is_never_taken_silently(store, file):
    """Cut at every byte of the last row: refused, or taken with a note that the line has no end."""
    whole = GOOD.encode()
    start = whole[:-1].rfind(b"\n") + 1
    silent = []
    for cut in range(start + 1, len(whole) - 1):
        result = load_file(store, file(f"{cut}.csv", whole[:cut]), dry_run=True)
        said = {note.code for note in result.notes}
        if result.status == "imported" and "no_line_end" not in said and not result.rejected:
            silent.append(cut)
    assert silent == []
    short = load_file(store, file("short.csv", whole[: start + 10]), dry_run=True)
    assert error_of(short) == "truncated"


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (GOOD.encode().replace("好评3".encode(), "好评3".encode()[:-2]), "encoding", 5),
        (GOOD.replace("好评3", "好\ufffd3").encode(), "replacement_character", 5),
        (GOOD.replace("好评3", "好\0评3").encode(), "nul", 5),
        (GOOD.replace("好评3", '"好评3').encode(), "quote", 5),
        (GOOD.replace("好评3", '"好,"评3').encode(), "quote", 5),
        (b'{"code": 401}', "not_csv", None),
        (b"<html><p>401</p></html>", "html_table", None),
        (b"", "empty", None),
        (b"\xef\xbb\xbf\r\n", "empty", None),
        (b"PK\x03\x04 half an archive", "truncated_archive", None),
        (b"\xd0\xcf\x11\xe0 half a workbook", "not_xlsx", None),
        (HEAD.encode(), "no_rows", None),
        (GOOD.replace("备注", "订单号").encode(), "header_duplicate", 1),
    ],
)
def test_structure_damage_refuses_the_file(store, file, content, code, row):
    result = load_file(store, file("x.csv", content))
    assert error_of(result) == code, result.as_json()
    assert result.as_json()["error"].get("row") == row
    assert table(store, "select * from imports") == []
    for lang in ("zh", "en"):
        assert "{" not in result.as_json(lang)["error"]["message"]


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_web_page_named_xls_is_read(store, file, codec):
    rows = "".join(f"<tr><td>A{n}</td><td>2026-11-02 10:00</td><td>{n}&nbsp;元<td></tr>" for n in range(3))
    page = (
        f"<html><meta charset={codec}><table><tr><th>订单号</th><th>下单时间</th><th>实付金额</th></tr>{rows}</table>"
    )
    result = load_file(store, file("订单.xls", page.encode(codec)))
    assert (result.status, result.accepted) == ("imported", 3), result.as_json()
    assert table(store, "select order_id, paid_amount from fact.orders order by 1") == [
        ("A0", "0.00"),
        ("A1", "1.00"),
        ("A2", "2.00"),
    ]
    assert "other_kind" in {note.code for note in result.notes}


def test_a_quoted_cell_with_line_breaks_and_commas_is_one_cell(store, file):
    text = GOOD.replace("好评3", '"第一行, 还行\n第二行"').replace("好评5", '"他说""好""\r\n真的"')
    result = load_file(store, file("x.csv", text))
    assert (result.status, result.accepted) == ("imported", 12)


def test_rows_swallowed_by_a_quote_are_seen_even_where_the_width_fits(store, file):
    """The remark of one row opens a quote that the remark of a later row closes: rows between would vanish."""
    text = GOOD.replace("好评3", '"好评3').replace("好评6", '好评6"')
    assert error_of(load_file(store, file("x.csv", text))) == "quote"


def test_rejected_rows_are_numbered_as_a_person_sees_them(store, file):
    text = "店铺订单\n导出时间: 2026-11-10\n\n" + GOOD.replace("A004,", "1.23457E+17,").replace("7.50", "abc")
    result = load_file(store, file("x.csv", text))
    assert [(reject.row, reject.column, reject.value, reject.reason) for reject in result.rejects] == [
        (9, "订单号", "1.23457E+17", "id_damaged_by_excel"),  # three lines, header, A000 … A004
        (12, "实付金额", "abc", "number"),
    ]
    assert (result.rows, result.accepted, result.rejected) == (12, 10, 2)
    assert table(store, "select as_of from imports") == [("2026-11-10 00:00:00",)]


def test_more_than_a_fifth_rejected_is_not_understood(store, file):
    text = GOOD.replace("1,1.50", "1,x").replace("1,2.50", "1,x").replace("1,3.50", "1,x")  # 3 of 12
    error = load_file(store, file("x.csv", text)).as_json()["error"]
    assert (error["code"], error["row"], error["column"], error["reason"]) == (
        "not_understood",
        3,
        "实付金额",
        "number",
    )
    two = GOOD.replace("1,1.50", "1,x").replace("1,2.50", "1,x")  # 2 of 12: 16.7 %
    assert load_file(store, file("y.csv", two)).rejected == 2


def test_strict_refuses_on_the_first_reject(store, file):
    error = load_file(store, file("x.csv", GOOD.replace("1,1.50", "1,x")), strict=True).as_json()["error"]
    assert (error["code"], error["row"]) == ("strict", 3)


def test_totals_are_taken_out_and_held_against_the_rows(store, file):
    total = sum(n + 0.5 for n in range(12))  # 72.0
    right = load_file(store, file("a.csv", GOOD + f"合计,,12,{total:.2f},,\n"), dry_run=True)
    wrong = load_file(store, file("b.csv", GOOD + "合计,,12,99.00,,\n"), dry_run=True)
    assert (right.rows, {note.code for note in right.notes} & {"total_row", "total_mismatch"}) == (12, {"total_row"})
    [note] = [note for note in wrong.notes if note.code == "total_mismatch"]
    assert "99.00" in note.message("zh")
    assert "72.00" in note.message("zh")


def test_totals_named_in_another_than_the_first_column(store, file):
    rows = "".join(f"1,{n}.50,2026-11-02 10:00:00,A{n}\n" for n in range(12))
    result = load_file(store, file("x.csv", f"数量,实付金额,下单时间,订单号\n{rows}12,72.00,,合计\n"), dry_run=True)
    assert (result.rows, {note.code for note in result.notes} & {"total_row"}) == (12, {"total_row"})


def test_the_row_under_the_header_may_explain_it(store, file):
    text = GOOD.replace(HEAD, HEAD + "唯一编号,下单的时间,件数,元,买家手机,选填\n")
    result = load_file(store, file("x.csv", text))
    assert (result.rows, result.accepted) == (12, 12)
    assert "second_header" in {note.code for note in result.notes}


def test_two_exports_pasted_together(store, file):
    result = load_file(store, file("x.csv", GOOD + "\ufeff" + GOOD.replace("A0", "B0")))
    assert (result.accepted, result.new) == (24, 24)


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("delimiter", "ending"), [(",", "\n"), ("\t", "\r\n"), (";", "\r")])
def test_every_encoding_and_dialect_gives_the_same_rows(store, file, codec, delimiter, ending):
    text = GOOD.replace(",", delimiter).replace("\n", ending)
    result = load_file(store, file("x.csv", text.encode(codec)))
    assert (result.status, result.accepted) == ("imported", 12), result.as_json()
    assert table(store, "select sum(paid_amount), max(created_at) from fact.orders") == [
        ("72.00", "2026-11-02 10:00:11")
    ]


def test_ids_rounded_by_a_spreadsheet_refuse_the_file(store, file):
    text = HEAD + "".join(f"12345678901234{n}000,2026-11-02 10:00:00,1,1,,\n" for n in range(5))
    error = load_file(store, file("x.csv", text)).as_json()["error"]
    assert (error["code"], error["row"], error["column"]) == ("id_precision", 2, "订单号")


def test_date_order_is_proved_told_or_asked_for(store, file):
    def text(*days):
        return HEAD + "".join(f"A{n},{day},1,1,,\n" for n, day in enumerate(days))

    assert error_of(load_file(store, file("a.csv", text("03/04/2026", "04/05/2026")))) == "date_ambiguous"
    load_file(store, file("b.csv", text("03/04/2026", "25/12/2025")))  # 25 is no month: day first
    assert table(store, "select order_id, created_at from fact.orders order by 1") == [
        ("A0", "2026-04-03 00:00:00"),
        ("A1", "2025-12-25 00:00:00"),
    ]
    load_file(store, file("c.csv", text("03/04/2026", "04/05/2026")), date_order="mdy")
    assert table(store, "select created_at from fact.orders order by order_id")[0] == ("2026-03-04 00:00:00",)
    assert error_of(load_file(store, file("d.csv", text("25/12/2025", "12/25/2025")))) == "date_ambiguous"


def test_addresses_and_identity_cards_never_get_in(store, file):
    text = (
        "订单号,下单时间,实付金额,收货地址,订购人身份证号\n"
        "A1,2026-11-02 10:00:00,1,浙江省杭州市某路99号,330100199001010000\n"
    )
    result = load_file(store, file("x.csv", text))
    assert table(store, "select province, city from fact.orders") == [("浙江省", "")]
    assert "dropped_columns" in {note.code for note in result.notes}
    stored = b"".join(path.read_bytes() for path in (store.folder).glob("*.duckdb*"))
    assert "某路99号".encode() not in stored
    assert b"330100199001010000" not in stored


def test_nothing_stays_in_the_staging_folder(store, file):
    load_file(store, file("x.csv", GOOD))
    load_file(store, file("y.csv", GOOD[:40]))
    assert list(store.warehouse.staging.iterdir()) == []


@pytest.mark.parametrize("suite", ["csv-spectrum/csvs", "duckdb", "frictionless", "upload-names", "blns"])
def test_foreign_files_never_crash_the_door(store, suite):
    if not (SHARED / suite).exists():
        pytest.skip("this public test suite is not here")
    files = [path for path in sorted((SHARED / suite).rglob("*")) if path.is_file()]
    for path in files:
        begun = time.process_time()
        result = load_file(store, path, dry_run=True, refresh=False)
        assert time.process_time() - begun < 10, path
        assert result.status != "refused" or result.as_json("en")["error"]["message"], path
