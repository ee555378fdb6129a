"""Forecasts of weekly figures: whole weeks only, refused when too short, the naive guess beside them."""

import datetime as dt

import pytest

from sopdash.access import LOCAL_OWNER
from sopdash.errors import UnknownName
from sopdash.metrics import ForecastQuery, Query, forecast, run

MONDAY = dt.date(2026, 6, 1)


def orders(weeks, start=MONDAY, store="S1"):
    """In week n, 3 + n orders of 10 yuan on its Sunday."""
    lines = ["customer paid_at paid store"]
    for week in range(weeks):
        day = start + dt.timedelta(days=7 * week + 6)
        lines += [f"c{week}x{n}  {day}  10  {store}" for n in range(3 + week)]
    return "\n".join(lines)


def ahead(warehouse, **query):
    return forecast.run(warehouse.store, ForecastQuery(**query), LOCAL_OWNER)


def test_a_rise_goes_on_and_the_naive_guess_stands_beside(warehouse):
    # The first Sunday is half a week of data; then 18 whole weeks with 4 to 21 orders; then a Tuesday.
    warehouse.orders(orders(19))
    warehouse.orders("customer  paid_at  paid\nlate  2026-10-13  10")
    found = ahead(warehouse, metric="orders")
    assert list(found.history["value"]) == list(range(4, 22))
    assert (found.history["week"].iloc[0], found.history["first"].iloc[0]) == ("2026-W24", dt.date(2026, 6, 8))
    assert list(found.ahead["week"]) == ["2026-W42", "2026-W43", "2026-W44", "2026-W45"]
    assert found.ahead["first"].iloc[0] == dt.date(2026, 10, 12)
    assert found.beats_baseline
    assert list(found.ahead["baseline"]) == [21] * 4
    assert list(found.ahead["value"]) == pytest.approx([22, 23, 24, 25], abs=1.5)
    assert (found.ahead["low"] <= found.ahead["low80"]).all()
    assert (found.ahead["high80"] <= found.ahead["high"]).all()
    assert found.models.loc[found.models["shown"], "model"].tolist() == [found.shown]
    assert {"naive", "smooth", "trend", "theta"} == set(found.models["model"])
    assert (
        run(warehouse.store, Query(("orders",), ("week",)), LOCAL_OWNER).rows["orders"].iloc[1] == 4
    )  # the same weeks

    chosen = ahead(warehouse, metric="net_sales", where=(("store", "S1"),))
    assert chosen.history["value"].iloc[-1] == 210
    document = chosen.as_json()
    assert document["ahead"][0]["first"] == "2026-10-12"
    assert document["shown"] == chosen.shown


def test_a_short_history_is_refused_with_the_reason(warehouse):
    warehouse.orders(orders(16))  # 15 whole weeks
    found = ahead(warehouse, metric="orders")
    assert found.ahead.empty
    assert found.missing.say("en") == "a forecast of 4 weeks needs 16 whole weeks of data, there are 15"
    assert "15" in found.missing.say("zh")
    assert "missing" in found.as_json()
    warehouse.orders(orders(2, start=MONDAY + dt.timedelta(weeks=16)))
    assert ahead(warehouse, metric="orders").missing is None
    assert ahead(warehouse, metric="orders", weeks=6).missing.values["weeks"] == 18  # three times the weeks ahead


def test_what_cannot_be_forecast(warehouse):
    assert ahead(warehouse, metric="orders").missing is not None  # no data at all
    warehouse.orders(orders(3))
    assert "group_members" in ahead(warehouse, metric="customers_held").missing.say("en")
    for query in ({"metric": "aov"}, {"weeks": 0}, {"weeks": 27}):
        with pytest.raises(UnknownName):
            ahead(warehouse, **query)
