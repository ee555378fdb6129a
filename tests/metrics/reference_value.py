"""Lifetime value once more: histories made in pandas, both models fitted and applied by the package lifetimes."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
from metrics.reference import CUSTOMER, REFERENCE, Cell, Facts, Figure, total

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, GammaGammaFitter

MONTHS, WEEKS_PER_MONTH, RATE = 12, 4.345, 0.01


def worth(facts: Facts) -> pd.DataFrame:
    """Buyers with first_day, p_alive, orders and clv of the next 12 months, and the dimensions of their customer."""
    return facts.once(("worth",), lambda: _worth(facts))


def _worth(facts: Facts) -> pd.DataFrame:
    orders = facts.orders[facts.orders["customer"].notna()]
    days = orders.assign(day=orders["ordered_at"].dt.normalize()).groupby(["customer", "day"])["net_sales"].sum()
    days = days.reset_index().sort_values("day")
    per = days.groupby("customer")
    first, last, end = per["day"].min(), per["day"].max(), days["day"].max()
    x = per.size() - 1
    found = pd.DataFrame({
        "x": x, "t_x": (last - first).dt.days / 7, "t": (end - first).dt.days / 7,
        "value": (per["net_sales"].sum() - per["net_sales"].first()) / x.where(x > 0),
    })  # fmt: skip
    found = found.astype("float64").assign(first_day=first)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = _applied(found)
    return facts._of_customer(found.reset_index(), *CUSTOMER, "existing")


def _applied(found: pd.DataFrame) -> pd.DataFrame:
    history = (found["x"], found["t_x"], found["t"])
    orders = BetaGeoFitter()
    orders.fit(*history)
    spending = found[(found["x"] > 0) & (found["value"] > 0)]
    money = GammaGammaFitter()
    money.fit(spending["x"], spending["value"])
    horizon = MONTHS * WEEKS_PER_MONTH
    value = found["value"].fillna(0).clip(lower=0)
    return found.assign(
        p_alive=orders.conditional_probability_alive(*history),
        orders=orders.conditional_expected_number_of_purchases_up_to_time(horizon, *history),
        clv=money.customer_lifetime_value(orders, *history, value, time=MONTHS, discount_rate=RATE, freq="W"),
    )


def _buyers(cell: Cell) -> pd.DataFrame:
    """Who has bought by the period's end, of the cell's value of the dimension."""
    rows = worth(cell.facts)
    rows = rows[rows["first_day"] < cell.end]
    if cell.dimension is None:
        return rows
    of = rows[cell.dimension]
    return rows[of.isna() if cell.value is None else of == cell.value]


def _mean(column: str) -> Any:
    return lambda cell: (total(_buyers(cell), column), len(_buyers(cell)))


def _brought(cell: Cell) -> Figure:
    buyers = _buyers(cell)
    buyers = buyers[buyers["channel"].notna() & ~buyers["existing"].astype("bool")]
    spend, acquired = REFERENCE["cac"](cell)
    return buyers["clv"].mean(), spend / acquired if acquired else 0.0


MODELS = {
    "clv": _mean("clv"),
    "clv_expected_orders": _mean("orders"),
    "p_alive": _mean("p_alive"),
    "clv_to_cac": _brought,
}
