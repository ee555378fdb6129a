"""RFM: how recently, how often, for how much. Formulas: "Scores" of the catalogue.

T is 00:00 of the snapshot date; only paid orders before T count. R = whole days (24 h) from the last order to T, at
least 1; F = paid orders; M = net sales. Scores 1–5, high from 4 (`mean`: 1 = strictly better than the mean, else 0).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Rows, Where
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.records import for_json
from sopdash.segments.built_in import CLASSES

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.warehouse import Cursor, Store

SCORINGS = ("quintile", "cuts", "mean")
CELLS = ["r_score", "f_score", "m_score", "class", "customers", "m"]
COLUMNS = ["customer", "name", "r_days", "f", "m", "r_score", "f_score", "m_score", "class"]
_ORDERS = Rows(
    "orders",
    {"platform": "o.platform", "sales_channel": "o.sales_channel"} | filters.times("o.ordered_at"),
    "o.customer",
)

_BOUGHT = """
    bought as (
        select o.customer, count(*) as f, sum(o.net_sales) as m,
               greatest(1, cast(floor((epoch(t.at) - epoch(max(o.ordered_at))) / 86400) as bigint)) as r_days
        from mart.orders o cross join (select cast(? as timestamp) as "at") t
        where o.is_paid and o.customer is not null and o.ordered_at < t.at and {test}
        group by o.customer, t.at
    )"""

_OF_CUSTOMERS = """
    bought as (
        select c.customer, c.orders as f, c.net_sales as m,
               greatest(1, cast(floor((epoch(t.at) - epoch(c.last_ordered_at)) / 86400) as bigint)) as r_days
        from mart.customers c cross join (select cast(? as timestamp) as "at") t
        where c.orders > 0 and {test}
    )"""
"""The same where every order counts: customers know their orders."""

_QUINTILES = """
    cuts as (
        select quantile_cont(cast(r_days as double), [0.2, 0.4, 0.6, 0.8]) as r,
               quantile_cont(cast(f as double), [0.2, 0.4, 0.6, 0.8]) as f,
               quantile_cont(cast(m as double), [0.2, 0.4, 0.6, 0.8]) as m
        from bought
    )"""

_KNOWN = "cuts as (select r, f, m from mart.rfm_cuts)"
"""The same over all buyers, as they stand."""

_FIXED = """
    cuts as (select cast(? as double[]) as r, cast(? as double[]) as f, cast(? as double[]) as m)"""

_ABOVE = " + ".join(f"cast(cuts.{{cuts}}[{place}] < {{value}} as int)" for place in range(1, 5))
"""How many of the four cut points lie below a value."""

_SCORED = f"""
    scored as (
        select customer, r_days, b.f, b.m,
               5 - ({_ABOVE.format(cuts="r", value="b.r_days")}) as r_score,
               1 + ({_ABOVE.format(cuts="f", value="b.f")}) as f_score,
               1 + ({_ABOVE.format(cuts="m", value="cast(b.m as double)")}) as m_score,
               4 as high
        from bought b cross join cuts
    )"""  # noqa: S608 - own names only

_MEAN = """
    total as (select count(*) as n, sum(r_days) as r_days, sum(f) as f, sum(m) as m from bought),
    scored as (
        select customer, b.r_days, b.f, b.m,
               cast(b.r_days * total.n < total.r_days as bigint) as r_score,
               cast(b.f * total.n > total.f as bigint) as f_score,
               cast(b.m * total.n > total.m as bigint) as m_score,
               1 as high
        from bought b cross join total
    )"""

_CLASS = """concat(
    cast(s.r_score >= s.high as int), cast(s.f_score >= s.high as int), cast(s.m_score >= s.high as int)
) as class"""

_CELLS = f"""
    select s.r_score, s.f_score, s.m_score, {_CLASS}, count(*) as customers, sum(s.m) as m
    from scored s
    group by s.r_score, s.f_score, s.m_score, s.high
    order by s.r_score, s.f_score, s.m_score"""  # noqa: S608 - own names only

_NAMED = f"""
    select s.customer, c.name, s.r_days, s.f, s.m, s.r_score, s.f_score, s.m_score, {_CLASS}
    from scored s join mart.customers c using (customer)
    order by s.m desc, s.customer"""  # noqa: S608 - own names only


@dataclass(frozen=True)
class RfmQuery:
    """One question. `snapshot` None: the day after the data's last paid order, or after the period where that ends
    earlier; `period` limits the orders looked at; `cuts`: fixed cut points to try, None: the settings'."""

    scoring: str = "quintile"
    snapshot: dt.date | None = None
    period: Period | None = None
    where: Where = ()
    segment: str | Predicate | None = None
    cuts: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True)
