"""Do they come back? Customers by the week or month in which they began, and the share active k weeks or months later.

Formula: `retention_week_k` of the catalogue. A cell is empty until its week is over and the activity's source reaches
into it; k = 0 is the week of the beginning itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.records import for_json
from sopdash.metrics.spine import DAY, after, label, start, starts
from sopdash.metrics.statistics import Comparison, two_proportions, wilson

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.warehouse import Store

BEGINNINGS: dict[str, tuple[str, str]] = {
    "joined": ("least(c.first_followed_at, c.first_joined_at)", "follows|group_members"),
    "first_order": ("c.first_ordered_at", "orders.customer"),
}
"""What a cohort begins with → its moment (over `c` = mart.customers) and the need that tells it."""

ACTIVITIES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "orders": ("d.orders > 0", "orders.customer", ("orders",)),
    "messages": ("d.messages > 0", "messages", ("messages",)),
    "any": (
        "(d.orders > 0 or d.messages > 0 or d.clicks > 0)",
        "orders.customer|messages|touches",
        ("orders", "messages", "touches"),
    ),
}
"""What counts as active → test over `d` = mart.customer_days, its need, and the sources whose days must reach a cell:
of several, all that the data has, since a week that one of them does not cover would look like fewer people."""

PAGE = 64
"""Weeks or months of one row of mart.customer_weeks."""

ACTIVE_BITS = {"orders": "w.ordered", "messages": "w.spoke", "any": "(w.ordered | w.spoke | w.clicked)"}
"""What counts as active → bits over `w` = mart.customer_weeks."""

EARLY = {"week": 4, "month": 1}
"""The k at which cohorts are compared: late enough to mean staying, early enough for most cohorts to be known."""
RECENT = 4
"""How many of the newest cohorts are set against the ones before."""

_LENGTH = {"week": "date_diff('day', {a}, {b}) // 7", "month": "date_diff('month', {a}, {b})"}


@dataclass(frozen=True)
class CohortQuery:
    """One question; `last` overrides the end of the data, `period` limits the cohorts by when they began."""

    by: Literal["week", "month"] = "week"
    start: str = "joined"
    activity: str = "orders"
    last: dt.date | None = None
    period: Period | None = None
    where: Where = ()
    segment: str | Predicate | None = None


@dataclass(frozen=True)
class Turn:
    """At `k`, the `recent` newest known cohorts together against the `earlier` ones: (active, size) and the test."""

    k: int
    recent: int
    earlier: int
    now: tuple[float, float]
    before: tuple[float, float]
    test: Comparison


@dataclass(frozen=True)
class Cohorts:
    """`rows`: cohort, size, k, active, rate for every k up to the end of the data; active and rate are empty where
    they cannot be known yet. `pooled`: k, size, active, rate over the cohorts that are known at k."""

    by: str
    rows: pd.DataFrame
    pooled: pd.DataFrame
    missing: Missing | None = None

    @property
    def curve(self) -> pd.DataFrame:
        """`pooled` with the 95 % Wilson interval of each rate as columns low and high."""
        ends = [wilson(active, size) for active, size in zip(self.pooled["active"], self.pooled["size"], strict=True)]
        return self.pooled.assign(low=[one.low for one in ends], high=[one.high for one in ends])

    @property
    def turn(self) -> Turn | None:
        """The newest cohorts against the earlier ones; None where fewer than two cohorts are known that far."""
        known = self.rows[(self.rows["k"] == EARLY[self.by]) & self.rows["active"].notna() & (self.rows["size"] > 0)]
        recent = min(RECENT, len(known) // 2)
        if not recent:
            return None
        now, before = (
            (float(part["active"].sum()), float(part["size"].sum())) for part in (known[-recent:], known[:-recent])
        )
        return Turn(EARLY[self.by], recent, len(known) - recent, now, before, two_proportions(*now, *before))

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash cohorts --json`."""
        document: dict[str, Any] = {"rows": for_json(self.rows), "pooled": for_json(self.pooled)}
        return document | ({"missing": {"cohorts": self.missing.say(lang)}} if self.missing else {})


