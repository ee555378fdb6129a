"""Is the difference between two channels real? Two rates, their intervals, and whether chance explains the gap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import statistics
from sopdash.metrics.query import Query, Result, run

if TYPE_CHECKING:
    from sopdash.warehouse import Store

SURE = 0.05
"""Below this p a difference is called real."""


@dataclass(frozen=True)
class Side:
    """One value of the dimension: successes, how many tried, the rate."""

    name: str
    numerator: float
    denominator: float

    @property
    def rate(self) -> float:
        """numerator / denominator."""
        return self.numerator / self.denominator


@dataclass(frozen=True)
class Verdict:
    """`better` and `worse` by rate; difference and its 95 % Newcombe interval in shares; p of the z test."""

    better: Side
    worse: Side
    difference: float
    low: float
    high: float
    p: float
    enough: bool
    """Both denominators reach the least count of the settings."""

    @property
    def real(self) -> bool:
        """Whether the difference is unlikely to be chance."""
        return self.enough and self.p < SURE


def between(store: Store, query: Query, first: str, second: str, viewer: Viewer) -> Verdict | None:
    """Compares the one rate metric of `query` between two values of its one dimension; None where either is unknown."""
    result = run(store, query, viewer)
    name, dimension = query.metrics[0], query.by[0]
    if name in result.missing:
        return None
    sides = [_side(result.rows, dimension, value, name) for value in (first, second)]
    if any(side is None or not side.denominator for side in sides):
        return None
    worse, better = sorted((side for side in sides if side is not None), key=lambda side: side.rate)
    test = statistics.two_proportions(better.numerator, better.denominator, worse.numerator, worse.denominator)
    enough = min(better.denominator, worse.denominator) >= store.settings.minimum_count
    return Verdict(better, worse, test.difference, test.interval.low, test.interval.high, test.p, enough)


def with_interval(store: Store, query: Query, metric: str, viewer: Viewer) -> Result:
    """The result of `query` with the 95 % Wilson interval of one of its rates as columns `<metric>__low`, `__high`."""
    result = run(store, query, viewer)
    if metric in result.missing or f"{metric}__den" not in result.rows:
        return result
    parts = zip(result.rows[f"{metric}__num"], result.rows[f"{metric}__den"], strict=True)
    intervals = [statistics.wilson(top, bottom) for top, bottom in parts]
    ends = {f"{metric}__low": [one.low for one in intervals], f"{metric}__high": [one.high for one in intervals]}
    return replace(result, rows=result.rows.assign(**ends))


def _side(rows: pd.DataFrame, dimension: str, value: str, metric: str) -> Side | None:
    found = rows[rows[dimension] == value]
    if found.empty or pd.isna(found[f"{metric}__den"].iloc[0]):
        return None
    return Side(value, float(found[f"{metric}__num"].iloc[0]), float(found[f"{metric}__den"].iloc[0]))
