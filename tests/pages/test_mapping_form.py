"""An unknown table on the Data page: asked about once, imported, recognised from then on, forgotten again."""

from __future__ import annotations

import pytest

HEAD = "订单编号(微盟),会员手机号,收货人姓名,下单日期时间,实际支付金额(元),订单状态\n"
WEEK1 = HEAD + "".join(
    f"WM2026111000{n:02d},138000000{n:02d},顾客{n:04d},2026-11-10 10:00:00,100.00,{word}\n"
    for n, word in ((1, "已完成"), (2, "待商家发货"))
)
WEEK2 = HEAD + "WM202611110003,13800000003,顾客0003,2026-11-11 10:00:00,50.00,已完成\n"


def upload(app, name, text):
    app.file_uploader[0].upload(name, text.encode(), "text/csv")
    return app.run()


def said(app):
    return " ".join(text.value for text in (*app.markdown, *app.caption)).replace("\\", "")


def press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def pick(app, label):
    return next(box for box in app.selectbox if box.label.replace("\\", "") == label)


def name_it(app, name):
    return next(box for box in app.text_input if box.label == "给这种表格起个名字").set_value(name).run()


@pytest.fixture
def asked(visit, filled):
    return upload(visit("data", filled), "微盟.csv", WEEK1)


def test_the_form_shows_masked_rows_suggestions_and_what_would_come_in(asked):
    assert not asked.exception
    assert "这份表格还不认识" in said(asked)
    [rows] = [frame.value for frame in asked.dataframe if "会员手机号" in frame.value]
    assert rows.iloc[0].to_dict() == {
        "订单编号(微盟)": "WM202611100001", "会员手机号": "138****0001", "收货人姓名": "顾**",
        "下单日期时间": "2026-11-10 10:00:00", "实际支付金额(元)": "100.00", "订单状态": "已完成",
    }  # fmt: skip
    assert pick(asked, "一行是什么？").value == "orders"
    assert pick(asked, "实际支付金额(元)").value == "实付金额"
    assert pick(asked, "收货人姓名").value == ""
    assert pick(asked, "已完成").value == "completed"
    assert pick(asked, "待商家发货").value == ""
    assert "2 行：可导入 2，剔除 0" in said(asked)
    assert "1 个订单的状态不认识" in said(asked)
    assert "13800000001" not in said(asked)


def test_a_missing_column_is_named_and_nothing_can_be_saved(asked):
    pick(asked, "实际支付金额(元)").set_value("").run()
    assert "还差：实付金额" in said(asked)
    assert next(button for button in asked.button if button.label == "保存并导入").disabled


def test_one_role_for_two_columns_is_refused_in_words(asked):
    pick(asked, "会员手机号").set_value("订单号").run()
    assert "「订单号」选了两次：订单编号(微盟)、会员手机号" in said(asked)


def test_a_wrong_column_is_refused_in_words(asked):
    pick(asked, "实际支付金额(元)").set_value("下单时间")
    pick(asked, "下单日期时间").set_value("实付金额").run()
    assert "现在这样导入不了" in said(asked)
    assert "2 行中有 2 行读不懂" in said(asked)


def test_saved_it_imports_and_the_next_file_is_not_asked_about(asked, tmp_path):
    pick(asked, "待商家发货").set_value("paid").run()
    press(asked, "保存并导入")
    assert "请给这种表格起个名字" in " ".join(box.value for box in asked.warning)
    name_it(asked, "微盟订单")
    press(asked, "保存并导入")
    assert not asked.exception
    assert "2 行：新增 2，更新 0，不变 0" in said(asked)
    assert "还不认识" not in said(asked)
    upload(asked, "微盟2.csv", WEEK2)
    assert "1 行：新增 1" in said(asked)
    assert list((tmp_path / "data" / "staging" / "uploads").iterdir()) == []


def test_a_format_is_listed_and_removed(asked):
    name_it(asked, "微盟订单")
    press(asked, "保存并导入")
    asked.get_by_key("data_tab")
    asked.session_state["data_tab"] = "模板与支持的文件"
    asked.run()
    assert "微盟订单" in said(asked)
    assert "订单编号(微盟)、会员手机号" in said(asked)
    press(asked, "删除格式「微盟订单」")
    assert "上传一份不认识的表格" in said(asked)
    upload(asked, "微盟2.csv", WEEK2)
    assert "这份表格还不认识" in said(asked)


def test_the_answer_for_one_file_holds_for_the_next_one_waiting(visit, filled):
    app = visit("data", filled)
    app.file_uploader[0].upload("微盟1.csv", WEEK1.encode(), "text/csv")
    upload(app, "微盟2.csv", WEEK2)
    assert said(app).count("这份表格还不认识") == 2
    name_it(app, "微盟订单")
    press(app, "保存并导入")
    assert "这份表格现在已能识别为「微盟订单」" in said(app)
    press(app, "导入")
    assert not app.exception
    assert "还不认识" not in said(app)
    assert "1 行：新增 1" in said(app)


def test_an_unwanted_file_leaves_nothing(asked, tmp_path):
    press(asked, "不导入这份文件")
    assert "还不认识" not in said(asked)
    assert list((tmp_path / "data" / "staging" / "uploads").iterdir()) == []


def test_what_is_no_table_is_refused_without_a_question(visit, filled, tmp_path):
    app = upload(visit("data", filled), "说明.csv", "这是一段话\n没有表格\n")
    assert not app.exception
    assert "还不认识" not in said(app)
    assert list((tmp_path / "data" / "staging" / "uploads").iterdir()) == []