def run(store: Store, query: CohortQuery, viewer: Viewer) -> Cohorts:
    """The triangle, and the curve of all cohorts together."""
    for name, value, allowed in (
        ("by", query.by, _LENGTH),
        ("start", query.start, BEGINNINGS),
        ("activity", query.activity, ACTIVITIES),
    ):
        if value not in allowed:
            raise UnknownName("unknown_choice", name=name, value=value, allowed=tuple(allowed))
    missing = _missing(store, query)
    known = None if missing else _known(store, query)
    if known is None:
        return Cohorts(query.by, _triangle(query, {}, {}, None), _pooled(pd.DataFrame()), missing)
    sizes, active = _counted(store, query, known, viewer)
    rows = _triangle(query, sizes, active, known)
    return Cohorts(query.by, rows, _pooled(rows))


def _missing(store: Store, query: CohortQuery) -> Missing | None:
    return lacking(covered(store), (BEGINNINGS[query.start][1], ACTIVITIES[query.activity][1]))


@dataclass(frozen=True)
class _Known:
    """The days within which activity is known: whole weeks up to `last`, reached by the source's own days."""

    last: dt.date
    source_first: dt.date
    source_last: dt.date

    def holds(self, first: dt.date, last: dt.date) -> bool:
        """Whether the week or month from `first` to `last` is over and the source reaches into it."""
        return last <= self.last and first <= self.source_last and last >= self.source_first


def _known(store: Store, query: CohortQuery) -> _Known | None:
    sources = ACTIVITIES[query.activity][2]
    of_sources = filters.any_of("v.need", sources)
    sql = f"""
        -- From when to when is this activity known? One row.
        select m.last_day, max(v.first_day), min(v.last_day)
        from mart.meta m join mart.coverage v on {of_sources.sql} group by m.last_day
    """  # noqa: S608 - question marks only
    found = store.warehouse.rows(sql, of_sources.params)
    if not found or None in found[0]:
        return None
    last, source_first, source_last = found[0]
    return _Known(query.last or last, source_first, source_last)


