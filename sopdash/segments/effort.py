"""Where to spend effort: budget and staff hours by tier and life-cycle stage, from value at stake and response rates.

A cell's weight = value at stake × response rate. Value at stake = the customers' CLV of the next twelve months, where
the model is refused their net sales of the last 365 days. Response rate = share of the reachable customers who ordered
within the last `active_days` days; of fewer than the least count, that of all. Both are proposals to be edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments.built_in import CLASSES

if TYPE_CHECKING:
    from sopdash.warehouse import Store

STAGES = tuple(stage for stage in CLASSES["life_cycle"] if stage != "lost")
"""Stages in which customers can be reached."""


def cells(store: Store, where: Where, segment: Predicate | None, viewer: Viewer) -> pd.DataFrame:
    """One row per tier and stage with customers: tier, stage, customers, value, modelled (value is CLV), response,
    small (too few for a response rate of their own: that of all stands in)."""
    who = filters.customers(store, where, segment, viewer)
    sql = f"""
        -- What is at stake in each tier and stage, and who responds? One row: tier × stage.
        with bought as (
            select d.customer, sum(d.net_sales) as year from mart.customer_days d
            where d.day > (select last_day from mart.meta) - 365 group by d.customer
        ),
        told as (
            select c.tier, c.life_cycle as stage, v.clv, (select last_day from mart.meta) as last_day,
                   c.last_ordered_at, coalesce(b.year, 0) as year
            from mart.customers c left join mart.customer_value v on v.customer = c.customer
            left join bought b on b.customer = c.customer
            where c.held and not coalesce(c.opted_out, false) and {who.sql}
        )
        select tier, stage, count(*) as customers, sum(clv) as clv, sum(year) as year,
               count(*) filter (date_diff('day', cast(last_ordered_at as date), last_day) < ?) as responded
        from told where stage in ('new', 'growing', 'mature', 'silent') group by tier, stage
    """  # noqa: S608 - declared names only
    found = store.warehouse.frame(sql, (*who.params, store.settings.active_days))
    modelled = bool(found["clv"].notna().any())
    found["value"] = found["clv" if modelled else "year"].astype(float).fillna(0.0)
    found["modelled"] = modelled
    everybody = found["responded"].sum() / max(1, found["customers"].sum())
    found["small"] = found["customers"] < store.settings.minimum_count
    found["response"] = (found["responded"] / found["customers"]).where(~found["small"], everybody)
    order = {
        (tier, stage): place for place, (tier, stage) in enumerate((t, s) for t in CLASSES["tier"] for s in STAGES)
    }
    found["place"] = [order[pair] for pair in zip(found["tier"], found["stage"], strict=True)]
    columns = ["tier", "stage", "customers", "value", "modelled", "response", "small"]
    return found.sort_values("place", ignore_index=True)[columns]


def allocate(told: pd.DataFrame, budget: float, hours: float, minutes: float) -> pd.DataFrame:
    """The proposal: `told` with weight, budget, hours and minutes_each. Budget follows the weights; hours too, but no
    more than `minutes` for each customer of a cell, and what is over goes to the others by their weights."""
    plan = told.copy()
    weights = (plan["value"].clip(lower=0) * plan["response"]).astype(float)
    plan["weight"] = weights / weights.sum() if weights.sum() > 0 else 0.0
    plan["budget"] = budget * plan["weight"]
    plan["hours"] = _capped(plan["weight"], plan["customers"] * minutes / 60, hours)
    plan["minutes_each"] = (plan["hours"] * 60 / plan["customers"]).where(plan["customers"] > 0, 0.0)
    return plan


def _capped(weights: pd.Series, most: pd.Series, hours: float) -> pd.Series:
    given = pd.Series(0.0, weights.index)
    open_ = weights > 0
    while open_.any():
        left = hours - given[~open_].sum()
        share = left * weights / weights[open_].sum()
        full = open_ & (share >= most)
        if not full.any():
            given[open_] = share[open_]
            break
        given[full] = most[full]
        open_ &= ~full
    return given
