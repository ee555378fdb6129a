"""Lifetime value: the models fitted inside the refresh, and what SQL needs to score every customer from them.

Everything is a function of the paid orders: no state is kept between refreshes, so imports in any order and undos end
in the same figures. The models are fitted again whenever orders changed; both fits run on distinct histories with
counts and cost well under a second for a million orders.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sopdash.warehouse.connection import Cursor

if TYPE_CHECKING:
    from sopdash.models.lifetime import Check, Holdout, Money, Orders

DAYS = 7.0

_SPAN = "select since, until, seen_until, count(*), count(*) filter (x > 0) from purchases group by all"
_HISTORIES = "select x, t_x, t, count(*) as n from purchases group by x, t_x, t order by x, t_x, t"
_SPENDING = """
    select x, round(repeat_sales / x, 6) as mean, count(*) as n from purchases
    where x > 0 and round(repeat_sales / x, 6) > 0 group by 1, 2 order by 1, 2
"""
_SEEN = """
    select x_seen as x, t_x_seen as t_x, t_seen as t, count(*) as n,
        sum(bought_after) as actual, sum(bought_after * bought_after) as squares
    from purchases where x_seen is not null group by x_seen, t_x_seen, t_seen order by 1, 2, 3
"""
_MODEL = """create or replace table mart.value_model (
    until date, weeks double, buyers bigint, repeat_buyers bigint,
    r double, alpha double, a double, b double,
    r_error double, alpha_error double, a_error double, b_error double, log_likelihood double,
    p double, q double, v double, p_error double, q_error double, v_error double,
    money_log_likelihood double, correlation double,
    orders_refused varchar, money_refused varchar,
    holdout_from date, holdout_weeks double, holdout_predicted double, holdout_actual double,
    error_model double, error_naive double
)"""
_CHECK = """create or replace table mart.value_check (
    frequency bigint, customers bigint, predicted double, actual bigint, naive double
)"""
_CURVE = "create or replace temp table value_curve (x bigint, days bigint, purchases double, discounted double)"


def build(cursor: Cursor) -> None:
    """`mart.value_model` (one row; none without orders), `mart.value_check` and the step `value_curve`."""
    for statement in (_MODEL, _CHECK, _CURVE):
        cursor.execute(statement)
    span = cursor.execute(_SPAN).fetchone()
    if span is None:
        return
    from sopdash.models import lifetime

    since, until, seen_until, buyers, repeat_buyers = span
    weeks = ((until - since).days + 1) / DAYS
    orders = lifetime.orders(_histories(_numbers(cursor, _HISTORIES)), weeks)
    money = lifetime.Money(refused=orders.refused) if orders.refused else lifetime.money(_spending(cursor))
    row = {"until": until, "weeks": weeks, "buyers": buyers, "repeat_buyers": repeat_buyers}
    row |= _orders_row(orders) | _money_row(money)
    if orders.model is not None:
        _store_curve(cursor, orders)
        holdout = _holdout(cursor, (until - seen_until).days / DAYS)
        row |= _checked(cursor, lifetime.check(holdout), holdout.weeks) | {"holdout_from": seen_until}
    _insert(cursor, "mart.value_model", row)


def definition() -> str:
    """What the figures are computed by, to notice when it changes."""
    models = Path(__file__).parents[1] / "models"
    files = [Path(__file__), *(models / f"{name}.py" for name in ("bgnbd", "gamma_gamma", "lifetime", "likelihood"))]
    return "".join(path.read_text("utf-8") for path in files)


def _orders_row(orders: Orders) -> dict[str, Any]:
    row: dict[str, Any] = {"orders_refused": orders.refused}
    if orders.estimate is not None:
        row["log_likelihood"] = orders.estimate.log_likelihood
    if orders.model is not None and orders.estimate is not None:
        names = ("r", "alpha", "a", "b")
        row |= _parameters(names, orders.estimate.values, orders.estimate.errors)
    return row


def _money_row(money: Money) -> dict[str, Any]:
    row: dict[str, Any] = {"money_refused": money.refused}
    if money.correlation == money.correlation:
        row["correlation"] = money.correlation
    if money.estimate is not None:
        row["money_log_likelihood"] = money.estimate.log_likelihood
    if money.model is not None and money.estimate is not None:
        row |= _parameters(("p", "q", "v"), money.estimate.values, money.estimate.errors)
    return row


def _parameters(names: tuple[str, ...], values: tuple[float, ...], errors: tuple[float, ...]) -> dict[str, float]:
    """Rounded to nine digits: the search's last ones depend on the order of additions."""
    told = dict(zip(names, values, strict=True)) | dict(zip((f"{name}_error" for name in names), errors, strict=True))
    return {name: float(f"{value:.9g}") for name, value in told.items()}


def _checked(cursor: Cursor, check: Check | None, weeks: float) -> dict[str, Any]:
    """Stores the groups; the totals are part of the model's row."""
    if check is None:
        return {}
    columns = (check.frequency, check.customers, check.predicted, check.actual, check.naive)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    cursor.executemany("insert into mart.value_check values (?, ?, round(?, 6), ?, round(?, 6))", rows)
    return {
        "holdout_weeks": weeks,
        "holdout_predicted": round(float(check.predicted.sum()), 6),
        "holdout_actual": float(check.actual.sum()),
        "error_model": round(check.error_model, 9),
        "error_naive": round(check.error_naive, 9),
    }


def _store_curve(cursor: Cursor, orders: Orders) -> None:
    from sopdash.models import lifetime

    assert orders.model is not None
    found = _numbers(cursor, "select distinct x, t from purchases order by x, t")
    x, t = found["x"], found["t"] / DAYS
    purchases, discounted = orders.model.if_alive(lifetime.HORIZON, x, t), lifetime.discounted(orders.model, x, t)
    _bulk(cursor, "value_curve", [x, found["t"], purchases, discounted])


def _bulk(cursor: Cursor, table: str, columns: list[Any]) -> None:
    """Columns of one length as rows of `table`, in one statement."""
    unnested = ", ".join("unnest(?::double[])" for _ in columns)
    cursor.execute(f"insert into {table} select {unnested}", [column.tolist() for column in columns])


def _holdout(cursor: Cursor, weeks: float) -> Holdout:
    from sopdash.models import lifetime

    found = _numbers(cursor, _SEEN)
    return lifetime.Holdout(_histories(found), found["actual"], found["squares"], weeks)


def _histories(found: dict[str, Any]) -> Any:
    from sopdash.models.bgnbd import Histories

    return Histories(found["x"], found["t_x"] / DAYS, found["t"] / DAYS, found["n"])


def _spending(cursor: Cursor) -> Any:
    from sopdash.models.gamma_gamma import Spending

    found = _numbers(cursor, _SPENDING)
    return Spending(found["x"], found["mean"], found["n"])


def _numbers(cursor: Cursor, sql: str) -> dict[str, Any]:
    return {name: values.astype("float64") for name, values in cursor.execute(sql).fetchnumpy().items()}


def _insert(cursor: Cursor, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" for _ in row)
    cursor.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))
