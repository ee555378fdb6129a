"""`import`: the JSON of the interface, exit codes, the same file again, refusals, and the history."""

from __future__ import annotations

import duckdb
import pytest

from sopdash.warehouse import incremental

HEADER = "订单编号,买家会员名,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,宝贝标题 ,退款金额"
GOOD = """
310000000000000011,tb_a,100.00,交易成功,2026-11-09 10:00:00,2026-11-09 10:01:00,面膜,0.00
310000000000000013,tb_a,50.00,交易成功,2026-11-10 20:00:00,2026-11-10 20:01:00,面膜,50.00
310000000000000015,tb_b,80.00,买家已付款，等待卖家发货,2026-11-11 21:00:00,2026-11-11 21:01:00,精华,0.00
310000000000000017,tb_c,0.00,等待买家付款,2026-11-11 22:00:00,,精华,0.00
"""
SEVEN = """订单编号,总金额,买家实际支付金额,收货地址,订单创建时间,订单付款时间,退款金额
1,178.80,0.00,上海,2026-02-21 00:00:00,,0.00
2,21.00,21.00,内蒙古自治区,2026-02-20 23:59:54,2026-02-21 00:00:02,0.00
3,37.00,0.00,安徽省,2026-02-20 23:59:35,2026-02-20 23:59:40,37.00
4,157.00,157.00,湖南省,2026-02-20 23:58:34,2026-02-20 23:58:44,0.00
5,64.80,60.00,江苏省,2026-02-20 23:57:04,2026-02-20 23:57:11,4.80
"""


def file_of(tmp_path, rows: str = GOOD, name: str = "订单.csv", header: str = HEADER):
    path = tmp_path / name
    path.write_bytes((header + rows.rstrip("\n") + "\n").replace("\n", "\r\n").encode("gb18030"))
    return path


def test_the_json_is_that_of_the_interface(cli, tmp_path):
    bad = GOOD + "1.23457E+17,tb_d,10.00,交易成功,2026-11-12 10:00:00,2026-11-12 10:01:00,面膜,0.00\n"
    more = "".join(
        f"3100000000000001{n},tb_e,10.00,交易成功,2026-11-12 10:00:00,2026-11-12 10:01:00,面膜,0.00\n"
        for n in range(11, 20)
    )
    document = cli.json("import", file_of(tmp_path, bad + more))
    [one] = document["files"]
    assert set(one) == {
        "file", "format", "status", "rows", "accepted", "new", "changed", "changes", "unchanged", "rejected", "rejects",
        "notes", "batch", "error",
    }  # fmt: skip
    assert one["file"] == "订单.csv"
    assert one["format"] == "taobao_orders"
    assert one["status"] == "imported"
    assert (one["rows"], one["accepted"], one["rejected"]) == (14, 13, 1)
    assert (one["new"], one["changed"], one["unchanged"]) == (13, 0, 0)
    assert one["rejects"] == [{"row": 6, "column": "订单编号", "value": "1.23457E+17", "reason": "id_damaged_by_excel"}]
    assert isinstance(one["batch"], str)
    assert one["error"] is None


def test_the_same_file_again_changes_nothing(cli, tmp_path):
    path = file_of(tmp_path)
    cli.json("import", path)
    before = cli.json("query", "orders", "net_sales")
    [one] = cli.json("import", path)["files"]
    assert one["status"] == "unchanged"
    assert cli.json("query", "orders", "net_sales") == before


def test_an_overlapping_file_changes_what_moved_on(cli, tmp_path):
    cli.json("import", file_of(tmp_path), "--as-of", "2026-11-12")
    later = GOOD.replace(
        "0.00,等待买家付款,2026-11-11 22:00:00,", "30.00,交易成功,2026-11-11 22:00:00,2026-11-11 22:05:00"
    )
    [one] = cli.json("import", file_of(tmp_path, later, "下周.csv"), "--as-of", "2026-11-19")["files"]
    assert (one["new"], one["changed"], one["unchanged"]) == (0, 1, 3)
    [row] = cli.json("query", "orders", "gmv")["rows"]
    assert (row["orders"], row["gmv"]) == (4, 260)
    shipped = later.replace("30.00,交易成功,2026-11-11 22:00:00", "30.00,卖家已发货,2026-11-11 22:00:00")
    ended = cli.run("import", file_of(tmp_path, shipped, "更晚.csv"), "--as-of", "2026-11-26")
    assert "更晚.csv: other columns changed: 1" in ended.err  # completed before, so no status moved on
    ended = cli.run("import", file_of(tmp_path, later, "最后.csv"), "--as-of", "2026-11-27")
    assert "最后.csv: status moved on: 1" in ended.err


