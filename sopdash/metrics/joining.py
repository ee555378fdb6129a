"""What changed after they joined a group? The same customers, as many days before joining as after.

Row R2's other half. Each customer is compared with themselves (paired), so that livelier people do not stand on one
side; but people often join because they are about to buy, or after they did, and seasons move everybody: before and
after, not cause and effect.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sopdash.access import Viewer
from sopdash.metrics import filters, statistics
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.statistics import Interval, Moments

if TYPE_CHECKING:
    from sopdash.warehouse import Store

DAYS = 28
"""Days on either side of the day of joining, which itself belongs to neither."""


@dataclass(frozen=True)
class JoinQuery:
    """One question: `period` holds the days of first joining a group; None: all."""

    period: Period | None = None
    where: Where = ()
    segment: str | Predicate | None = None
    days: int = DAYS


@dataclass(frozen=True)
class Step:
    """One figure per customer (`orders`: paid orders; `buyers`: 1 for who bought) before and after, the mean change
    with its 95 % interval, and p of no change (paired t test)."""

    name: str
    before: float
    after: float
    change: Interval
    p: float

    @property
    def relative(self) -> float | None:
        """The change as a fraction of before; None where there was nothing before."""
        return self.after / self.before - 1 if self.before else None


@dataclass(frozen=True)
class Joined:
    """`customers`: who joined with all the days on both sides within the orders' data."""

    customers: int
    steps: tuple[Step, ...] = ()
    missing: Missing | None = None


def run(store: Store, query: JoinQuery, viewer: Viewer) -> Joined:
    """Orders and buyers among those who joined, before and after."""
    missing = lacking(covered(store), ("orders.customer", "group_members"))
    if missing:
        return Joined(0, missing=missing)
    if not query.where and query.segment is None and not viewer.scope and query.days == DAYS:
        [(n, *told)] = _of_all(store, query.period)
    else:
        [(n, *told)] = _counted(store, query, viewer)
    if not n:
        return Joined(0)
    return Joined(n, (_step("orders", n, *told[:3]), _step("buyers", n, *told[3:])))


_SUMS = """
            coalesce(sum(before), 0), coalesce(sum(after), 0), coalesce(sum((after - before) * (after - before)), 0),
            count(*) filter (before > 0), count(*) filter (after > 0), count(*) filter ((before > 0) <> (after > 0))"""


def _of_all(store: Store, period: Period | None) -> list[tuple[int, ...]]:
    """The same of all customers, who stand in a mart."""
    when = filters.during("day", period)
    sql = f"""
        -- How many orders before and after joining the first group? One row over all who joined.
        with known as (select first_day, last_day from mart.coverage where need = 'orders')
        select count(*), {_SUMS}
        from mart.around_joining cross join known
        where {when.sql} and day - {DAYS} >= first_day and day + {DAYS} <= last_day
    """  # noqa: S608 - declared names only
    return store.warehouse.rows(sql, when.params)


def _counted(store: Store, query: JoinQuery, viewer: Viewer) -> list[tuple[int, ...]]:
    moment = "c.first_joined_at"
    who = filters.customers(store, query.where, query.segment, viewer, moment)
    who, near = who.both(filters.during(moment, query.period)), _near(query)
    sql = f"""
        -- How many orders before and after joining the first group? One row over all who joined.
        with known as (select first_day, last_day from mart.coverage where need = 'orders'),
        joined as (
            select c.customer, cast({moment} as date) as day from mart.customers c cross join known
            where {who.sql} and cast({moment} as date) - ? >= first_day and cast({moment} as date) + ? <= last_day
        ),
        -- Whoever ordered on neither side counts 0 in every sum.
        counted as (
            select orders.customer,
                count(*) filter (orders.day < joined.day) as before,
                count(*) filter (orders.day > joined.day) as after
            from mart.orders as orders join joined on joined.customer = orders.customer
            where orders.is_paid and {near.sql} and orders.day between joined.day - ? and joined.day + ?
            group by orders.customer
        )
        select (select count(*) from joined), {_SUMS} from counted
    """  # noqa: S608 - declared names only
    ends = (query.days,) * 2
    return store.warehouse.rows(sql, (*who.params, *ends, *near.params, *ends))


def _near(query: JoinQuery) -> Predicate:
    """The days that can lie so near to a day of joining, said plainly: the join hides them from the engine."""
    if query.period is None:
        return Predicate()
    days = dt.timedelta(days=query.days)
    return Predicate("orders.day between ? and ?", (query.period.first - days, query.period.last + days))


def _step(name: str, n: int, before: int, after: int, squares: int) -> Step:
    """From the sums over all `n`; `squares`: of the changes."""
    nan, change = float("nan"), (after - before) / n
    if n < 2:
        return Step(name, before / n, after / n, Interval(nan, nan), nan)
    apart, nothing = Moments(n, change, (squares - n * change * change) / (n - 1)), Moments(n, 0.0, 0.0)
    # Against a constant 0 of the same size Welch's test is the one-sample t test of the differences.
    return Step(name, before / n, after / n, statistics.mean_interval(apart), statistics.welch(apart, nothing)[1])
