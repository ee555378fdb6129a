"""Customers in a group and customers in none side by side, in one pass over who stood where and over the orders.

Asked one by one, every figure of either side would read all customers, memberships and orders again. Here each customer
is put on a side once, each customer's orders of the period are added up once, and all figures come from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate
from sopdash.metrics.missing import covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result
from sopdash.metrics.registry import metric
from sopdash.metrics.statistics import Moments

if TYPE_CHECKING:
    from sopdash.warehouse import Store

RATES = {
    "conversion_rate": ("count(orders) filter (not opted_out)", "count(*) filter (not opted_out)"),
    "repurchase_rate": ("count(*) filter (orders >= 2)", "count(orders)"),
    "returning_buyer_rate": ("count(*) filter (first_nth > 1)", "count(orders)"),
}
"""Rate → numerator and denominator over the customers of a side, as `mart.sided` tells them."""

MEANS = {"purchase_frequency": "orders", "spend_per_buyer": "spent"}
"""Mean → the value per buyer."""

Means = list[dict[str, Moments]]
"""Per side: metric → what its mean stands on."""


def at_once(store: Store, query: Query, viewer: Viewer, within: Sequence[bool]) -> tuple[list[Result], Means] | None:
    """What the metrics are of customers in a group when the period begins and of those in none all through it, and what
    their means stand on, in the order of `within`; None where this cannot say."""
    period, names = query.period, query.metrics
    if period is None or viewer.scope or query.where or not {*RATES, *MEANS}.issuperset(names):
        return None
    if any(lacking(covered(store), metric(name).needs) for name in names):
        return None
    rates, means = ([name for name in names if name in of] for of in (RATES, MEANS))
    found = _counted(store, rates, means, period, query.segment) if _anybody(store, period) else {}
    nobody = (0, 0) * len(rates) + (0, None, None) * len(means)
    told = [_told(rates, means, found.get(side, nobody)) for side in within]
    return [Result(frame, {}, (), period) for frame, _ in told], [moments for _, moments in told]


def _anybody(store: Store, period: Period) -> bool:
    """Whether any customer is held when the period begins: over all the data often nobody is."""
    sql = "select 1 from mart.held_spans where held_from < $day and (held_until is null or held_until >= $day) limit 1"
    return bool(store.warehouse.rows(sql, {"day": period.first}))


def _counted(
    store: Store, rates: Sequence[str], means: Sequence[str], period: Period, segment: str | Predicate | None
) -> dict[bool, tuple[Any, ...]]:
    figures = [part for name in rates for part in RATES[name]]
    figures += [part.format(value=MEANS[name]) for name in means for part in _MOMENTS]
    who = Predicate() if segment is None else filters.segment_predicate(store, segment)
    test, params = who.named("who")
    members = "" if test == "true" else _MEMBERS.format(test=test)
    recent = store.warehouse.rows(_RECENT, (period.first, period.end))
    sides, days = ("mart.recent_sides", {}) if recent else (_SIDED, {"since": period.first, "until": period.end})
    sql = _SQL.format(sides=sides, members=members, figures=", ".join(figures))
    return {row[0]: row[1:] for row in store.warehouse.rows(sql, days | params)}


_RECENT = "select 1 from mart.meta where recent_first = ? and recent_end = ?"
_SIDED = "mart.sided($since, $until)"

_SQL = """
    -- What did customers in a group when the period begins buy, and what those in none all through it? One row: a side.
    select in_group, {figures} from {sides} {members} group by in_group
"""

_MEMBERS = "where customer in (select c.customer from mart.customers c where {test})"

_MOMENTS = ("count({value})", "avg({value})", "var_samp({value})")


def _told(rates: Sequence[str], means: Sequence[str], row: Sequence[Any]) -> tuple[pd.DataFrame, dict[str, Moments]]:
    """The row of a side as a query's: parts of the rates, means; and what these stand on."""
    cells = iter(row)
    columns: dict[str, list[float]] = {}
    moments: dict[str, Moments] = {}
    for name in rates:
        columns |= {f"{name}__num": [float(next(cells) or 0)], f"{name}__den": [float(next(cells) or 0)]}
    for name in means:
        n, mean, variance = next(cells), next(cells), next(cells)
        moments[name] = Moments(n or 0, nan if mean is None else mean, nan if variance is None else variance)
        columns[name] = [moments[name].mean]
    return pd.DataFrame(columns), moments