class Rfm:
    """`cells`: r_score, f_score, m_score, class (R F M, 1 = high), customers, m (net sales)."""

    scoring: str
    snapshot: dt.date | None
    cells: pd.DataFrame
    missing: Missing | None = None
    _ask: Callable[[], pd.DataFrame] | None = None

    @cached_property
    def customers(self) -> pd.DataFrame:
        """customer (id), name, r_days, f, m, the three scores, class: read when asked for: they may be millions."""
        return self._ask() if self._ask else pd.DataFrame(columns=COLUMNS)

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash rfm --json`; `customer` is the name of the earliest source."""
        named = self.customers.drop(columns="customer").rename(columns={"name": "customer"})
        document: dict[str, Any] = {
            "scoring": self.scoring,
            "snapshot": None if self.snapshot is None else self.snapshot.isoformat(),
            "customers": for_json(named),
        }
        return document | ({"missing": {"rfm": self.missing.say(lang)}} if self.missing else {})

    def classes(self) -> pd.DataFrame:
        """The eight classes with their customers and money: class, customers, m."""
        grouped = self.cells.groupby("class")[["customers", "m"]].sum()
        return grouped.reindex(list(CLASSES["rfm_class"]), fill_value=0).reset_index()

    def grid(self) -> pd.DataFrame:
        """Customers and money by R and F score, for the heat map: r_score, f_score, customers, m."""
        return self.cells.groupby(["r_score", "f_score"], as_index=False)[["customers", "m"]].sum()


def run(store: Store, query: RfmQuery, viewer: Viewer) -> Rfm:
    """Scores every customer with a paid order before the snapshot."""
    if query.scoring not in SCORINGS:
        raise UnknownName("unknown_scoring", scoring=query.scoring, allowed=SCORINGS)
    missing = lacking(covered(store), ("orders.customer",))
    after_orders = _snapshot(store, query)
    snapshot = query.snapshot or after_orders
    if missing or snapshot is None:
        return Rfm(query.scoring, snapshot, pd.DataFrame(columns=CELLS), missing)
    every_order = _every_order_counts(store, query, snapshot)
    bought = (_of_customers if every_order else _of_orders)(store, query, viewer)
    narrowed = bool(query.where or query.segment or viewer.scope)
    scores = _scores(store, query, every_order and not narrowed and snapshot == after_orders)
    steps = [Predicate(bought.sql, (snapshot, *bought.params)), *scores]
    params = [value for step in steps for value in step.params]

    def ask(select: str) -> pd.DataFrame:
        sql = f"""
            -- How recent, frequent and valuable are customers? Of those with a paid order before T; one row: a kind of
            -- score with its customers, or a customer.
            with {", ".join(step.sql for step in steps)} {select}
        """
        return store.warehouse.frame(sql, params)

    return Rfm(query.scoring, snapshot, ask(_CELLS), None, partial(ask, _NAMED))


def _of_orders(store: Store, query: RfmQuery, viewer: Viewer) -> Predicate:
    test = filters.predicate(store, _ORDERS, query.where, query.segment, viewer)
    test = test.both(filters.during("o.ordered_at", query.period))
    return Predicate(_BOUGHT.format(test=test.sql), test.params)


def _of_customers(store: Store, query: RfmQuery, viewer: Viewer) -> Predicate:
    test = filters.customers(store, query.where, query.segment, viewer)
    return Predicate(_OF_CUSTOMERS.format(test=test.sql), test.params)


def _every_order_counts(store: Store, query: RfmQuery, snapshot: dt.date) -> bool:
    """Whether nothing narrows the orders: no period, no filter on orders, none after T or without time or money."""
    if query.period is not None or any(dimension in _ORDERS.own for dimension, _ in query.where):
        return False
    with store.warehouse.read() as cursor:
        last, odd = store.warehouse.once(cursor, _orders_of_customers)
    return not odd and (last is None or last < dt.datetime.combine(snapshot, dt.time()))


def _orders_of_customers(cursor: Cursor) -> tuple[dt.datetime | None, int]:
    """When the last one was, and how many lack a time or an amount."""
    sql = """
        select max(ordered_at), count(*) filter (ordered_at is null or net_sales is null)
        from mart.orders where is_paid and customer is not null
    """
    last, odd = cursor.execute(sql).fetchall()[0]
    return last, odd


def _snapshot(store: Store, query: RfmQuery) -> dt.date | None:
    sql = "select cast(last_order_at as date) + 1 from mart.meta where last_order_at is not null"
    found = store.warehouse.rows(sql)
    after_orders: dt.date | None = found[0][0] if found else None
    if query.period is None or after_orders is None:
        return after_orders
    return min(after_orders, query.period.end)


def _scores(store: Store, query: RfmQuery, all_of_now: bool) -> list[Predicate]:
    scoring = query.scoring
    if scoring == "mean":
        return [Predicate(_MEAN)]
    if scoring == "quintile":
        return [Predicate(_KNOWN if all_of_now else _QUINTILES), Predicate(_SCORED)]
    chosen = store.settings
    told = query.cuts or (chosen.rfm_r_cuts, chosen.rfm_f_cuts, chosen.rfm_m_cuts)
    cuts = [[float(cut) for cut in cuts] for cuts in told]
    return [Predicate(_FIXED, tuple(cuts)), Predicate(_SCORED)]
