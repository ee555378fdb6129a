"""Orders in, values out: CDNOW as the orders of a shop gives the published figures in the marts and the metrics."""

import datetime as dt

import pytest
from models.shops import as_orders, load

from sopdash.access import LOCAL_OWNER
from sopdash.metrics import Query, run, value

DAY = dt.date


def test_the_models_of_cdnow(cdnow_shop):
    [row] = cdnow_shop.frame("select * from mart.value_model").to_dict("records")
    assert (row["buyers"], row["repeat_buyers"]) == (2357, 946)
    printed = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert {name: round(row[name], 3) for name in printed} == printed
    # 39 weeks in whole days; the published summary has them rounded to two decimals
    assert row["log_likelihood"] == pytest.approx(-9582.4, abs=0.3)
    assert (round(row["p"], 2), round(row["q"], 2), round(row["v"], 2)) == (6.25, 3.74, 15.44)
    assert (row["orders_refused"], row["money_refused"]) == (None, None)


def test_customers_1_and_6_of_cdnow(cdnow_shop):
    found = cdnow_shop.rows("""
        select c.account, v.x, round(v.t_x, 2), round(v.t, 2), v.value, v.clv, v.p_alive
        from mart.customer_value v join mart.customers c using (customer) where c.account in ('0001', '0006') order by 1
    """)
    assert [row[:4] for row in found] == [("0001", 2, 30.43, 38.86), ("0006", 7, 29.43, 38.86)]
    assert [float(row[4]) for row in found] == [22.35, 73.74]
    assert [float(row[5]) for row in found] == [pytest.approx(36.28, abs=0.02), pytest.approx(283.52, abs=0.15)]
    assert found[0][6] == pytest.approx(0.7266, abs=1e-4)


def test_the_means_are_those_of_the_customers(cdnow_shop):
    query = Query(("clv", "clv_expected_orders", "p_alive"), by=("store",))
    rows = run(cdnow_shop.store, query, LOCAL_OWNER).records()
    expected = cdnow_shop.frame("""
        select c.store, avg(v.clv) as clv, avg(v.expected_orders) as clv_expected_orders, avg(v.p_alive) as p_alive
        from mart.customer_value v join mart.customers c using (customer) group by 1 order by 1
    """).to_dict("records")
    assert [row["store"] for row in rows] == ["S1", "S2"]
    for row, wanted in zip(rows, expected, strict=True):
        assert {name: row[name] for name in wanted} == pytest.approx(wanted)
    [whole] = run(cdnow_shop.store, Query(("clv",)), LOCAL_OWNER).records()
    assert whole["clv__den"] == 2357
    assert whole["clv__num"] == pytest.approx(sum(row["clv__num"] for row in rows))


def test_who_had_not_bought_by_the_end_of_the_period_is_left_out(cdnow_shop):
    rows = run(cdnow_shop.store, Query(("clv",), by=("month",)), LOCAL_OWNER).rows.set_index("month")
    first = cdnow_shop.rows("select count(*) from mart.customers where first_ordered_at < '1997-02-01'")[0][0]
    assert rows.loc["1997-01", "clv__den"] == first < 2357
    assert rows.loc["1997-09", "clv__den"] == 2357


def test_value_against_cost_by_channel(cdnow_shop):
    rows = run(cdnow_shop.store, Query(("clv_to_cac", "cac"), by=("channel",)), LOCAL_OWNER).rows.set_index("channel")
    ten = cdnow_shop.rows("""
        select avg(v.clv) from mart.customer_value v join mart.customers c using (customer) where c.account <= '0010'
    """)[0][0]
    assert rows.loc["抖音", "cac"] == 200 / 10  # ten customers, added on New Year's Eve, bought after it
    assert rows.loc["抖音", "clv_to_cac"] == pytest.approx(float(ten) / 20)


