"""Are two groups really different? Channels, stores, codes, segments, in a group against not: any rate, mean or median.

Rates: pooled two-proportion z test with Newcombe's interval. Means: Welch's t test; the interval of money is
bootstrapped (percentiles) where samples are small, since money is skewed, and Welch's where they are large and both
agree. Medians: bootstrap. Fewer than the least count of the settings on a side: shown, not judged.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from sopdash.access import Viewer
from sopdash.metrics import filters, samples, statistics
from sopdash.metrics.definition import Combine, Metric, Unit
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result, run
from sopdash.metrics.registry import REGISTRY
from sopdash.metrics.registry import metric as registered
from sopdash.metrics.sides import Means, at_once
from sopdash.metrics.statistics import Interval, Moments

if TYPE_CHECKING:
    from sopdash.warehouse import Store

SURE = 0.05
"""Below this p a difference is called real."""

BOOTSTRAP_UP_TO = 2_000
"""Values a side up to which the interval of a mean of money is bootstrapped; beyond, Welch's agrees with it."""


class Method(StrEnum):
    """How two figures are tested; each has a sentence under `comparison.method_` in the texts."""

    RATES = "rates"
    MEANS = "means"
    MONEY = "money"
    MEDIANS = "medians"


def method(metric: Metric) -> Method | None:
    """How this metric is tested; None where it cannot be: totals, and shares of money."""
    declared = samples.VALUES.get(metric.name)
    if declared is not None:
        if declared.quantile is not None:
            return Method.MEDIANS
        return Method.MONEY if metric.unit is Unit.MONEY else Method.MEANS
    shares = metric.unit is Unit.RATE and metric.combine is Combine.RATIO
    return Method.RATES if shares and not any(_is_money(measure.sql) for measure in metric.measures) else None


def _is_money(sql: str) -> bool:
    return any(word in sql for word in ("net_sales", "gmv", "cost", "spend", "amount", "refunds)"))


def testable() -> tuple[str, ...]:
    """The metrics that two groups can be compared by, in the catalogue's order."""
    return tuple(name for name, metric in REGISTRY.items() if method(metric) is not None)


@dataclass(frozen=True)
class Group:
    """Who is compared: filters, a segment, or both. Its filters replace the query's on the same dimension.

    `apart`: a question and this group's answer; groups that answer it differently share no customer by what they are.
    """

    where: Where = ()
    segment: str | Predicate | None = None
    apart: tuple[Hashable, bool] | None = None


@dataclass(frozen=True)
class Side:
    """One group's figure with its 95 % interval; `size` is what it stands on (customers, orders, gaps)."""

    value: float
    size: float
    numerator: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """`first` − `second`: rates as shares, the rest in the metric's unit; the 95 % interval and p of no difference."""

    metric: str
    method: Method
    first: Side
    second: Side
    difference: float
    low: float
    high: float
    p: float
    enough: bool
    """Both sides reach the least count of the settings."""
    shared: int = 0
    """Customers who belong to both groups: then the two are not independent, and p is too small."""

    @property
    def real(self) -> bool:
        """Whether the difference is unlikely to be chance."""
        return self.enough and self.p < SURE

    @property
    def relative(self) -> float | None:
        """How much larger the first is than the second, as a fraction of the second."""
        return self.first.value / self.second.value - 1 if self.second.value else None


def groups(store: Store, query: Query, first: Group, second: Group, viewer: Viewer) -> Difference | Missing:
    """Compares the one metric of `query`, over its period, filters and segment, between two groups of anything."""
    return together(store, replace(query, metrics=query.metrics[:1]), first, second, viewer, adjust=False)[0][1]


def together(
    store: Store, query: Query, first: Group, second: Group, viewer: Viewer, adjust: bool = True
) -> tuple[tuple[str, Difference | Missing], ...]:
    """All metrics of `query` between the same two groups, by name; the p values are Holm's over those judged together,
    since the more is compared the more differs by chance."""
    metrics = [registered(name) for name in query.metrics]
    narrow = [narrowed(store, query, group) for group in (first, second)]
    shared = _shared(store, first, second)
    results, means = _at_once(store, query, (first, second), viewer) or _one_by_one(store, metrics, narrow, viewer)
    found = {metric.name: _compared(store, metric, narrow, results, means, shared, viewer) for metric in metrics}
    judged = {name: one for name, one in found.items() if isinstance(one, Difference) and one.enough and one.p == one.p}
    if adjust:
        adjusted = statistics.holm([one.p for one in judged.values()])
        found |= {name: replace(one, p=p) for (name, one), p in zip(judged.items(), adjusted, strict=True)}
    return tuple(found.items())


def _one_by_one(store: Store, metrics: list[Metric], narrow: list[Query], viewer: Viewer) -> tuple[list[Result], Means]:
    results = [run(store, part, viewer) for part in narrow]
    return results, _means(store, metrics, narrow, results, viewer)


