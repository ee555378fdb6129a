"""What did a campaign change? Difference in differences per customer, with Welch's 95 % interval.

(treated during − before) − (untreated during − before), net sales per customer; both groups are customers held when
the campaign began. Not causal unless the assignment was random, which no export says: whoever asks may know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, lacking
from sopdash.metrics.notes import Note
from sopdash.metrics.registry import REGISTRY
from sopdash.metrics.sources_work import CAMPAIGN_CUSTOMERS
from sopdash.metrics.statistics import Moments, welch

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.warehouse import Store

COLUMNS = ["campaign", "treated", "untreated", "treated_change", "untreated_change", "lift", "low", "high", "p"]


@dataclass(frozen=True)
class LiftQuery:
    """Campaigns that began in the period (None: all) and are over. `random`: customers were assigned at random."""

    period: Period | None = None
    where: Where = ()
    segment: str | Predicate | None = None
    random: bool = False


@dataclass(frozen=True)
class Lift:
    """`rows`, one per campaign: customers of each group, change of net sales per customer of each, `lift` = their
    difference, its interval `low` to `high` and p (NaN below two customers a side)."""

    rows: pd.DataFrame
    notes: tuple[Note, ...] = ()
    missing: Missing | None = None


def run(store: Store, query: LiftQuery, viewer: Viewer) -> Lift:
    """The lift of each campaign."""
    source = CAMPAIGN_CUSTOMERS
    with store.warehouse.read() as cursor:
        missing = lacking(store.warehouse.once(cursor, Coverage.read).needs, REGISTRY["lift"].needs)
        if missing:
            return Lift(pd.DataFrame(columns=COLUMNS), missing=missing)
        rows = filters.Rows(source.name, source.own, source.customer)
        who = filters.predicate(store, rows, query.where, query.segment, viewer)
        who = who.both(filters.during(source.day, query.period))
        sql = f"""
            -- How did net sales change? One row: a campaign × whether it was meant for the customers.
            select x.campaign, x.treated, count(*) as n, avg(x.change) as mean, var_samp(x.change) as variance
            from {source.relation} {source.joins["cu"]}
            where {who.sql}
            group by x.campaign, x.treated order by x.campaign
        """  # noqa: S608 - declared names only
        found = cursor.execute(sql, who.params).fetchall()
    notes = () if query.random else (Note("not_causal", metrics=("lift",)),)
    return Lift(pd.DataFrame(_compared(found), columns=COLUMNS), notes)


def _compared(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    groups: dict[str, dict[bool, Moments]] = {}
    for campaign, treated, n, mean, variance in found:
        spread = float("nan") if variance is None else float(variance)
        groups.setdefault(campaign, {})[treated] = Moments(int(n), float(mean), spread)
    rows = []
    nobody = Moments.of([])
    for campaign, parts in groups.items():
        treated, others = parts.get(True, nobody), parts.get(False, nobody)
        interval, p = welch(treated, others)
        lift = treated.mean - others.mean
        rows.append((campaign, treated.n, others.n, treated.mean, others.mean, lift, interval.low, interval.high, p))
    return rows
