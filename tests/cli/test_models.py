"""clv, survival and forecast on the command line: the shape of their documents."""

import datetime as dt

import pytest

HEADER = "订单编号,买家会员名,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,宝贝标题 ,退款金额"


@pytest.fixture(scope="module")
def shop(shared_cli):
    """17 whole weeks of 5 orders a week, each customer ordering once more a week later."""
    monday, lines = dt.date(2026, 6, 1), [HEADER]
    for week in range(17):
        for n in range(5):
            customer, day = f"tb_{(week // 2) * 5 + n}", monday + dt.timedelta(days=7 * week + n + 2)
            at = f"{day} 10:00:00"
            lines.append(f"3100000000000{week:03}{n:02},{customer},{50 + n}.00,交易成功,{at},{at},面膜,0.00")
    path = shared_cli.db.with_name("订单.csv")
    path.write_text("\n".join(lines), encoding="gb18030")
    shared_cli.json("import", path)
    return shared_cli


def test_clv_says_why_there_is_none_and_lists_who_bought(shop):
    document = shop.json("clv")
    assert "100 customers" in document["missing"]["orders"]
    assert document["missing"]["money"] == document["missing"]["orders"]
    assert document["parameters"] == document["check"] == []
    assert document["buyers"] == 45
    assert len(document["customers"]) == 45
    first = next(row for row in document["customers"] if row["customer"] == "tb_0")
    assert (first["x"], first["t_x"], first["value"], first["clv"]) == (1, 1.0, 50.0, None)
    assert "100 customers" in shop.run("query", "clv").err


def test_survival_by_hand(shop):
    document = shop.json("survival")
    [row] = document["groups"]
    assert (row["customers"], row["events"], row["median_days"]) == (45, 40, 7)  # the last five were seen once
    assert document["test"] is None
    assert document["curves"][0]["day"] == 0
    assert "7" in shop.run("survival").out
    assert shop.run("survival", "--by", "nothing").code == 2


def test_forecast(shop):
    document = shop.json("forecast", "orders", "--weeks", "5")
    assert [row["value"] for row in document["history"]] == [5] * 16  # the first week has no Monday
    assert [row["week"] for row in document["ahead"]][:2] == ["2026-W40", "2026-W41"]
    assert [row["baseline"] for row in document["ahead"]] == [5] * 5
    assert document["shown"] == document["baseline"] == "naive"  # nothing beats "always five"
    assert shop.run("forecast", "orders", "--weeks", "6").err.strip() != ""  # needs 18 weeks
    assert shop.run("forecast", "aov").code == 2
