"""What means and medians stand on: the single values behind a figure, read where a spread is asked for.

A figure is one number; how sure it is depends on the values it is made of: per order, per buyer, per gap. Each metric
that can be tested as a mean or a quantile declares here where its values come from, by the source of its own figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, nan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.period import Period
from sopdash.metrics.sources import GAP_DAYS, OF_CUSTOMER, PAID_ORDERS, SPEAKERS, TIME, Source, columns
from sopdash.metrics.sources_work import CONVERSATIONS, SURVEYS
from sopdash.metrics.statistics import Moments

if TYPE_CHECKING:
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


_NPS = "case when v.kind = 'nps' then cast(v.score >= 9 as int) - cast(v.score <= 6 as int) end"
_REPLY = "case when v.opened_by is distinct from 'staff' then v.reply_seconds / 60.0 end"

VALUES: dict[str, Values] = {
    "aov": Values(PAID_ORDERS, "o.net_sales"),
    "spend_per_buyer": Values(PAID_ORDERS, "sum(o.net_sales)", per="o.customer"),
    "purchase_frequency": Values(PAID_ORDERS, "count(*)", per="o.customer"),
    "arpu": Values(PAID_ORDERS, "sum(o.net_sales)", per="o.customer", held_at_end=True, own=OF_CUSTOMER),
    "attach_rate": Values(PAID_ORDERS, "o.units"),
    "messages_per_speaker": Values(SPEAKERS, "count(*)", per="m.customer"),
    "repurchase_gap_days": Values(PAID_ORDERS, GAP_DAYS, quantile=0.5),
    "repurchase_gap_days_mean": Values(PAID_ORDERS, GAP_DAYS),
    "repurchase_gap_days_p90": Values(PAID_ORDERS, GAP_DAYS, quantile=0.9),
    "first_reply_minutes": Values(CONVERSATIONS, _REPLY, quantile=0.5),
    "nps": Values(SURVEYS, _NPS),
}
"""Metric → its values. Rates need none: numerator and denominator say it all."""

_HELD = "o.customer in (select customer from mart.holdings where held_from < ? and coalesce(held_until, ?) >= ?)"
_FOREVER = pd.Timestamp("9999-12-31").to_pydatetime()


def values(
    store: Store, metric: str, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer
) -> np.ndarray:
    """The metric's values over the period, sorted: what is drawn from them does not hang on the engine's order."""
    rows = _rows(store, VALUES[metric], period, where, segment, viewer)
    numbers = store.warehouse.frame(rows.sql, rows.params)["value"].to_numpy(dtype="float64")
    return np.sort(numbers)


def moments(
    store: Store, metric: str, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer
) -> Moments:
    """How many values the metric has, their mean and variance: all a mean is tested by."""
    return moments_of(store, (metric,), period, where, segment, viewer)[metric]


def moments_of(
    store: Store, metrics: Sequence[str], period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer
) -> dict[str, Moments]:
    """The same of several metrics: of those whose values are made of the same rows, in one pass."""
    alike: dict[Values, list[str]] = {}
    for metric in metrics:
        alike.setdefault(replace(VALUES[metric], sql="", quantile=None), []).append(metric)
    found: dict[str, Moments] = {}
    for of, names in alike.items():
        values = [VALUES[name].sql for name in names]
        rows = _rows(store, of, period, where, segment, viewer, values=values)
        parts = ", ".join(_MOMENTS.format(value=f"value{place}") for place in range(len(names)))
        sql = f"select {parts} from ({rows.sql}) sample"  # noqa: S608 - declared names only
        [row] = store.warehouse.rows(sql, rows.params)
        found |= {name: _moments(*row[3 * place : 3 * place + 3]) for place, name in enumerate(names)}
    return found


def moments_by(
    store: Store, metric: str, by: str, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer
) -> dict[str | None, Moments]:
    """The same by one dimension; None: rows without a value of it."""
    rows = _rows(store, VALUES[metric], period, where, segment, viewer, by)
    sql = f"select key, {_MOMENTS.format(value='value')} from ({rows.sql}) sample group by key"  # noqa: S608 - declared names only
    return {key: _moments(*row) for key, *row in store.warehouse.rows(sql, rows.params)}


@dataclass(frozen=True)
class Distribution:
    """How many values, their median, 90 % quantile and mean (None without any), and how many lie in each bin."""

    n: int
    median: float | None
    p90: float | None
    mean: float | None
    counts: tuple[int, ...]


def distribution(
    store: Store, metric: str, edges: Sequence[int], period: Period, where: Where,
    segment: str | Predicate | None, viewer: Viewer,
) -> Distribution:  # fmt: skip
    """The metric's values by bins from each of `edges` up to the next, the last one open.

    Whole parts are counted first; they tell in which of them the quantiles lie, and only those values are sorted.
    """
    rows = _rows(store, VALUES[metric], period, where, segment, viewer)
    sql = f"""
        -- How are the values of this figure spread? One row: a whole number with the values from it up to the next.
        select floor(value) as whole, count(*), sum(value) from ({rows.sql}) s group by whole order by whole
    """  # noqa: S608 - declared names only
    told = store.warehouse.rows(sql, rows.params)
    wholes, sizes = (np.array([row[place] for row in told]) for place in (0, 1))
    places = [(int(sizes.sum()) - 1) * share for share in (0.5, 0.9)] if told else []
    return distributed(told, edges, *_quantiles(store, rows, wholes, np.cumsum(sizes), places))


def distributed(
    told: Sequence[tuple[float, int, float]],
    edges: Sequence[int],
    median: float | None = None,
    p90: float | None = None,
) -> Distribution:
    """The distribution of (whole part, how many values with it, their sum)."""
    wholes, sizes, sums = (np.array([row[place] for row in told]) for place in range(3))
    n, ends = int(sizes.sum()), [*edges[1:], float("inf")]
    counts = [int(sizes[(wholes >= edge) & (wholes < end)].sum()) for edge, end in zip(edges, ends, strict=True)]
    return Distribution(n, median, p90, float(sums.sum()) / n if n else None, tuple(counts))


def _quantiles(
    store: Store, rows: Predicate, wholes: np.ndarray, upto: np.ndarray, places: Sequence[float]
) -> list[float]:
    """The values at these places of all in order, between two of them linearly interpolated."""
    if not places:
        return []
    ranks = sorted({rank for place in places for rank in (floor(place), ceil(place))})
    parts = np.searchsorted(upto, ranks, side="right")
    asked = ", ".join("?" for _ in set(parts))
    sql = f"select value from ({rows.sql}) s where floor(value) in ({asked}) order by value"  # noqa: S608
    known = [float(wholes[part]) for part in dict.fromkeys(parts)]
    values = store.warehouse.frame(sql, (*rows.params, *known))["value"].to_numpy(dtype="float64")
    first = {part: int(np.searchsorted(values, wholes[part])) - (int(upto[part - 1]) if part else 0) for part in parts}
    at = {rank: float(values[rank + first[part]]) for rank, part in zip(ranks, parts, strict=True)}
    return [at[floor(place)] + (at[ceil(place)] - at[floor(place)]) * (place - floor(place)) for place in places]


_MOMENTS = "count({value}), avg({value}), var_samp({value})"


def _moments(n: int, mean: float | None, variance: float | None) -> Moments:
    return Moments(n, nan if mean is None else mean, nan if variance is None else variance)


def _rows(
    store: Store, of: Values, period: Period, where: Where, segment: str | Predicate | None, viewer: Viewer,
    by: str | None = None, values: Sequence[str] = (),
) -> Predicate:  # fmt: skip
    """The query of the values, column `value`, and `key` where they are split; or of several `values` beside each
    other, unknown ones included."""
    source = of.source
    own = columns("cu", *of.own) if of.own else source.own
    rows = filters.Rows(source.name, own, source.customer)
    test = filters.predicate(store, rows, tuple(pair for pair in where if pair[0] not in TIME), segment, viewer)
    keys = [own[by]] if by else []
    joins = " ".join(join for alias, join in source.joins.items() if f"{alias}." in " ".join([test.sql, *keys]))
    conditions = [source.keep, f"({test.sql})", f"{source.day} between ? and ?"]
    params = [*test.params, period.first, period.last]
    if of.per:
        conditions.append(f"{of.per} is not null")
    if of.held_at_end:
        conditions.append(_HELD)
        params += [period.end, _FOREVER, period.end]
    named = [f"cast({sql} as double) as value{place}" for place, sql in enumerate(values)]
    named = named or [f"cast({of.sql} as double) as value"]
    known = "" if values else "where value is not null"
    group = f"group by {', '.join([of.per, *keys])}" if of.per else ""
    sql = f"""
        -- Which values is this figure made of? One row: an order, gap or conversation, or what one customer adds up to.
        select * from (
            select {", ".join([*(f"{key} as key" for key in keys), *named])}
            from {source.relation} {joins} where {" and ".join(conditions)} {group}
        ) {known}
    """  # noqa: S608 - declared names only
    return Predicate(sql, tuple(params))