def people(store: Store, query: CohortQuery, cohort: str, k: int, active: bool, viewer: Viewer) -> pd.DataFrame:
    """The customers behind a cell, column `customer`: who of the cohort was active at `k`, or who was not."""
    moment = BEGINNINGS[query.start][0]
    who = filters.customers(store, (*query.where, (query.by, cohort)), query.segment, viewer, moment)
    sql = f"""
        -- Who of this cohort was active then? One row: a customer.
        select c.customer from mart.customers c
        where {moment} is not null and {who.sql} and {"" if active else "not "}exists (
            select 1 from mart.customer_days d
            where d.customer = c.customer and {ACTIVITIES[query.activity][0]}
                and {
        _LENGTH[query.by].format(
            a=f"cast(date_trunc('{query.by}', {moment}) as date)", b=f"cast(date_trunc('{query.by}', d.day) as date)"
        )
    } = ?
        )
        order by c.customer
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, (*who.params, k))


def _counted(
    store: Store, query: CohortQuery, known: _Known, viewer: Viewer
) -> tuple[dict[dt.date, int], dict[tuple[dt.date, int], int]]:
    """Cohort sizes by first day of the cohort, and active customers by cohort and k, of the weeks that are known."""
    moment = BEGINNINGS[query.start][0]
    who = filters.customers(store, query.where, query.segment, viewer, moment)
    if query.by == "week" and who.sql == "true" and _cuts_no_week(query):
        return _summed(store, query)
    who = who.both(filters.during(moment, query.period))
    who = who.both(Predicate(f"{moment} < ?", (query.last + DAY,))) if query.last else who
    pages = _pages(_number(query.by, start(query.by, known.source_first)), _number(query.by, known.last))
    skipped = f"case w.page {' '.join(f'when {page} then {bits[0]}' for page, bits in pages.items())} end"
    counts = ", ".join(f"count_if((bits >> {bit}) & 1 = 1)" for bit in range(max(map(len, pages.values()))))
    sql = f"""
        -- How many of each cohort were active in which week or month? One row: a cohort × page of 64 of them with a
        -- count for each that is known; page empty: the cohort's size.
        with cohort as (
            select c.customer, cast(date_trunc('{query.by}', {moment}) as date) as began
            from mart.customers c where {moment} is not null and {who.sql}
        )
        select began, cast(null as integer) as page, [count(*)] as customers from cohort group by began
        union all
        select began, page, [{counts}]
        from cohort join (
            select w.customer, w.page, {ACTIVE_BITS[query.activity]} >> {skipped} as bits
            from mart.customer_weeks w
            where w.unit = '{query.by}' and w.page in ({", ".join(map(str, pages))})
                and {ACTIVE_BITS[query.activity]} <> 0
        ) active on active.customer = cohort.customer
        group by began, page
    """  # noqa: S608 - declared names only
    sizes: dict[dt.date, int] = {}
    active: dict[tuple[dt.date, int], int] = {}
    for began, page, counts in store.warehouse.rows(sql, who.params):
        if page is None:
            sizes[began] = counts[0]
            continue
        first = page * PAGE + pages[page][0] - _number(query.by, began)
        active |= {(began, first + bit): count for bit, count in enumerate(counts) if count and first + bit >= 0}
    return sizes, active


SUMMED = {"orders": "ordered", "messages": "spoke", "any": "customers"}
"""What counts as active → column of mart.cohort_sums."""


def _cuts_no_week(query: CohortQuery) -> bool:
    """Whether every cohort is in as a whole."""
    begins = query.period is None or query.period.first.weekday() == 0
    ends = [one for one in (query.period.last if query.period else None, query.last) if one]
    return begins and all(last.weekday() == 6 for last in ends)


def _summed(store: Store, query: CohortQuery) -> tuple[dict[dt.date, int], dict[tuple[dt.date, int], int]]:
    """`_counted` of all customers, week by week."""
    within = filters.during(query.start, query.period)
    within = within.both(Predicate(f"{query.start} <= ?", (query.last,))) if query.last else within
    sql = f"""
        -- How many of each cohort were active in which week? One row: a cohort × week; week empty: the cohort's size.
        select {query.start}, week, cast(sum(if(week is null, customers, {SUMMED[query.activity]})) as bigint)
        from mart.cohort_sums
        where {query.start} is not null and {within.sql} group by {query.start}, week
    """  # noqa: S608 - declared names only
    sizes: dict[dt.date, int] = {}
    active: dict[tuple[dt.date, int], int] = {}
    for began, week, count in store.warehouse.rows(sql, within.params):
        if week is None:
            sizes[began] = count
        elif count and week >= began:
            active[began, (week - began).days // 7] = count
    return sizes, active


def _pages(first: int, last: int) -> dict[int, range]:
    """The pages of mart.customer_weeks from one week or month to another, and which of their bits these are."""
    return {
        page: range(max(first - page * PAGE, 0), min(last - page * PAGE, PAGE - 1) + 1)
        for page in range(first // PAGE, max(first, last) // PAGE + 1)
    }


def _number(unit: str, first: dt.date) -> int:
    """The number of a week or month in mart.customer_weeks."""
    return (first - dt.date(1970, 1, 5)).days // 7 if unit == "week" else (first.year - 1970) * 12 + first.month - 1


def _triangle(
    query: CohortQuery, sizes: dict[dt.date, int], active: dict[tuple[dt.date, int], int], known: _Known | None
) -> pd.DataFrame:
    columns = ["cohort", "size", "k", "active", "rate"]
    if not sizes or known is None:
        return pd.DataFrame(columns=columns)
    first = start(query.by, query.period.first) if query.period else min(sizes)
    end = known.last
    last = min(query.period.last, end) if query.period else max(sizes)
    rows = []
    for cohort in starts(query.by, first, last):
        size = sizes.get(cohort, 0)
        for k, week in enumerate(starts(query.by, cohort, max(end, cohort))):
            there = active.get((cohort, k), 0) if known.holds(week, after(query.by, week) - DAY) else None
            rate = there / size if there is not None and size else None
            rows.append((label(query.by, cohort), size, k, there, rate))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"active": "Int64", "rate": "Float64"})


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """Active of all cohorts known at k / their customers."""
    if rows.empty:
        return pd.DataFrame(columns=["k", "size", "active", "rate"])
    known = rows[rows["active"].notna() & (rows["size"] > 0)]
    pooled = known.groupby("k", as_index=False)[["size", "active"]].sum()
    pooled["rate"] = pooled["active"] / pooled["size"]
    return pooled