def test_the_fit_is_shown_with_its_check(cdnow_shop):
    found = value.run(cdnow_shop.store, LOCAL_OWNER)
    assert (found.until, found.buyers, found.weeks) == (DAY(1997, 9, 30), 2357, 39)  # 273 days
    assert list(found.parameters["name"]) == ["r", "alpha", "a", "b", "p", "q", "v"]
    assert found.holdout_from == DAY(1997, 7, 1)  # 273 // 3 = 91 days held out
    assert found.holdout_weeks == 13
    assert found.check["customers"].sum() == 2357
    made = cdnow_shop.one("select count(*) from mart.customer_days where orders > 0 and day > '1997-07-01'")
    assert found.check["actual"].sum() == found.holdout_actual == made
    assert abs(found.off_by) < 0.15
    assert found.better_than_naive
    assert (found.orders_missing, found.money_missing) == (None, None)
    document = found.as_json()
    assert document["until"] == "1997-09-30"
    assert "missing" not in document


def test_a_model_that_failed_its_check_is_said(cdnow_shop):
    def notes():
        return {note.code for note in run(cdnow_shop.store, Query(("clv",)), LOCAL_OWNER).notes}

    assert notes() == {"history_starts", "value_as_of"}
    [(naive, model)] = cdnow_shop.rows("select error_naive, error_model from mart.value_model")
    spoilt = "update mart.value_model set error_model = ?"
    with cdnow_shop.store.warehouse.write() as cursor:
        cursor.execute(spoilt, [naive])
    try:
        assert notes() == {"history_starts", "value_as_of", "model_not_better"}
        assert value.run(cdnow_shop.store, LOCAL_OWNER).better_than_naive is False
    finally:
        with cdnow_shop.store.warehouse.write() as cursor:
            cursor.execute(spoilt, [model])


def test_without_orders_nothing_is_fitted(warehouse):
    warehouse.follows("customer  added_at\nann  2026-11-02")
    assert warehouse.rows("select * from mart.value_model") == []
    found = value.run(warehouse.store, LOCAL_OWNER)
    assert found.parameters.empty
    assert "orders.customer" in found.orders_missing.say("en")
    missing = run(warehouse.store, Query(("clv",)), LOCAL_OWNER).missing["clv"].say("en")
    assert "orders.customer" in missing
    assert "model" not in missing


def test_a_few_orders_are_refused_with_the_reason(warehouse):
    warehouse.orders("""
        customer  paid_at     paid
        ann       2026-11-02  100
        ann       2026-11-09  50
    """)
    assert warehouse.rows("select x, p_alive, clv from mart.customer_value") == [(1, None, None)]
    missing = run(warehouse.store, Query(("clv", "p_alive", "orders")), LOCAL_OWNER).missing
    assert set(missing) == {"clv", "p_alive"}
    assert "12 weeks" in missing["clv"].say("en")
    warehouse.orders("customer  paid_at  paid\nbob  2026-01-02  10")
    reason = run(warehouse.store, Query(("clv",)), LOCAL_OWNER).missing["clv"]
    assert "100" in reason.say("en")
    assert "100" in reason.say("zh")


def test_orders_of_one_day_are_one_purchase_and_a_refunded_one_is_worth_nothing(warehouse):
    warehouse.orders("""
        customer  paid_at           paid  refund
        ann       2026-09-01 10:00  100   0       -- the first purchase is no repeat purchase
        ann       2026-09-15 10:00  60    0
        ann       2026-09-15 20:00  40    0       -- the same day
        ann       2026-09-22 10:00  50    50      -- given back
        bob       2026-09-29 10:00  80    0
    """)
    rows = warehouse.rows("""
        select c.account, v.x, v.t_x, v.t, v.value
        from mart.customer_value v join mart.customers c using (customer) order by 1
    """)
    assert rows == [("ann", 2, 3.0, 4.0, 50), ("bob", 0, 0.0, 0.0, None)]  # (60 + 40 + 0) / 2 purchase days


def test_the_order_of_imports_does_not_matter(cdnow_shop, cdnow_orders, warehouse):
    seen = as_orders(cdnow_orders[cdnow_orders["day"] <= "1997-09-30"])
    load(warehouse, "orders", seen.iloc[::-1])
    query = "select * from mart.value_model"
    assert warehouse.rows(query) == cdnow_shop.rows(query)
    each = "select c.account, v.* exclude (customer) from mart.customer_value v join mart.customers c using (customer)"
    assert warehouse.rows(f"{each} order by 1") == cdnow_shop.rows(f"{each} order by 1")
