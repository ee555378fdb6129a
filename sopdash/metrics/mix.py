"""Which units moved it? A change of net sales or buyers by channel, store, tier …: volume, mix and rate, adding up.

Per unit u: n = its orders (for buyers: its customers held in the period), r = net sales per order (share who bought),
N = Σ n, s = n / N; a bar is the mean of before and after. Then

    change of n·r = s̄ r̄ ΔN (volume) + N̄ r̄ Δs (mix) + n̄ Δr (rate)

exactly, unit by unit, and so in sum (Marshall-Edgeworth midpoints). volume: there are more of all; mix: a larger share
lies with this unit; rate: each brings more. A new unit has no rate before, a vanished one none after: the other
period's stands in, so that they count in volume and mix alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.drivers import PERIODS, Drivers, customers_and_orders
from sopdash.metrics.missing import Missing
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, run

if TYPE_CHECKING:
    from sopdash.warehouse import Store

COLUMNS = ("unit", "before", "after", "change", "volume", "mix", "rate", "size_before", "size_after")

OUTSIDE = "(outside)"
"""The row of buyers who were not held; each counts with a rate of 1."""

Sizes = Mapping[str | None, tuple[float, float]]
"""Unit → how many (n) and what they brought (n · r)."""


@dataclass(frozen=True)
class Split:
    """`rows`: one per unit, the largest change first; unit None: without a value. `whole`: volume, mix and rate of all
    units together, whose steps add up to the change."""

    by: str
    outcome: str
    rows: pd.DataFrame
    whole: Drivers | None = None
    missing: Missing | None = None


def split(store: Store, query: Query, outcome: str, by: str, viewer: Viewer) -> Split:
    """Net sales or buyers over the query's period and comparison, by one dimension."""
    nothing = pd.DataFrame(columns=list(COLUMNS))
    result = run(store, replace(query, metrics=("net_sales", "orders"), by=(by,)), viewer)
    missing = next((result.missing[name] for name in ("net_sales", "orders") if name in result.missing), None)
    if missing or result.period is None or result.before is None:
        return Split(by, outcome, nothing, missing=missing)
    if outcome == "buyers":
        if by not in filters.CUSTOMER:
            return Split(by, outcome, nothing, missing=Missing("no_dimension", _allowed(by)))
        then, now = _buyers(store, query, by, (result.before, result.period), viewer)
    else:
        rows = [row for row in result.records() if None not in (row["net_sales"], row["net_sales__before"])]
        if not rows:
            return Split(by, outcome, nothing)
        then, now = (
            {row[by]: (float(row[f"orders{ending}"] or 0), float(row[f"net_sales{ending}"])) for row in rows}
            for ending in ("__before", "")
        )
    frame = shared_out(then, now)
    steps = tuple((name, float(frame[name].sum())) for name in ("volume", "mix", "rate"))
    return Split(by, outcome, frame, Drivers(float(frame["before"].sum()), float(frame["after"].sum()), steps))


def _allowed(by: str) -> dict[str, object]:
    return {"dimension": by, "allowed": tuple(filters.CUSTOMER)}


def shared_out(then: Sizes, now: Sizes) -> pd.DataFrame:
    """The rows of a split from sizes and results before and after."""
    whole = [sum(size for size, _ in sizes.values()) for sizes in (then, now)]
    rows = []
    for unit in dict.fromkeys((*then, *now)):
        (n0, y0), (n1, y1) = then.get(unit, (0.0, 0.0)), now.get(unit, (0.0, 0.0))
        if not n0 and not n1:
            continue
        r0, r1 = (y0 / n0 if n0 else y1 / n1), (y1 / n1 if n1 else y0 / n0)
        s0, s1 = (n / total if total else 0.0 for n, total in zip((n0, n1), whole, strict=True))
        rate = (r0 + r1) / 2
        volume = (s0 + s1) / 2 * rate * (whole[1] - whole[0])
        mix = sum(whole) / 2 * rate * (s1 - s0)
        rows.append((unit, y0, y1, y1 - y0, volume, mix, (n0 + n1) / 2 * (r1 - r0), n0, n1))
    rows.sort(key=lambda row: -abs(row[3]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _buyers(store: Store, query: Query, by: str, periods: tuple[Period, Period], viewer: Viewer) -> tuple[Sizes, Sizes]:
    """Customers held in each period and how many of them bought, by a dimension of the customer."""
    who, bought, cu = customers_and_orders(store, query, viewer)
    sql = f"""
        -- How many customers were there, and how many bought? One row: a period × unit (outside: buyers not held).
        with {PERIODS},
        held as (
            select distinct p.which, h.customer, {filters.CUSTOMER[by]} as unit
            from periods p
            join mart.holdings h
                on h.held_from < p.until and (h.held_until is null or h.held_until >= p.since)
            join mart.customers c on c.customer = h.customer
            where {who.sql}
        ),
        bought as (
            select distinct p.which, o.customer
            from periods p join mart.orders o on o.day >= p.since and o.day < p.until {cu}
            where o.is_paid and o.customer is not null and {bought.sql}
        )
        select held.which, held.unit, count(*) as customers, count(bought.customer) as buyers
        from held left join bought on bought.which = held.which and bought.customer = held.customer
        group by held.which, held.unit
        union all
        select which, '{OUTSIDE}', count(*), count(*) from bought
        where not exists (select 1 from held where held.which = bought.which and held.customer = bought.customer)
        group by which
    """  # noqa: S608 - declared names only
    days = [day for period in periods for day in (period.first, period.end)]
    found: tuple[dict[str | None, tuple[float, float]], ...] = ({}, {})
    for which, unit, customers, buyers in store.warehouse.rows(sql, (*days, *who.params, *bought.params)):
        found[which][unit] = (float(customers), float(buyers))
    return found[0], found[1]