def test_a_refused_file_ends_with_1_and_the_good_one_beside_it_is_in(cli, tmp_path):
    broken = tmp_path / "坏.csv"
    broken.write_bytes("不认识,的,表头\n1,2,3\n".encode("gb18030"))
    document = cli.json("import", file_of(tmp_path), broken, code=1)
    good, bad = document["files"]
    assert good["status"] == "imported"
    assert bad["status"] == "refused"
    assert set(bad["error"]) >= {"code", "message"}
    assert bad["batch"] is None
    assert cli.json("query", "orders")["rows"] == [{"orders": 3}]


def test_files_come_back_in_the_order_given(cli, tmp_path):
    first = file_of(tmp_path, name="b.csv")
    second = file_of(tmp_path, GOOD.replace("3100000000000000", "3100000000000009"), name="a.csv")
    assert [one["file"] for one in cli.json("import", first, second)["files"]] == ["b.csv", "a.csv"]


def test_strict_refuses_on_the_first_reject(cli, tmp_path):
    bad = GOOD + "1.23457E+17,tb_d,10.00,交易成功,2026-11-12 10:00:00,2026-11-12 10:01:00,面膜,0.00\n"
    [one] = cli.json("import", file_of(tmp_path, bad), "--strict", code=1)["files"]
    assert one["status"] == "refused"


def test_dry_run_stores_nothing(cli, tmp_path):
    [one] = cli.json("import", file_of(tmp_path), "--dry-run")["files"]
    assert one["accepted"] == 4
    assert cli.json("imports")["imports"] == []


def test_map_takes_a_column_as_a_field(cli, tmp_path):
    header = HEADER.replace("买家会员名", "我们的会员")
    [one] = cli.json("import", file_of(tmp_path, header=header), "--map", "我们的会员=account")["files"]
    assert one["status"] == "imported"
    assert cli.json("query", "buyers")["rows"] == [{"buyers": 2}]


def test_history_and_taking_back(cli, tmp_path):
    cli.json("import", file_of(tmp_path))
    [one] = cli.json("imports")["imports"]
    assert one["file"] == "订单.csv"
    assert one["rows"] == 4
    assert cli.run("undo", one["batch"]).code == 0
    assert cli.json("imports")["imports"][0]["undone_at"] is not None
    assert "orders" in cli.json("query", "orders")["missing"]


def test_undoing_an_unknown_batch_is_wrong_usage(cli):
    assert cli.run("undo", "77").code == 2


def test_seven_column_tmall_file_has_money_and_no_customers(cli, tmp_path):
    """gmv: row 2 21 + row 3 0+37 (paid is net) + row 4 157 + row 5 60+4.80; refunds 37 + 4.80; row 1 was never paid."""
    path = tmp_path / "tmall_order_report.csv"
    path.write_text(SEVEN, encoding="utf-8")
    [one] = cli.json("import", path)["files"]
    assert (one["status"], one["accepted"]) == ("imported", 5)
    document = cli.json("query", "orders", "gmv", "refunds", "net_sales", "buyers", "repurchase_rate")
    [row] = document["rows"]
    assert row["orders"] == 4
    assert row["gmv"] == pytest.approx(21 + 37 + 157 + 64.80)
    assert row["refunds"] == pytest.approx(37 + 4.80)
    assert row["net_sales"] == pytest.approx(21 + 0 + 157 + 60)
    assert set(document["missing"]) == {"buyers", "repurchase_rate"}
    assert "no customer column" in document["missing"]["buyers"]
    regions = {row["region"]: row["orders"] for row in cli.json("query", "orders", "--by", "region")["rows"]}
    assert regions == {"内蒙古自治区": 1, "安徽省": 1, "湖南省": 1, "江苏省": 1}


def test_formats_are_listed_with_keys_columns_and_grain(cli):
    everything = cli.json("formats")["formats"]
    assert {"taobao_orders", "youzan_orders", "douyin_orders", "jd_orders"} <= {one["name"] for one in everything}
    [one] = cli.json("formats", "taobao_orders")["formats"]
    assert one["keys"]
    assert one["grain"]
    assert one["columns"]["订单编号"] == "orders.order_id"
    assert cli.run("formats", "nothing").code == 2


def test_files_are_stored_where_memory_ends_before_the_figures(cli, tmp_path, monkeypatch):
    def crowded(*_):
        raise duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block")

    assert cli.run("import", file_of(tmp_path, SEVEN, header="")).code == 0
    with monkeypatch.context() as patch:
        patch.setattr(incremental, "bring_up_to_date", crowded)
        ended = cli.run("import", file_of(tmp_path))
        later = cli.run("query", "orders")
    assert ended.code == 1
    assert "SOPDASH_MEMORY" in ended.err
    assert "SOPDASH_MEMORY" in later.err
    assert cli.run("query", "orders").err == ""
    assert cli.json("import", file_of(tmp_path))["files"][0]["status"] == "unchanged"
