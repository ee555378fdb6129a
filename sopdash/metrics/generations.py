"""How far do invitations carry? The K factor of each generation: those invited by customers, by the invited, and so on.

Generation 0 are customers whom nobody invited; a customer invited by one of generation g is of generation g + 1. The
generations' parts add up to those of `k_factor`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.registry import REGISTRY

if TYPE_CHECKING:
    from sopdash.warehouse import Store

DEEPEST = 30
"""Chains longer than this are no chains but circles."""


@dataclass(frozen=True)
class Generations:
    """`rows`: generation (of the inviters), customers held at the period's start, invited customers who came in it,
    and k = invited / customers (NaN where nobody was held)."""

    rows: pd.DataFrame
    missing: Missing | None = None


def run(
    store: Store, period: Period | None, viewer: Viewer, where: Where = (), segment: str | Predicate | None = None
) -> Generations:
    """K by generation of the inviter; filters are about the inviter."""
    with store.warehouse.read() as cursor:
        coverage = store.warehouse.once(cursor, Coverage.read)
        period = period or coverage.whole
        missing = lacking(coverage.needs, REGISTRY["k_factor"].needs)
        if missing or period is None:
            return Generations(pd.DataFrame(columns=["generation", "customers", "invited", "k"]), missing)
        who = filters.customers(store, where, segment, viewer)
        params = [DEEPEST, *who.params, period.first, period.first, period.first, period.end]
        rows = cursor.execute(_SQL.format(who=who.sql), params).df()
    rows["k"] = rows["invited"] / rows["customers"].where(rows["customers"] > 0)
    return Generations(rows)


_SQL = """
    -- How many did each generation bring? One row: a generation of inviters.
    with recursive came as (
        select r.inviter, r.invitee, coalesce(cast(r.invitee as varchar), r.referral_id) as invited, r.invited_at,
            coalesce(least(cu.first_followed_at, cu.first_joined_at), r.joined_at) as came_at
        from mart.referrals r left join mart.customers cu on cu.customer = r.invitee
    ),
    brought as (select * from came where invited_at <= came_at),
    parents as (
        select invitee as customer, arg_min(inviter, invited_at) as parent
        from brought where invitee is not null and inviter is not null and invitee <> inviter group by invitee
    ),
    depths as (
        select customer, 1 as depth from parents where parent not in (select customer from parents)
        union all
        select parents.customer, depths.depth + 1
        from parents join depths on depths.customer = parents.parent where depths.depth < ?
    ),
    counted as (
        select c.customer, coalesce(depths.depth, case when parents.customer is null then 0 else 1 end) as generation
        from mart.customers c
        left join parents on parents.customer = c.customer
        left join depths on depths.customer = c.customer
        where {who}
    ),
    held as (
        select generation, count(*) as customers
        from counted join mart.holdings h on h.customer = counted.customer
            and h.held_from < cast(cast(? as date) as timestamp)
            and coalesce(h.held_until, timestamp 'infinity') >= cast(cast(? as date) as timestamp)
        group by generation
    ),
    invitees as (
        select generation, count(distinct invited) as invited
        from brought join counted on counted.customer = brought.inviter
        where came_at >= cast(cast(? as date) as timestamp) and came_at < cast(cast(? as date) as timestamp)
        group by generation
    )
    select coalesce(held.generation, invitees.generation) as generation, coalesce(customers, 0) as customers,
        coalesce(invited, 0) as invited
    from held full outer join invitees on invitees.generation = held.generation
    order by generation
"""
