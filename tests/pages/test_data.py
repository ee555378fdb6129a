"""Data: files go in, each says what became of it, nothing personal is shown, nothing stays on disk."""

import datetime as dt
import io
import zipfile

import duckdb
import openpyxl
import pytest

from sopdash.exports.format import formats
from sopdash.exports.template import template_xlsx, templates
from sopdash.ui.upload import display_name
from sopdash.warehouse import incremental

HEADER = "订单编号,买家会员名,买家实际支付金额,订单状态,宝贝标题,订单创建时间,订单付款时间,退款金额\n"


def orders(*rows):
    return (HEADER + "\n".join(rows) + "\n").encode("gb18030")


GOOD = orders(
    "100000000000000001,顾客0101,100,交易成功,商品A,2026-11-10 10:00:00,2026-11-10 10:05:00,0",
    "100000000000000002,顾客0102,200,交易成功,商品A,2026-11-11 10:00:00,2026-11-11 10:05:00,0",
)


def upload(app, *files):
    for name, content in files:
        app.file_uploader[0].upload(name, content, "text/csv")
    return app.run()


def said(app):
    return " ".join(text.value for text in (*app.markdown, *app.caption))


def test_a_file_is_recognised_counted_and_removed_from_disk(visit, filled, tmp_path):
    app = visit("data", filled)
    upload(app, ("ExportOrderList20261116.csv", GOOD))
    assert not app.exception
    assert "ExportOrderList20261116" in said(app).replace("\\", "")
    assert "2 行：新增 2，更新 0，不变 0" in said(app)
    assert list((tmp_path / "data" / "staging" / "uploads").iterdir()) == []


def test_the_same_file_again_changes_nothing(visit, filled):
    app = visit("data", filled)
    upload(app, ("a.csv", GOOD))
    upload(app, ("b.csv", GOOD))
    assert not app.exception
    assert "已经导入过" in said(app)


def test_a_refusal_is_said_in_plain_words(visit, filled):
    app = visit("data", filled)
    upload(app, ("说明.csv", b"a,b\n1,2\n"))
    assert not app.exception
    assert not app.error
    assert "表头" in said(app)


def test_bad_rows_are_listed_and_the_good_ones_load(visit, filled):
    good = [
        f"1000000000000001{n:02d},顾客0{n},50,交易成功,商品A,2026-11-10 10:00:00,2026-11-10 10:05:00,0"
        for n in range(20)
    ]
    bad = "100000000000000199,顾客0999,五十,交易成功,商品A,2026-11-10 10:00:00,2026-11-10 10:05:00,0"
    app = visit("data", filled)
    upload(app, ("a.csv", orders(*good, bad)))
    assert not app.exception
    assert "剔除 1" in said(app)
    assert "第 22 行" in said(app).replace("\\", "")


SNAPSHOT = "群ID,群名称,群主,群人数,今日消息,今日入群,今日退群\ng9,福利9群,导购A01,120,5,3,1\n".encode("utf-8-sig")


def test_a_snapshot_without_a_date_is_asked_for_its_day(visit, filled, tmp_path):
    app = visit("data", filled)
    upload(app, ("客户群.csv", SNAPSHOT))
    uploads = tmp_path / "data" / "staging" / "uploads"
    assert len(list(uploads.iterdir())) == 1  # kept until the answer
    [day] = app.date_input
    day.set_value(dt.date(2026, 11, 15))
    next(button for button in app.button if button.label == "导入").click().run()
    assert not app.exception
    assert "1 行：新增 1" in said(app)
    assert list(uploads.iterdir()) == []
    assert not app.date_input


def test_strict_refuses_a_file_with_one_bad_row(visit, filled):
    bad = "100000000000000199,顾客0999,五十,交易成功,商品A,2026-11-10 10:00:00,2026-11-10 10:05:00,0"
    app = visit("data", filled)
    app.get_by_key("upload_strict").set_value(True).run()
    upload(app, ("a.csv", GOOD.rstrip() + b"\n" + bad.encode("gb18030") + b"\n"))
    assert not app.exception
    assert "新增" not in said(app)
    assert "第 4 行" in said(app).replace("\\", "")


def test_a_rejected_row_is_shown_with_its_value_masked(visit, filled):
    header = "订单号,手机号,实付金额,下单时间,订单状态\n"
    rows = [f"A{n:03d},139000012{n:02d},10,2026-11-10 10:00:00,交易成功" for n in range(20)]
    app = visit("data", filled)
    upload(
        app,
        ("订单.csv", (header + "\n".join([*rows, "A999,13900009999,十,2026-11-10 10:00:00,交易成功"]) + "\n").encode()),
    )
    assert not app.exception
    assert "剔除 1" in said(app)
    assert "13900009999" not in said(app)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("订单.csv", "订单.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\导出\\订单.xlsx", "订单.xlsx"),
        ("a\x00b\n.csv", "ab.csv"),
        ("", "?"),
    ],
)
def test_a_name_from_outside_never_becomes_a_path(name, shown):
    assert display_name(name) == shown


def test_a_long_name_keeps_its_ending():
    shown = display_name("长" * 300 + ".xlsx")
    assert len(shown) <= 120
    assert shown.endswith("….xlsx")


@pytest.mark.parametrize("made", templates(), ids=lambda made: made.name)
def test_a_template_holds_its_headers_as_text(made):
    raw = template_xlsx(made, "zh")
    assert zipfile.is_zipfile(io.BytesIO(raw))
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0]
    header = [cell.value for cell in sheet[1]]
    assert header == list(made.example)
    assert all(set(one.split("|")) & set(header) for one in made.required)
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
    assert all(isinstance(cell.value, str | None) for cell in sheet[2])


def test_every_format_says_where_to_get_its_file():
    assert all(made.where.zh and made.where.en and made.grain.zh for made in formats().values())


def test_a_file_without_its_shop_is_asked_for_it_where_there_are_several(visit, filled):
    app = visit("data", filled)
    for shop in ("甲店", "乙店"):
        named = orders(
            f"10000000000000030{len(shop)},顾客0301,100,交易成功,商品A,2026-11-10 10:00:00,2026-11-10 10:05:00,0"
        )
        text = named.decode("gb18030").splitlines()
        upload(app, (f"{shop}.csv", f"{text[0]},店铺名称\n{text[1]},{shop}\n".encode("gb18030")))
    upload(app, ("简表.csv", GOOD))
    assert "甲店" in said(app)
    asked = next(box for box in app.selectbox if box.label == "这份文件是哪家店的？")
    asked.set_value("乙店")
    next(button for button in app.button if button.label == "导入").click().run()
    assert not app.exception
    assert "2 行：新增 2" in said(app)


def test_an_overlapping_week_says_what_changed(visit, filled):
    app = visit("data", filled)
    upload(app, ("订单20261109.csv", GOOD))
    text = GOOD.decode("gb18030").replace("10:05:00,0", "10:05:00,30")
    upload(app, ("订单20261116.csv", text.encode("gb18030")))
    assert "退款变动 2（¥60.00）" in said(app).replace("\\", "")


def test_figures_that_lack_memory_are_said_on_every_page(visit, filled, monkeypatch):
    def crowded(*_):
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block")

    app = visit("data", filled)
    monkeypatch.setattr(incremental, "bring_up_to_date", crowded)
    upload(app, ("a.csv", GOOD))
    assert not app.exception
    assert "文件已入库" in app.warning[0].value
    assert "文件已入库" in app.run().warning[0].value
