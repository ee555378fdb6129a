"""The key check: a week's raw exports in, and the same figures as pandas computes from the raw files by its own rules.

Nothing of sopdash reads a file here: pandas decodes, judges statuses and counts on its own.
"""

from __future__ import annotations

import pandas as pd
import pytest

METRICS = ("orders", "buyers", "net_sales", "aov", "repurchase_rate")
TMALL_PAID = {"买家已付款，等待卖家发货", "卖家已发货，等待买家确认", "交易成功"}


@pytest.fixture(scope="module")
def raw(demo_files):
    """Start of a file name → path."""

    def named(start: str):
        return next(path for path in reversed(demo_files) if path.name.startswith(start))

    return named


def tmall(path) -> pd.DataFrame:
    """One row per paid order: who, week, money."""
    table = pd.read_csv(path, encoding="gb18030", dtype=str, keep_default_na=False)
    table.columns = [name.strip() for name in table.columns]
    paid, refund = table["买家实际支付金额"].astype(float), table["退款金额"].astype(float)
    closed_after_payment = (
        (table["订单状态"] == "交易关闭") & (table["订单付款时间"] != "") & ((paid > 0) | (refund > 0))
    )
    counts = table["订单状态"].isin(TMALL_PAID) | closed_after_payment
    when = pd.to_datetime(table["订单付款时间"].where(table["订单付款时间"] != "", table["订单创建时间"]))
    week = when.dt.strftime("%G-W%V")
    return pd.DataFrame({"who": table["买家会员名"], "week": week, "net": paid - refund})[counts]


def youzan(path) -> pd.DataFrame:
    """One row per paid order, from the 60-column export whose buyer is known by phone."""
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    paid, refund = table["订单实付金额"].astype(float), table["订单已退款金额"].astype(float)
    counts = table["订单状态"].isin({"待发货", "已发货", "交易完成"}) | ((table["买家付款时间"] != "") & (paid > 0))
    when = pd.to_datetime(table["买家付款时间"].where(table["买家付款时间"] != "", table["订单创建时间"]))
    return pd.DataFrame({"who": table["买家手机号"], "week": when.dt.strftime("%G-W%V"), "net": paid - refund})[counts]


def by_week(orders: pd.DataFrame) -> dict[str, dict[str, float]]:
    """The five metrics, counted from scratch for every week."""
    weeks = {}
    for week, rows in orders.groupby("week"):
        times = rows["who"].value_counts()
        weeks[week] = {
            "orders": len(rows),
            "buyers": len(times),
            "net_sales": rows["net"].sum(),
            "aov": rows["net"].sum() / len(rows),
            "repurchase_rate": (times >= 2).sum() / len(times),
        }
    return weeks


def test_four_exports_in_and_every_week_equals_pandas(cli, raw):
    files = [raw("ExportOrderList"), raw("企业微信客户列表"), raw("客户群导出"), raw("渠道投放")]
    results = cli.json("import", *files)["files"]
    assert [(one["status"], one["rejected"]) for one in results] == [("imported", 0)] * 4, results

    document = cli.json("query", *METRICS, "--by", "week")
    wanted = by_week(tmall(files[0]))
    assert document["missing"] == {}
    assert [row["week"] for row in document["rows"]] == sorted(wanted)
    for row in document["rows"]:
        for name, value in wanted[row["week"]].items():
            assert row[name] == pytest.approx(value, abs=1e-9), (row["week"], name)
        assert row["aov__den"] == row["orders"]
        assert row["repurchase_rate__den"] == row["buyers"]


def test_two_shops_together_equal_pandas(cli, raw):
    """Youzan knows buyers by phone, Tmall by account: without a file that links both they are different customers."""
    files = [raw("ExportOrderList"), raw("有赞")]
    cli.json("import", *files)
    document = cli.json("query", *METRICS, "--by", "week")
    wanted = by_week(pd.concat([tmall(files[0]), youzan(files[1])]))
    for row in document["rows"]:
        assert {name: row[name] for name in METRICS} == pytest.approx(wanted[row["week"]], abs=1e-9)


def test_a_period_is_counted_whole_and_not_added_up_from_weeks(cli, raw):
    cli.json("import", raw("ExportOrderList"))
    [row] = cli.json("query", "buyers", "repurchase_rate", "--from", "2026-W43", "--to", "2026-W46")["rows"]
    orders = tmall(raw("ExportOrderList"))
    times = orders[orders["week"].between("2026-W43", "2026-W46")]["who"].value_counts()
    assert row["buyers"] == len(times)
    assert row["repurchase_rate__num"] == (times >= 2).sum()
