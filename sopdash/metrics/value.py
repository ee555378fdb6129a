"""How good is the forecast of customer value? The fitted models, their parameters, and the holdout check.

The values themselves are metrics (`clv`, `clv_expected_orders`, `p_alive`, `clv_to_cac`) and columns of
`mart.customer_value`; this is what an analyst looks at before trusting them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.records import for_json, records

if TYPE_CHECKING:
    from sopdash.warehouse import Store

PARAMETERS = {"BG/NBD": ("r", "alpha", "a", "b"), "Gamma-Gamma": ("p", "q", "v")}
ORDERS_NEED, MONEY_NEED = ("orders.customer", "model.orders"), ("orders.customer", "model.orders", "model.money")
_CHECK = ("frequency", "customers", "predicted", "actual", "naive")
_COLUMNS = (
    "until", "weeks", "buyers", "repeat_buyers", "log_likelihood", "money_log_likelihood", "correlation",
    "holdout_from", "holdout_weeks", "holdout_predicted", "holdout_actual", "error_model", "error_naive",
)  # fmt: skip


@dataclass(frozen=True)
class Fitted:
    """The models of the whole shop; None where unknown.

    `parameters`: model, name, value, error (standard error). `check`: customers grouped by repeat purchases before
    the holdout (the last group: that many or more) with the purchases predicted, made, and guessed from everybody's
    own past rate. `error_model`, `error_naive`: root of the mean squared error per customer.
    """

    until: dt.date | None
    weeks: float | None
    buyers: int | None
    repeat_buyers: int | None
    log_likelihood: float | None
    money_log_likelihood: float | None
    correlation: float | None
    holdout_from: dt.date | None
    holdout_weeks: float | None
    holdout_predicted: float | None
    holdout_actual: float | None
    error_model: float | None
    error_naive: float | None
    parameters: pd.DataFrame
    check: pd.DataFrame
    orders_missing: Missing | None
    money_missing: Missing | None

    @property
    def better_than_naive(self) -> bool | None:
        """Whether the model predicted the holdout better than the naive guess; None: no check was possible."""
        if self.error_model is None or self.error_naive is None:
            return None
        return self.error_model < self.error_naive

    @property
    def off_by(self) -> float | None:
        """Predicted purchases of the holdout against those made, as a fraction: 0.1 = ten percent too many."""
        if not self.holdout_actual or self.holdout_predicted is None:
            return None
        return self.holdout_predicted / self.holdout_actual - 1

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash clv --json`, without its customers."""
        told: dict[str, Any] = {name: getattr(self, name) for name in (*_COLUMNS, "better_than_naive", "off_by")}
        told = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in told.items()}
        reasons = {"orders": self.orders_missing, "money": self.money_missing}
        missing = {name: reason.say(lang) for name, reason in reasons.items() if reason}
        tables = {"parameters": for_json(self.parameters), "check": for_json(self.check)}
        return {**told, **tables, **({"missing": missing} if missing else {})}


def run(store: Store, viewer: Viewer) -> Fitted:
    """The models as the last refresh fitted them, for the whole shop whatever the viewer's scope."""
    found = records(store.warehouse.frame("select * from mart.value_model"))
    row = found[0] if found else {}
    have = covered(store)
    return Fitted(
        **{name: row.get(name) for name in _COLUMNS},
        parameters=_parameters(row),
        check=store.warehouse.frame(f"select {', '.join(_CHECK)} from mart.value_check order by frequency"),  # noqa: S608
        orders_missing=lacking(have, ORDERS_NEED),
        money_missing=lacking(have, MONEY_NEED),
    )


def customers(store: Store, where: Where, segment: str | Predicate | None, viewer: Viewer) -> pd.DataFrame:
    """One row per customer with a paid order, the most valuable first: customer (the name they are known by), x, t_x
    and t in weeks, value, p_alive, expected_orders, expected_value, clv; empty where the models do not hold."""
    who = filters.customers(store, where, segment, viewer)
    sql = f"""
        -- What is each customer worth? One row: a customer with a paid order.
        select c.name as customer, v.x, round(v.t_x, 2) as t_x, round(v.t, 2) as t, v.value, v.p_alive,
            v.expected_orders, v.expected_value, v.clv
        from mart.customer_value v join mart.customers c on c.customer = v.customer
        where {who.sql} order by v.clv desc nulls last, c.customer
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, who.params)


def _parameters(row: dict[str, Any]) -> pd.DataFrame:
    told = [
        (model, name, row[name], row[f"{name}_error"])
        for model, names in PARAMETERS.items()
        for name in names
        if row.get(name) is not None
    ]
    return pd.DataFrame(told, columns=["model", "name", "value", "error"])
