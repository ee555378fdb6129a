"""What means and medians stand on: the single values behind a figure, read where a spread is asked for.

A figure is one number; how sure it is depends on the values it is made of: per order, per buyer, per gap. Each metric
that can be tested as a mean or a quantile declares here where its values come from, by the source of its own figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Where
from sopdash.metrics.period import Period
from sopdash.metrics.sources import OF_CUSTOMER, PAID_ORDERS, SPEAKERS, TIME, Source, columns
from sopdash.metrics.sources_work import CONVERSATIONS, SURVEYS

if TYPE_CHECKING:
    from sopdash.metrics.filters import Predicate
    from sopdash.warehouse import Store


@dataclass(frozen=True)
class Values:
    """The values of one metric: `sql` per row of `source`, or aggregated `per` an entity; `quantile`: the figure is
    that share of the sorted values, else their mean.

    `held_at_end`: only rows of customers held when the period ends; who of them has no row counts as 0.
    """

    source: Source
    sql: str
    per: str = ""
    quantile: float | None = None
    held_at_end: bool = False
    own: tuple[str, ...] | None = None
    """Dimensions that are the customer's here, where the source's rows have others of their own."""


_GAP = "epoch(o.ordered_at - o.previous_at) / 86400.0"
_NPS = "case when v.kind = 'nps' then cast(v.score >= 9 as int) - cast(v.score <= 6 as int) end"
_REPLY = "case when v.opened_by is distinct from 'staff' then v.reply_seconds / 60.0 end"

VALUES: dict[str, Values] = {
    "aov": Values(PAID_ORDERS, "o.net_sales"),
    "spend_per_buyer": Values(PAID_ORDERS, "sum(o.net_sales)", per="o.customer"),
    "purchase_frequency": Values(PAID_ORDERS, "count(*)", per="o.customer"),
    "arpu": Values(PAID_ORDERS, "sum(o.net_sales)", per="o.customer", held_at_end=True, own=OF_CUSTOMER),
    "attach_rate": Values(PAID_ORDERS, "o.units"),
    "messages_per_speaker": Values(SPEAKERS, "count(*)", per="m.customer"),
    "repurchase_gap_days": Values(PAID_ORDERS, _GAP, quantile=0.5),
    "repurchase_gap_days_mean": Values(PAID_ORDERS, _GAP),
    "repurchase_gap_days_p90": Values(PAID_ORDERS, _GAP, quantile=0.9),
    "first_reply_minutes": Values(CONVERSATIONS, _REPLY, quantile=0.5),
    "nps": Values(SURVEYS, _NPS),
}
"""Metric → its values. Rates need none: numerator and denominator say it all."""

_HELD = "o.customer in (select customer from mart.holdings where held_from < ? and coalesce(held_until, ?) >= ?)"
_FOREVER = pd.Timestamp("9999-12-31").to_pydatetime()


def values(
    store: Store, metric: str, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer
) -> np.ndarray:
    """The metric's values over the period, as numbers without order."""
    frame = _read(store, VALUES[metric], period, where, segment, viewer, ())
    return frame["value"].to_numpy(dtype="float64")


def values_by(
    store: Store, metric: str, by: str, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer
) -> dict[str | None, np.ndarray]:
    """The metric's values by one dimension; None: rows without a value of it."""
    frame = _read(store, VALUES[metric], period, where, segment, viewer, (by,))
    found: dict[str | None, np.ndarray] = {}
    for key, part in frame.groupby("key", sort=False, dropna=False):
        found[None if pd.isna(key) else str(key)] = part["value"].to_numpy(dtype="float64")
    return found


def _read(
    store: Store, of: Values, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer,
    by: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    source = of.source
    own = columns("cu", *of.own) if of.own else source.own
    rows = filters.Rows(source.name, own, source.customer)
    test = filters.predicate(store, rows, tuple(pair for pair in where if pair[0] not in TIME), segment, viewer)
    text = " ".join([test.sql, *(own[name] for name in by)])
    joins = " ".join(join for alias, join in source.joins.items() if f"{alias}." in text)
    conditions = [source.keep, f"({test.sql})", f"{source.day} between ? and ?"]
    params = [*test.params, period.first, period.last]
    if of.per:
        conditions.append(f"{of.per} is not null")
    if of.held_at_end:
        conditions.append(_HELD)
        params += [period.end, _FOREVER, period.end]
    keys = [f"{own[name]} as key" for name in by]
    group = f"group by {', '.join([of.per, *(own[name] for name in by)])}" if of.per else ""
    sql = f"""
        -- Which values is this figure made of? One row: an order, gap or conversation, or what one customer adds up to.
        select * from (
            select {", ".join([*keys, f"cast({of.sql} as double) as value"])}
            from {source.relation} {joins} where {" and ".join(conditions)} {group}
        ) where value is not null
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, params)
