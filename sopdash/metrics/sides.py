"""Customers in a group and customers in none side by side, in one pass over who stood where and over the orders.

Asked one by one, every figure of either side would read all customers, memberships and orders again. Here each customer
is put on a side once, each customer's orders of the period are added up once, and all figures come from that. Customers
go by small numbers, so that adding up is counting by place in an array, stretch by stretch of the period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate
from sopdash.metrics.missing import covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result
from sopdash.metrics.records import arrays
from sopdash.metrics.registry import metric
from sopdash.metrics.statistics import Moments

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor, Store


@dataclass(frozen=True)
class _Bought:
    """By customer: how many orders, how many of them with a known amount, what these come to, whether the first one of
    all is among them."""

    orders: np.ndarray
    priced: np.ndarray
    cents: np.ndarray
    first: np.ndarray

    def of(self, customers: np.ndarray) -> _Bought:
        """Of these alone."""
        return _Bought(self.orders[customers], self.priced[customers], self.cents[customers], self.first[customers])

    def __add__(self, other: _Bought) -> _Bought:
        return _Bought(
            self.orders + other.orders, self.priced + other.priced, self.cents + other.cents, self.first | other.first
        )


@dataclass(frozen=True)
class _Side:
    """What the buyers of a side bought; who of them, and how many customers in all, may be contacted."""

    bought: _Bought
    reached: np.ndarray
    reachable: int


RATES: dict[str, Callable[[_Side], tuple[int, int]]] = {
    "conversion_rate": lambda side: (int(side.reached.sum()), side.reachable),
    "repurchase_rate": lambda side: (int((side.bought.orders > 1).sum()), len(side.bought.orders)),
    "returning_buyer_rate": lambda side: (int((~side.bought.first).sum()), len(side.bought.orders)),
}
"""Rate → numerator and denominator."""

MEANS: dict[str, Callable[[_Bought], np.ndarray]] = {
    "purchase_frequency": lambda bought: bought.orders,
    "spend_per_buyer": lambda bought: bought.cents[bought.priced > 0] / 100,
}
"""Mean → the value per buyer."""

Means = list[dict[str, Moments]]
"""Per side: metric → what its mean stands on."""

STRETCH = dt.timedelta(days=92)
"""So many days' orders are in memory at a time."""


def at_once(store: Store, query: Query, viewer: Viewer, within: Sequence[bool]) -> tuple[list[Result], Means] | None:
    """What the metrics are of customers in a group when the period begins and of those in none all through it, and what
    their means stand on, in the order of `within`; None where this cannot say."""
    period, names = query.period, query.metrics
    if period is None or viewer.scope or query.where or not {*RATES, *MEANS}.issuperset(names):
        return None
    if any(lacking(covered(store), metric(name).needs) for name in names):
        return None
    with store.warehouse.read() as cursor:
        sides = _sides(cursor, period, _members(store, query.segment))
    means = [{name: Moments.of(MEANS[name](sides[side].bought)) for name in names if name in MEANS} for side in within]
    frames = [_told(names, sides[side], of_side) for side, of_side in zip(within, means, strict=True)]
    return [Result(frame, {}, (), period) for frame in frames], means


def _members(store: Store, segment: str | Predicate | None) -> Predicate:
    who = Predicate() if segment is None else filters.segment_predicate(store, segment)
    return who if who.sql == "true" else Predicate(f"customer in ({_CHOSEN.format(who=who.sql)})", who.params)


_CHOSEN = "select c.customer from mart.customers c where {who}"

STANDING = "since < $since and until >= $since and next_from >= $until"
"""The row of `mart.stands` that says on which side a customer is, if on any."""

_STOOD = """
    -- Who was in a group when the period began, and who was in none all through it? One row: a customer.
    select number, cast(in_group as utinyint) as in_group from mart.stands where {standing} and {who}
"""

_OPTED = """
    -- Who may not be contacted? One row: a customer.
    select numbers.number from mart.customers join kept.customer_numbers as numbers using (customer)
    where customers.opted_out
"""

_BOUGHT = """
    -- Who bought for how much? One row: a paid order of a known customer.
    select buyer, cents, cast(nth = 1 as utinyint) as first
    from mart.orders where buyer >= 0 and day >= ? and day < ?
"""


def _sides(cursor: Cursor, period: Period, who: Predicate) -> dict[bool, _Side]:
    test, params = who.named("who")
    days = {"since": period.first, "until": period.end}
    stood = arrays(cursor, _STOOD.format(standing=STANDING, who=test), days | params)
    [(size,)] = cursor.execute("select coalesce(max(number), -1) + 1 from kept.customer_numbers").fetchall()
    if not len(stood["number"]):
        nobody = np.zeros(0, dtype="int64")
        return dict.fromkeys((True, False), _Side(_Bought(nobody, nobody, nobody, nobody > 0), nobody > 0, 0))
    bought, reachable = _bought(cursor, period, int(size)), np.ones(int(size), dtype=bool)
    reachable[arrays(cursor, _OPTED)["number"]] = False
    buys = bought.orders > 0
    found = {}
    for within in (True, False):
        customers = stood["number"][stood["in_group"] == within]
        buyers = customers[buys[customers]]
        found[within] = _Side(bought.of(buyers), reachable[buyers], int(reachable[customers].sum()))
    return found


def _bought(cursor: Cursor, period: Period, size: int) -> _Bought:
    parts = (_added(arrays(cursor, _BOUGHT, days), size) for days in _stretches(period))
    return reduce(_Bought.__add__, parts)


def _added(rows: dict[str, np.ndarray], size: int) -> _Bought:
    buyer, cents, first = rows["buyer"], rows["cents"], np.zeros(size, dtype=bool)
    first[buyer[rows["first"].astype(bool)]] = True
    orders = priced = np.bincount(buyer, minlength=size)
    unknown = np.isnan(cents)
    if unknown.any():
        cents, priced = np.where(unknown, 0, cents), orders - np.bincount(buyer[unknown], minlength=size)
    return _Bought(orders, priced, np.bincount(buyer, weights=cents, minlength=size), first)


def _stretches(period: Period) -> Iterator[tuple[dt.date, dt.date]]:
    first = period.first
    while first < period.end:
        end = min(first + STRETCH, period.end)
        yield first, end
        first = end


def _told(names: Sequence[str], side: _Side, means: dict[str, Moments]) -> pd.DataFrame:
    """The figures of a side as a query's: parts of the rates, means."""
    columns: dict[str, list[float]] = {name: [of_mean.mean] for name, of_mean in means.items()}
    for name in names:
        if name in RATES:
            top, bottom = RATES[name](side)
            columns |= {f"{name}__num": [float(top)], f"{name}__den": [float(bottom)]}
    return pd.DataFrame(columns)
