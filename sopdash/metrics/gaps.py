"""How long until the next order? The days between consecutive paid orders of one customer, as a distribution.

Formula: `repurchase_gap_days` of the catalogue: pooled over customers, booked where the later order falls, quantiles
by linear interpolation. A gap is only known once it has ended, so short histories show short gaps: beside it stands
the repurchase curve, which counts those still waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import samples, spread
from sopdash.metrics.compile import Days, buckets
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, reach

if TYPE_CHECKING:
    from sopdash.warehouse import Store

EDGES = (0, 1, 3, 7, 14, 21, 30, 45, 60, 90, 180)
"""Lower ends of the bins, in days; the last one is open."""


_NAME = "repurchase_gap_days"


@dataclass(frozen=True)
class GapQuery:
    """One question; `period` None is all the data."""

    period: Period | None = None
    where: Where = ()
    segment: str | Predicate | None = None


@dataclass(frozen=True)
class Gaps:
    """`bins`: from_day, to_day (empty for the open last one), gaps, share. Quantiles in days; None without a gap."""

    bins: pd.DataFrame
    n: int = 0
    median: float | None = None
    p90: float | None = None
    mean: float | None = None
    missing: Missing | None = None


def run(store: Store, query: GapQuery, viewer: Viewer) -> Gaps:
    """The distribution over the period, filters and segment."""
    where = tuple(query.where)
    period, missing = reach(store, Query((_NAME,), (), query.period, where, query.segment), viewer)
    nothing = pd.DataFrame(columns=["from_day", "to_day", "gaps", "share"])
    if missing or period is None:
        return Gaps(nothing, missing=missing.get(_NAME) or Missing("no_rows"))
    if where or query.segment is not None or viewer.scope:
        found = samples.distribution(store, _NAME, EDGES, period, where, query.segment, viewer)
    else:
        found = _of_all(store, period)
    if not found.n:
        return Gaps(nothing)
    bins = pd.DataFrame(
        {
            "from_day": EDGES,
            "to_day": [*(float(edge) for edge in EDGES[1:]), np.nan],
            "gaps": found.counts,
            "share": [count / found.n for count in found.counts],
        }
    )
    return Gaps(bins, found.n, found.median, found.p90, found.mean)


def _of_all(store: Store, period: Period) -> samples.Distribution:
    """The same of all customers together, from the counts that are there already."""
    with store.warehouse.read() as cursor:
        told = spread.counted(cursor, period.first, period.last)
        found = spread.quantiles(cursor, buckets((), Days.of(period)), (0.5, 0.9))
    values = [value for of_share in found.values() for _, value in of_share]
    return samples.distributed(told, EDGES, *values)
