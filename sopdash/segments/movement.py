"""Who rose, who is slipping: customers by their class as of two days; and what other thresholds would change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments.built_in import CLASSES
from sopdash.segments.library import AnySegment, predicate_of
from sopdash.warehouse import Settings

if TYPE_CHECKING:
    from sopdash.warehouse import Store

LIMITS = (
    "vip_above", "super_from", "high_value_orders", "high_value_share", "potential_days", "new_days", "growing_days",
    "active_days",
)  # fmt: skip
"""The settings that scores depend on, in the order of as_of.sql."""

STANDING: dict[str, tuple[tuple[str, ...], ...]] = {
    "tier": (("super",), ("vip",), ("ordinary",)),
    "value_class": (("high",), ("potential",), ("ordinary",)),
    "life_cycle": (("new", "growing", "mature"), ("silent",), ("lost",)),
    "rfm_class": tuple((one,) for one in CLASSES["rfm_class"]),
}
"""Classes from best to worst; those side by side are neither better nor worse than each other."""


@dataclass(frozen=True)
class Move:
    """One question: which score, from the end of which day to the end of which."""

    score: str
    before: dt.date
    after: dt.date
    where: Where = ()
    segment: str | Predicate | None = None


def direction(score: str, before: str | None, after: str | None) -> int:
    """1: rose, -1: slipped, 0: neither, or not known before or after."""
    if before is None or after is None:
        return 0
    places = {name: place for place, names in enumerate(STANDING[score]) for name in names}
    return (places[before] > places[after]) - (places[before] < places[after])


def run(store: Store, move: Move, viewer: Viewer) -> pd.DataFrame:
    """Customers by their class before and after, most first: before, after (None: not known then), customers,
    net_sales (lifetime, as of today), direction."""
    steps = _two(store, move, viewer)
    sql = f"""
        {steps.sql}
        -- How many went from which class to which? One row: a pair of classes.
        select before, after, count(*) as customers, coalesce(sum(net_sales), 0) as net_sales
        from moved where before is not null or after is not null
        group by before, after order by customers desc, before, after
    """  # noqa: S608 - declared names only
    rows = store.warehouse.rows(sql, steps.params)
    told = [(before, after, n, float(money), direction(move.score, before, after)) for before, after, n, money in rows]
    found = pd.DataFrame(told, columns=["before", "after", "customers", "net_sales", "direction"], dtype=object)
    return found.astype({"customers": "int64", "net_sales": "float64", "direction": "int64"})


def movers(store: Store, move: Move, before: str | None, after: str | None, viewer: Viewer) -> pd.DataFrame:
    """The customers who went from one class to another: customer."""
    steps = _two(store, move, viewer)
    sql = f"""
        {steps.sql}
        -- Who went this way? One row: a customer.
        select customer from moved where before is not distinct from ? and after is not distinct from ?
        order by customer
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, (*steps.params, before, after))


def preview(store: Store, score: str, changed: Settings, segment: AnySegment | None, viewer: Viewer) -> pd.DataFrame:
    """What other thresholds would change, as of the data's last day: class, now, then (customers), moved_in."""
    day = store.warehouse.rows("select last_day from mart.meta")[0][0]
    chosen = None if segment is None else predicate_of(store, segment)
    who = filters.customers(store, (), chosen, viewer)
    now, then = (_as_of(day, settings) for settings in (store.settings, changed))
    sql = f"""
        -- How many customers of each class, under the thresholds of today and under others? One row: a pair.
        with one as ({now.sql}), other as ({then.sql})
        select one.{_known(score)} as now, other.{score} as "then", count(*) as customers
        from mart.customers c left join one using (customer) left join other using (customer)
        where {who.sql} and (one.{score} is not null or other.{score} is not null) group by 1, 2
    """  # noqa: S608 - declared names only
    found = store.warehouse.frame(sql, (*now.params, *then.params, *who.params))
    rows = [
        {
            "class": name,
            "now": int(found.loc[found["now"] == name, "customers"].sum()),
            "then": int(found.loc[found["then"] == name, "customers"].sum()),
            "moved_in": int(found.loc[(found["then"] == name) & (found["now"] != name), "customers"].sum()),
        }
        for name in CLASSES[score]
    ]
    return pd.DataFrame(rows)


def as_of(store: Store, day: dt.date, settings: Settings | None = None) -> pd.DataFrame:
    """Every score of every customer known by the end of the day: customer, tier, value_class, life_cycle, rfm_class."""
    step = _as_of(day, settings or store.settings)
    return store.warehouse.frame(step.sql, step.params)


def _two(store: Store, move: Move, viewer: Viewer) -> Predicate:
    chosen = None if move.segment is None else predicate_of(store, move.segment)
    who = filters.customers(store, move.where, chosen, viewer)
    before, after = (_as_of(day, store.settings) for day in (move.before, move.after))
    score = _known(move.score)
    sql = f"""
        with one as ({before.sql}), other as ({after.sql}),
        moved as (
            select c.customer, c.net_sales, one.{score} as before, other.{score} as after
            from mart.customers c
            left join one on one.customer = c.customer left join other on other.customer = c.customer
            where {who.sql}
        )"""  # noqa: S608 - declared names only
    return Predicate(sql, (*before.params, *after.params, *who.params))


def _as_of(day: dt.date, settings: Settings) -> Predicate:
    return Predicate(_sql(), (day, *(getattr(settings, name) for name in LIMITS)))


@cache
def _sql() -> str:
    return (Path(__file__).parent / "as_of.sql").read_text("utf-8")


def _known(score: str) -> str:
    if score not in CLASSES:
        raise UnknownName("dimension_not_available", dimension=score, of="classes", allowed=tuple(CLASSES))
    return score
