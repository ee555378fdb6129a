"""The files are written as the back offices write them: headers, encodings, grain, dates in names."""

from __future__ import annotations

import csv
import io

import pandas as pd

from sopdash.demo import headers


def raw_rows(path, encoding) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file))


def named(files, start: str):
    [path] = [path for name, path in files.items() if name.startswith(start)]
    return path


def test_tmall_is_gb18030_with_54_columns_and_trailing_spaces(files):
    path = named(files, "ExportOrderList")
    rows = raw_rows(path, "gb18030")
    assert rows[0] == headers.TAOBAO_ORDERS
    assert len(rows[0]) == 54
    assert [name for name in rows[0] if name.endswith(" ")] == [
        "收货地址 ", "联系电话 ", "订单付款时间 ", "宝贝标题 ", "宝贝种类 ", "物流单号 ",
    ]  # fmt: skip
    assert b"\r\n" in path.read_bytes()[:2000]
    assert all(len(row) == 54 for row in rows)


def test_youzan_has_60_columns_with_one_name_twice(files):
    path = named(files, "有赞")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = raw_rows(path, "utf-8-sig")
    assert len(rows[0]) == 60
    assert rows[0].count("分销员") == 2


def test_douyin_ids_carry_a_tab_inside_quotes(files):
    path = named(files, "抖店")
    text = path.read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith('"\t6920')
    rows = raw_rows(path, "utf-8-sig")
    assert len(rows[0]) == 74
    main, sub = [row[0] for row in rows[1:]], [row[1] for row in rows[1:]]
    assert len(set(sub)) == len(sub) > len(set(main))


def test_jd_repeats_the_order_on_every_item_row(files):
    rows = raw_rows(named(files, "京东"), "gb18030")
    assert len(rows[0]) == 80
    table = pd.DataFrame(rows[1:], columns=rows[0])
    assert table["订单号"].duplicated().any()
    assert (table.groupby("订单号")["应付金额"].nunique() == 1).all()
    assert table["联系电话"].str.fullmatch(r"1\*{6}\d{4}").all()


def test_wecom_list_is_a_workbook_with_tag_groups(files):
    table = pd.read_excel(named(files, "企业微信客户列表"), dtype=str, engine="calamine", keep_default_na=False)
    assert list(table.columns) == [
        *headers.WECOM_CUSTOMERS,
        "标签组1(渠道)",
        "标签组2(性别)",
        "标签组3(年龄段)",
        "标签组4(会员)",
    ]
    assert not table.duplicated(["客户名称", "添加人账号", "添加时间"]).any()
    assert 0.4 < (table["手机"] != "").mean() < 0.8


def test_group_exports_of_the_last_four_sundays(files):
    names = sorted(name for name in files if name.startswith("客户群导出"))
    assert len(names) == 4
    assert names[0] == "客户群导出20261025.xlsx"
    assert names[-1] == "客户群导出20261115.xlsx"
    table = pd.read_excel(files[names[-1]], engine="calamine")
    assert list(table.columns) == headers.SCRM_GROUPS
    assert (table["群人数"] == table["员工人数"] + table["客户人数"]).all()


def test_everything_together_is_small(files):
    assert sum(path.stat().st_size for path in files.values()) < 12_000_000


def test_no_file_holds_a_damaged_id(files):
    for path in files.values():
        if path.suffix == ".csv":
            content = path.read_bytes()
            assert b"E+1" not in content
            for encoding in ("utf-8-sig", "gb18030"):
                try:
                    io.TextIOWrapper(io.BytesIO(content), encoding=encoding).read()
                    break
                except UnicodeDecodeError:
                    continue
            else:
                raise AssertionError(path.name)
