"""`segments` and `segment`: who is in them, and the list as a file: masked unless a purpose is given, and logged."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from sopdash.warehouse import open_store

YOUZAN = """订单号,订单状态,订单创建时间,买家付款时间,订单实付金额,买家手机号,收货人手机号/提货人手机号,订单已退款金额
E20261101000001,交易完成,2026-11-01 10:00:00,2026-11-01 10:01:00,6000.00,19900000001,19900000001,0.00
E20261102000003,交易完成,2026-11-02 10:00:00,2026-11-02 10:01:00,90.00,19900000002,19900000002,0.00
"""


@pytest.fixture(scope="module")
def shop(shared_cli):
    """Two buyers known by phone: one above the VIP threshold of 5,000."""
    path = shared_cli.db.with_name("有赞订单.csv")
    path.write_text(YOUZAN, encoding="utf-8-sig")
    assert shared_cli.json("import", path)["files"][0]["status"] == "imported"
    return shared_cli


def audit(db) -> list[tuple]:
    store = open_store(db)
    try:
        return store.workspace.rows("select action, object, purpose, row_count from audit")
    finally:
        store.close()


def test_segments_are_listed_with_their_size(shop):
    listed = {one["name"]: one for one in shop.json("segments")["segments"]}
    vip = [one for one in listed.values() if one["customers"] == 1 and one["net_sales"] == 6000]
    assert vip
    assert all(one["label"] and one["rule"] for one in listed.values())


def test_a_list_is_csv_for_excel_with_masked_phones(shop, tmp_path):
    out = tmp_path / "lists" / "vip.csv"
    document = shop.json("segment", "tier_vip", "--out", out)
    assert (document["rows"], document["masked"]) == (1, True)
    content = out.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    [header, row] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(header) == len(row)
    assert "199****0001" in row
    assert b"19900000001" not in content


def test_full_numbers_need_a_purpose_and_are_logged(shop, tmp_path):
    out = tmp_path / "vip.csv"
    assert shop.run("segment", "tier_vip", "--out", out, "--unmasked").code == 2
    assert not out.exists()
    assert shop.run("segment", "tier_vip", "--out", out, "--unmasked", "--purpose", "会员日短信").code == 0
    assert "19900000001" in out.read_text(encoding="utf-8-sig")
    revealed = [line for line in audit(shop.db) if line[0] == "phones_revealed"]
    assert [(line[2], line[3]) for line in revealed] == [("会员日短信", 1)]


def test_a_list_is_a_workbook_where_asked(shop, tmp_path):
    out = tmp_path / "vip.xlsx"
    assert shop.run("segment", "tier_vip", "--out", out, "--format", "xlsx").code == 0
    assert len(pd.read_excel(out, engine="calamine")) == 1


def test_an_unknown_segment_is_wrong_usage_and_writes_nothing(shop, tmp_path):
    out = tmp_path / "x.csv"
    ended = shop.run("segment", "nobody", "--out", out)
    assert ended.code == 2
    assert "tier_vip" in ended.err
    assert not out.exists()