def _at_once(
    store: Store, query: Query, sides: tuple[Group, Group], viewer: Viewer
) -> tuple[list[Result], Means] | None:
    """Both groups in one pass, where they are those of row R2 and all figures are there; None elsewhere."""
    within = [group.apart[1] for group in sides if group.apart]
    known = [in_a_group(query.period, answer) for answer in within] == list(sides)
    return at_once(store, query, viewer, within) if known else None


def _means(store: Store, metrics: list[Metric], narrow: list[Query], results: list[Result], viewer: Viewer) -> Means:
    """What the means stand on, of all metrics tested as such that are there."""
    absent = {name for result in results for name in result.missing}
    names = [one.name for one in metrics if method(one) in (Method.MEANS, Method.MONEY) and one.name not in absent]
    period = results[0].period
    if period is None or any(result.rows.empty for result in results):
        return [{} for _ in narrow]
    return [samples.moments_of(store, names, period, part.where, part.segment, viewer) for part in narrow]


def _compared(
    store: Store, metric: Metric, narrow: list[Query], results: list[Result], means: Means, shared: int, viewer: Viewer
) -> Difference | Missing:
    """One metric, from what both groups' queries gave."""
    how = method(metric)
    if how is None:
        return Missing("not_testable")
    missing = next((result.missing[metric.name] for result in results if metric.name in result.missing), None)
    if missing is not None:
        return missing
    period = results[0].period
    if period is None or any(result.rows.empty for result in results):
        return Missing("no_rows")
    rates = how is Method.RATES
    known = [of_group.get(metric.name) for of_group in means]
    tested = _rates(metric, *results) if rates else _sampled(store, metric, known, narrow, results, period, viewer)
    enough = min(tested.first.size, tested.second.size) >= store.settings.minimum_count
    return replace(tested, enough=enough, shared=shared)


def narrowed(store: Store, query: Query, group: Group) -> Query:
    """The query for one group alone."""
    own = {dimension for dimension, _ in group.where}
    where = (*(pair for pair in query.where if pair[0] not in own), *group.where)
    parts = [part for part in (query.segment, group.segment) if part is not None]
    resolved = [filters.segment_predicate(store, part) for part in parts]
    bracketed = [Predicate(f"({part.sql})", part.params) for part in resolved if part.sql != "true"]
    segment = filters.every(bracketed) if bracketed else None
    return replace(query, by=(), where=where, segment=segment, compare=None)


def in_a_group(period: Period | None, within: bool = True) -> Group:
    """Row R2: customers in at least one group when the period begins, or (`within` False) in none on any of its days.

    Who joins during the period is on neither side, and both sides hold only customers known by then (followed or in a
    group), so that nobody counts as "not in a group" before becoming a customer at all.
    """
    apart = ("in a group", period), within
    joined = "select m.customer from mart.memberships m where not m.is_staff and m.customer is not null"
    held = "select h.customer from mart.holdings h where {}"
    if period is None:
        return Group(segment=Predicate(f"c.customer {'' if within else 'not '}in ({joined})"), apart=apart)
    meeting = "coalesce(m.joined_at, timestamp '1970-01-01') < ? and (m.left_at is null or m.left_at >= ?)"
    meeting += " and coalesce(m.left_at >= m.joined_at, true)"
    known = held.format("h.held_from < ? and (h.held_until is null or h.held_until >= ?)")
    if within:
        members = Predicate(f"c.customer in ({joined} and {meeting})", (period.first, period.first))
        return Group(segment=members, apart=apart)
    return Group(
        apart=apart,
        segment=Predicate(
            f"c.customer in ({known}) and c.customer not in ({joined} and {meeting})",
            (period.first, period.first, period.end, period.first),
        ),
    )


def with_interval(store: Store, query: Query, metric: str, viewer: Viewer) -> Result:
    """The result of `query` with the 95 % Wilson interval of one of its rates as columns `<metric>__low`, `__high`."""
    result = run(store, query, viewer)
    if metric in result.missing or f"{metric}__den" not in result.rows:
        return result
    parts = zip(result.rows[f"{metric}__num"], result.rows[f"{metric}__den"], strict=True)
    intervals = [statistics.wilson(top, bottom) for top, bottom in parts]
    ends = {f"{metric}__low": [one.low for one in intervals], f"{metric}__high": [one.high for one in intervals]}
    return replace(result, rows=result.rows.assign(**ends))


def rates_tested(metric: Metric, first: tuple[float, float], second: tuple[float, float]) -> Difference:
    """Two rates as (numerator, denominator)."""
    test = statistics.two_proportions(*first, *second)
    return _difference(metric.name, Method.RATES, (_rate_side(*first), _rate_side(*second)), test.interval, test.p)


