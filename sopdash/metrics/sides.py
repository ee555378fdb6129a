"""Two groups of customers side by side, in one pass over customers and orders.

Asked one by one, every figure of either side would read all customers, memberships and orders again. Here each customer
is put on a side once, each customer's orders of the period are added up once, and all figures come from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics.filters import Predicate
from sopdash.metrics.missing import covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result
from sopdash.metrics.registry import metric
from sopdash.metrics.statistics import Moments

if TYPE_CHECKING:
    from sopdash.warehouse import Store

RATES = {
    "conversion_rate": ("count(orders) filter (opted_out is not true)", "count(*) filter (opted_out is not true)"),
    "repurchase_rate": ("count(*) filter (orders >= 2)", "count(orders)"),
    "returning_buyer_rate": ("count(orders) filter (first_ordered_at < $since)", "count(orders)"),
}
"""Rate → numerator and denominator over the customers of a side; `orders` is empty for who did not buy."""

MEANS = {"purchase_frequency": "orders", "spend_per_buyer": "spent"}
"""Mean → the value per buyer."""


Means = list[dict[str, Moments]]
"""Per side: metric → what its mean stands on."""


def at_once(store: Store, asked: Sequence[Query], viewer: Viewer) -> tuple[list[Result], Means] | None:
    """What the same metrics of two queries are, and what their means stand on; None where this cannot say.

    The queries differ by their segments, which share no customer; all of them are held when the period begins.
    """
    period, names = asked[0].period, asked[0].metrics
    who = [query.segment for query in asked if not query.where and isinstance(query.segment, Predicate)]
    if period is None or viewer.scope or len(who) < len(asked) or not {*RATES, *MEANS}.issuperset(names):
        return None
    if any(lacking(covered(store), metric(name).needs) for name in names):
        return None
    rates, means = ([name for name in names if name in of] for of in (RATES, MEANS))
    found = _counted(store, rates, means, period, who) if _anybody(store, period) else {}
    nobody = (0, 0) * len(rates) + (0, None, None) * len(means)
    told = [_told(rates, means, found.get(side, nobody)) for side in (True, False)]
    return [Result(frame, {}, (), period) for frame, _ in told], [moments for _, moments in told]


def _anybody(store: Store, period: Period) -> bool:
    """Whether any customer is held when the period begins: over all the data often nobody is."""
    sql = "select 1 from mart.held_spans where held_from < $day and (held_until is null or held_until >= $day) limit 1"
    return bool(store.warehouse.rows(sql, {"day": period.first}))


def _counted(
    store: Store, rates: Sequence[str], means: Sequence[str], period: Period, who: Sequence[Predicate]
) -> dict[bool, tuple[Any, ...]]:
    columns = [part for name in rates for part in RATES[name]]
    columns += [_MOMENTS.format(value=MEANS[name]) for name in means]
    (one, params), (other, others) = (side.named(prefix) for side, prefix in zip(who, ("one", "two"), strict=True))
    sql = _SQL.format(one=one, other=other, columns=", ".join(columns))
    values = {"since": period.first, "until": period.end, **params, **others}
    return {row[0]: row[1:] for row in store.warehouse.rows(sql, values)}


_SQL = """
    -- What did the customers of either side buy? One row: a side.
    with sided as (
        select c.customer, c.opted_out, c.first_ordered_at, true as first_side from mart.customers c where {one}
        union all
        select c.customer, c.opted_out, c.first_ordered_at, false from mart.customers c where {other}
    ),
    bought as (
        select o.customer, count(*) as orders, cast(sum(o.net_sales) as double) as spent
        from mart.orders o
        where o.is_paid and o.customer is not null and o.day >= $since and o.day < $until
        group by o.customer
    )
    select first_side, {columns}
    from sided left join bought using (customer)
    group by first_side
"""

_MOMENTS = "count({value}), avg({value}), var_samp({value})"


def _told(rates: Sequence[str], means: Sequence[str], row: Sequence[Any]) -> tuple[pd.DataFrame, dict[str, Moments]]:
    """The row of a side as a query's: parts of the rates, means; and what these stand on."""
    cells = iter(row)
    columns: dict[str, list[float]] = {}
    moments: dict[str, Moments] = {}
    for name in rates:
        columns |= {f"{name}__num": [float(next(cells))], f"{name}__den": [float(next(cells))]}
    for name in means:
        n, mean, variance = next(cells), next(cells), next(cells)
        moments[name] = Moments(n, nan if mean is None else mean, nan if variance is None else variance)
        columns[name] = [moments[name].mean]
    return pd.DataFrame(columns), moments
