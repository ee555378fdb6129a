"""The number commands answer in the shapes of the interface; wrong names end with 2 and say which are right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sopdash.segments import Segment, save, where
from sopdash.warehouse import open_store

ROOT = Path(__file__).parents[2]

ORDERS = """订单编号,买家会员名,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,宝贝标题 ,退款金额
310000000000000011,tb_a,100.00,交易成功,2026-11-02 10:00:00,2026-11-02 10:01:00,面膜,0.00
310000000000000013,tb_a,50.00,交易成功,2026-11-10 20:00:00,2026-11-10 20:01:00,面膜,50.00
310000000000000015,tb_b,80.00,交易成功,2026-11-11 21:00:00,2026-11-11 21:01:00,精华,0.00
310000000000000017,tb_c,70.00,交易成功,2026-11-18 09:00:00,2026-11-18 09:01:00,精华,0.00
"""


@pytest.fixture(scope="module")
def shop(shared_cli):
    """A database with four paid orders: a on Mon 2 Nov and Tue 10 Nov, b on Wed 11 Nov, c on Wed 18 Nov."""
    path = shared_cli.db.with_name("订单.csv")
    path.write_text(ORDERS, encoding="gb18030")
    shared_cli.json("import", path)
    return shared_cli


def test_query_gives_one_row_per_week_with_parts_of_ratios(shop):
    document = shop.json("query", "orders", "aov", "--by", "week")
    assert document["missing"] == {}
    assert document["rows"] == [
        {"week": "2026-W45", "orders": 1, "aov": 100, "aov__num": 100, "aov__den": 1},
        {"week": "2026-W46", "orders": 2, "aov": 40, "aov__num": 80, "aov__den": 2},  # 50 − 50 + 80
        {"week": "2026-W47", "orders": 1, "aov": 70, "aov__num": 70, "aov__den": 1},
    ]


def test_weeks_and_months_are_periods_and_to_is_inclusive(shop):
    def orders(*words):
        return shop.json("query", "orders", *words)["rows"][0]["orders"]

    assert orders("--from", "2026-W46", "--to", "2026-W46") == 2
    assert orders("--from", "2026-11-02", "--to", "2026-11-10") == 2
    assert orders("--from", "2026-11", "--to", "2026-11") == 4
    assert orders("--from", "2026-11-11") == 2
    assert orders("--to", "2026-W45") == 1


def test_where_is_repeated_and_means_either(shop):
    words = ("query", "orders", "--where", "day=2026-11-10", "--where", "day=2026-11-11")
    assert shop.json(*words)["rows"] == [{"orders": 2}]


def test_a_saved_segment_cuts_every_number(shop):
    with closing(open_store(shop.db)) as store:
        save(store, Segment("回头客", where("orders", "at_least", 2)), "test")  # a, of a, b and c
    document = shop.json("query", "orders", "net_sales", "repurchase_rate", "spend", "--segment", "回头客")
    assert [document["rows"][0][name] for name in ("orders", "net_sales", "repurchase_rate")] == [2, 100, 1]
    assert set(document["missing"]) == {"spend"}
    assert shop.json("query", "orders", "--by", "week", "--segment", "回头客")["rows"][-1]["orders"] == 0
    assert shop.run("query", "orders", "--segment", "没有的").code == 2


def test_compare_adds_before_and_change(shop):
    words = ("query", "orders", "--from", "2026-W46", "--to", "2026-W46", "--compare", "previous")
    [row] = shop.json(*words)["rows"]
    assert (row["orders"], row["orders__before"], row["orders__change"]) == (2, 1, 1.0)


def test_compare_before_and_after_a_day(shop):
    [row] = shop.json("query", "orders", "--compare", "2026-W46", "--from", "2026-W45", "--to", "2026-W46")["rows"]
    assert (row["orders"], row["orders__before"]) == (2, 1)
    assert "不等于因果" in (said := shop.run("query", "orders", "--compare", "2026-11-09").err) or "not cause" in said
    assert shop.run("query", "orders", "--compare", "yesterday").code == 2


def test_differences_are_judged(shop):
    where = ("--first", "region=x", "--second", "platform=taobao")
    found = shop.json("compare", "repurchase_rate", *where)
    assert (found["first"]["size"], found["second"]["size"]) == (0, 3)
    assert (found["second"]["numerator"], found["p"], found["real"]) == (1, None, False)  # a twice, of a, b, c
    ranked = shop.json("compare", "aov", "--by", "platform")
    assert [(row["unit"], row["size"], row["standing"]) for row in ranked["rows"]] == [("taobao", 4, "small")]
    assert shop.json("compare", "net_sales", "--by", "platform")["missing"]["net_sales"]
    assert shop.run("compare", "aov").code == 2
    assert shop.run("compare", "aov", "--by", "platform", "--in-group").code == 2


def test_drivers_add_up(shop):
    moved = shop.json("drivers", "--from", "2026-W46", "--to", "2026-W46")
    assert (moved["before"], moved["after"]) == (100, 80)  # 100; 50 − 50 + 80
    assert sum(step["effect"] for step in moved["steps"]) == pytest.approx(-20)
    split = shop.json("drivers", "--from", "2026-W46", "--to", "2026-W46", "--by", "platform")
    assert [row["change"] for row in split["rows"]] == [-20]


def test_gaps(shop):
    found = shop.json("gaps")
    assert (found["n"], found["median"]) == (1, pytest.approx(8 + 10 / 24))  # a: 2 Nov 10:01 → 10 Nov 20:01
    assert [row["from_day"] for row in found["bins"] if row["gaps"]] == [7]


def test_what_is_absent_is_named_with_the_export_that_would_supply_it(shop):
    document = shop.json("query", "orders", "cac", "reach")
    assert document["rows"] == [{"orders": 4}]
    assert "channel_days" in document["missing"]["cac"]


def test_an_unknown_metric_ends_with_2_and_lists_those_there_are(shop):
    ended = shop.run("query", "ordres", "--json")
    assert ended.code == 2
    assert ended.out == ""
    assert "repurchase_rate" in ended.err


def test_an_unknown_dimension_ends_with_2(shop):
    ended = shop.run("query", "orders", "--by", "moon")
    assert ended.code == 2
    assert "channel" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ("query",),
        ("query", "orders", "--from", "soon"),
        ("query", "orders", "--where", "channel"),
        ("query", "orders", "--from", "2026-11-09", "--to", "2026-11-01"),
        ("heatmap", "moon"),
        ("rfm", "--scoring", "luck"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_2(shop, words):
    assert shop.run(*words).code == 2


def test_funnel_names_stages_and_what_was_skipped(shop):
    document = shop.json("funnel")
    assert {row["stage"] for row in document["stages"]} == {"ordered", "ordered_again"}
    assert set(document["skipped"]) >= {"reached", "added", "joined", "engaged"}
    assert {"stage", "customers", "from_previous", "from_first", "median_hours"} <= set(document["stages"][0])


def test_cohorts_of_first_orders(shop):
    document = shop.json("cohorts", "--start", "first_order")
    cells = {(row["cohort"], row["k"]): row for row in document["rows"]}
    assert cells["2026-W45", 1] == {"cohort": "2026-W45", "size": 1, "k": 1, "active": 1, "rate": 1.0}
    assert cells["2026-W46", 0]["size"] == 1
    assert document["pooled"]


def test_heatmap_is_seven_by_24_with_monday_first(shop):
    matrix = shop.json("heatmap", "orders")["matrix"]
    assert [len(row) for row in matrix] == [24] * 7
    assert (matrix[0][10], matrix[1][20], matrix[2][21], matrix[2][9]) == (1, 1, 1, 1)
    assert sum(map(sum, matrix)) == 4


def test_rfm_has_one_row_per_customer(shop):
    document = shop.json("rfm", "--scoring", "mean")
    assert (document["scoring"], document["snapshot"]) == ("mean", "2026-11-19")
    people = {row["customer"]: row for row in document["customers"]}
    assert set(people) == {"tb_a", "tb_b", "tb_c"}
    assert set(people["tb_a"]) == {"customer", "r_days", "f", "m", "r_score", "f_score", "m_score", "class"}
    assert (people["tb_a"]["r_days"], people["tb_a"]["f"], people["tb_a"]["m"]) == (8, 2, 100)


def test_the_catalogue_is_complete(cli):
    listed = cli.json("metrics")["metrics"]
    assert len({one["name"] for one in listed}) == len(listed)
    [one] = cli.json("metrics", "aov")["metrics"]
    assert one["name"] == "aov"
    assert all(one[key] for key in ("label", "definition", "formula", "unit", "better", "grain", "dimensions", "needs"))
    assert cli.run("metrics", "ordres").code == 2


def test_options_stand_before_or_after_the_command(shop):
    from click.testing import CliRunner

    from sopdash.cli import main

    before = CliRunner().invoke(main, ["--db", str(shop.db), "--json", "query", "orders"])
    assert json.loads(before.stdout) == shop.json("query", "orders")


def test_tables_are_for_reading(shop):
    ended = shop.run("query", "orders", "aov", "--by", "week")
    assert ended.code == 0
    assert ended.out.splitlines()[0].split() == ["week", "orders", "aov"]


def test_what_was_asked_is_in_the_audit(shop):
    from sopdash.warehouse import open_store

    shop.run("query", "orders", "--by", "week")
    store = open_store(shop.db)
    try:
        actions = store.workspace.rows("select who, action, detail from audit where action = 'cli.query'")
    finally:
        store.close()
    assert actions[0][0] == "owner"
    assert "orders" in actions[0][2]


def test_as_a_process_data_goes_to_stdout_and_messages_to_stderr(shop):
    command = [sys.executable, "-m", "sopdash", "query", "orders", "cac", "--json", "--db", str(shop.db)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    ended = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, check=False)
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["rows"] == [{"orders": 4}]
    assert b"cac" in ended.stderr


def test_a_held_database_is_said_and_ends_with_1(shop):
    from sopdash.warehouse import open_store

    store = open_store(shop.db)
    try:
        command = [sys.executable, "-m", "sopdash", "query", "orders", "--db", str(shop.db)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    finally:
        store.close()
    assert ended.returncode == 1
    assert b"inbox" in ended.stderr
    assert b"Traceback" not in ended.stderr