def values_tested(metric: Metric, first: np.ndarray, second: np.ndarray) -> Difference:
    """Two sets of values, by the metric's own way: means or a quantile."""
    how = method(metric)
    assert how is not None
    share = samples.VALUES[metric.name].quantile
    parts = (first, second)
    if min(len(first), len(second)) < 2:
        sides = (_value_side(first, share, NOWHERE), _value_side(second, share, NOWHERE))
        return _difference(metric.name, how, sides, NOWHERE, nan)
    if share is not None:
        drawn = [statistics.resampled_quantiles(part, share, seed=seed) for seed, part in enumerate(parts)]
        return _bootstrapped(metric.name, how, parts, share, drawn)
    tested = moments_tested(metric, Moments.of(first), Moments.of(second))
    if how is Method.MONEY and max(len(first), len(second)) <= BOOTSTRAP_UP_TO:
        drawn = [statistics.resampled_means(part, seed=seed) for seed, part in enumerate(parts)]
        return replace(_bootstrapped(metric.name, how, parts, None, drawn), p=tested.p)
    return tested


def moments_tested(metric: Metric, first: Moments, second: Moments) -> Difference:
    """Two means by what they stand on, as `statistics.Moments`."""
    how = method(metric)
    assert how is not None
    sides = [Side(part.mean, part.n, part.mean * part.n, *statistics.mean_interval(part)) for part in (first, second)]
    interval, p = statistics.welch(first, second)
    return _difference(metric.name, how, (sides[0], sides[1]), interval, p)


NOWHERE = Interval(nan, nan)


def _difference(name: str, how: Method, sides: tuple[Side, Side], interval: Interval, p: float) -> Difference:
    first, second = sides
    return Difference(name, how, first, second, first.value - second.value, interval.low, interval.high, p, False)


def _bootstrapped(
    name: str, how: Method, parts: tuple[np.ndarray, np.ndarray], share: float | None, drawn: list[np.ndarray]
) -> Difference:
    one, other = (
        _value_side(part, share, statistics.percentiles(means)) for part, means in zip(parts, drawn, strict=True)
    )
    apart = drawn[0] - drawn[1]
    return _difference(name, how, (one, other), statistics.percentiles(apart), statistics.two_sided(apart))


def _point(values: np.ndarray, share: float | None) -> float:
    if not len(values):
        return nan
    return float(np.mean(values) if share is None else np.quantile(values, share))


def _rate_side(numerator: float, denominator: float) -> Side:
    rate = numerator / denominator if denominator else nan
    return Side(rate, denominator, numerator, *statistics.wilson(numerator, denominator))


def _value_side(values: np.ndarray, share: float | None, interval: Interval) -> Side:
    return Side(_point(values, share), len(values), float(np.sum(values)), *interval)


def _rates(metric: Metric, first: Result, second: Result) -> Difference:
    parts = [
        tuple(float(result.rows[f"{metric.name}__{part}"].fillna(0).iloc[0]) for part in ("num", "den"))
        for result in (first, second)
    ]
    return rates_tested(metric, (parts[0][0], parts[0][1]), (parts[1][0], parts[1][1]))


def _sampled(
    store: Store,
    metric: Metric,
    known: list[Moments | None],
    narrow: list[Query],
    results: list[Result],
    period: Period,
    viewer: Viewer,
) -> Difference:
    """Means and medians: by the values themselves where they are resampled, else by their moments alone."""
    asked = [(metric.name, period, part.where, part.segment, viewer) for part in narrow]
    held = [_held(metric, result) for result in results]
    if known[0] is not None and known[1] is not None:
        one, other = (_padded(part, n) for part, n in zip((known[0], known[1]), held, strict=True))
        if not one.n and not other.n:
            return values_tested(metric, np.empty(0), np.empty(0))
        if method(metric) is Method.MEANS or max(one.n, other.n) > BOOTSTRAP_UP_TO:
            return moments_tested(metric, one, other)
    first, second = (samples.values(store, *ask) for ask in asked)
    pads = [np.zeros(max(0, (n or 0) - len(part))) for n, part in zip(held, (first, second), strict=True)]
    return values_tested(metric, np.concatenate([first, pads[0]]), np.concatenate([second, pads[1]]))


def _held(metric: Metric, result: Result) -> int | None:
    """How many customers a mean per held customer is over, also those without a row; None for other metrics."""
    if not samples.VALUES[metric.name].held_at_end:
        return None
    return int(result.rows[f"{metric.name}__den"].fillna(0).iloc[0])


def _padded(part: Moments, held: int | None) -> Moments:
    zeros = max(0, (held or 0) - part.n)
    return part + Moments(zeros, 0.0, 0.0) if zeros else part


def _shared(store: Store, first: Group, second: Group) -> int:
    """Customers in both groups, where both are told by who the customer is."""
    parts = []
    if first.apart and second.apart and first.apart[0] == second.apart[0] and first.apart[1] != second.apart[1]:
        return 0
    for group in (first, second):
        if group.segment is None:
            return 0
        who = filters.segment_predicate(store, group.segment)
        parts.append(Predicate(f"({who.sql})", who.params))
    both = filters.every(parts)
    sql = f"select count(*) from mart.customers c where {both.sql}"  # noqa: S608 - declared names only
    [(count,)] = store.warehouse.rows(sql, both.params)
    return int(count)
