"""How long until the second purchase? Kaplan-Meier over customers by their first order, in all or group by group.

Who has not bought again yet is not "lost": they count as waiting up to the newest order of the data. Whole days: bought
again within n × 24 h is day n, so that the share that returned by day 30 is that of `repurchase_30d`, of all customers
and not only of those watched for 30 days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.notes import Note
from sopdash.metrics.records import for_json
from sopdash.metrics.registry import known

if TYPE_CHECKING:
    from sopdash.metrics.period import Period
    from sopdash.models.survival import LogRank
    from sopdash.warehouse import Store

IN_GROUP = "in_group"
BY: dict[str, str] = {
    **filters.CUSTOMER,
    IN_GROUP: "case when c.first_joined_at <= c.first_ordered_at then 'yes' else 'no' end",
}
"""What customers can be grouped by → expression over `c` = mart.customers. `in_group`: a member of any group when they
bought first, so that nobody's time before joining counts as time in a group."""

MARKS = (30, 60, 90)
"""Days at which the share that returned is told per group."""

_WAITING = """
    -- After how many days did customers buy again? One row: a group × whole days, with how many bought again then and
    -- how many were last seen waiting then.
    with firsts as (
        select {key} as "group", c.first_ordered_at as began, c.second_ordered_at as again
        from mart.customers c where c.first_ordered_at is not null and {who}
    ),
    timed as (
        select "group", again is not null as returned,
            case when again is not null then ceil(epoch(again - began) / 86400.0)
                else floor(epoch(meta.last_order_at - began) / 86400.0) end as day
        from firsts cross join mart.meta as meta
    )
    select "group", cast(day as bigint) as day,
        count(*) filter (returned) as events, count(*) filter (not returned) as censored
    from timed group by "group", day order by "group", day
"""

_WAITING_OF_ALL = """
    -- The same of all customers together, from sums.
    select {key} as "group", days as day,
        coalesce(sum(customers) filter (returned), 0) as events,
        coalesce(sum(customers) filter (not returned), 0) as censored
    from mart.second_orders where {who} group by all order by "group", day
"""
_OF_ALL = {None: "cast(null as varchar)", IN_GROUP: "case when in_group then 'yes' else 'no' end"}
"""What `mart.second_orders` tells customers apart by."""

CURVE = ["group", "day", "at_risk", "events", "censored", "survival", "low", "high", "returned"]
GROUPS = ["group", "customers", "events", "median_days", *(f"returned_{mark}d" for mark in MARKS), "small"]


@dataclass(frozen=True)
class SurvivalQuery:
    """One question: `period` holds the first orders (None: all), `by` one of `BY` or nothing."""

    period: Period | None = None
    by: str | None = None
    where: Where = ()
    segment: str | Predicate | None = None


@dataclass(frozen=True)
class Survival:
    """`curves`: per group and day the share still waiting (`survival`, with its 95 % interval) and the share that
    returned. `groups`: per group its size, median days to the second order (empty while fewer than half returned), the
    share that returned by 30, 60 and 90 days (empty where nobody was watched that long); `small`: too few to be
    compared. `test`: log-rank over the groups that are not small."""

    curves: pd.DataFrame
    groups: pd.DataFrame
    test: LogRank | None = None
    missing: Missing | None = None
    notes: tuple[Note, ...] = ()

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash survival --json`."""
        test = self.test and {"chi2": self.test.chi2, "df": self.test.df, "p": self.test.p}
        document: dict[str, Any] = {"groups": for_json(self.groups), "curves": for_json(self.curves), "test": test}
        return document | ({"missing": {"survival": self.missing.say(lang)}} if self.missing else {})


def run(store: Store, query: SurvivalQuery, viewer: Viewer) -> Survival:
    """The curve of all, or one per group and whether they differ."""
    if query.by is not None:
        known("unknown_dimension", query.by, tuple(BY))
    needs = ("orders.customer", *(("group_members",) if query.by == IN_GROUP else ()))
    missing = lacking(covered(store), needs)
    frame = None if missing else _waiting(store, query, viewer)
    if frame is None or frame.empty:
        return Survival(
            pd.DataFrame(columns=CURVE), pd.DataFrame(columns=GROUPS), missing=missing or Missing("nobody_bought")
        )
    return _estimated(frame, store.settings.minimum_count, _notes(store))


def _waiting(store: Store, query: SurvivalQuery, viewer: Viewer) -> pd.DataFrame:
    if query.by in _OF_ALL and not query.where and query.segment is None and not viewer.scope:
        who = filters.during("day", query.period)
        return store.warehouse.frame(_WAITING_OF_ALL.format(key=_OF_ALL[query.by], who=who.sql), who.params)
    moment = "c.first_ordered_at"
    who = filters.customers(store, query.where, query.segment, viewer, moment)
    who = who.both(filters.during(moment, query.period))
    key = BY[query.by] if query.by else "cast(null as varchar)"
    return store.warehouse.frame(_WAITING.format(key=key, who=who.sql), who.params)


def _notes(store: Store) -> tuple[Note, ...]:
    found = store.warehouse.rows("select first_day from mart.coverage where need = 'orders' and first_day is not null")
    return tuple(Note("history_starts", {"day": day}) for (day,) in found)


def _estimated(frame: pd.DataFrame, least: int, notes: tuple[Note, ...]) -> Survival:
    from sopdash.models import survival as model

    curves, groups, waitings = [], [], []
    for name, part in frame.groupby("group", sort=False, dropna=False):
        waiting = model.Waiting(*(part[column].to_numpy(dtype=np.float64) for column in ("day", "events", "censored")))
        curve = model.kaplan_meier(waiting)
        group = None if pd.isna(name) else str(name)
        customers, events = int(waiting.at_risk[0]), int(waiting.events.sum())
        returned = (1 - curve.at(mark) for mark in MARKS)
        groups.append((group, customers, events, curve.median, *returned, customers < least))
        curves.append(_curve(group, waiting, curve))
        waitings += [waiting] if customers >= least else []
    listed = pd.DataFrame(groups, columns=GROUPS)
    listed["group"] = pd.Series([row[0] for row in groups], dtype=object)
    listed = listed.sort_values("customers", ascending=False, kind="stable", ignore_index=True)
    return Survival(pd.concat(curves, ignore_index=True), listed, model.log_rank(waitings), None, notes)


def _curve(group: str | None, waiting: Any, curve: Any) -> pd.DataFrame:
    columns = {
        "day": waiting.time.astype("int64"),
        "at_risk": waiting.at_risk.astype("int64"),
        "events": waiting.events.astype("int64"),
        "censored": waiting.censored.astype("int64"),
        "survival": curve.survival,
        "low": curve.low,
        "high": curve.high,
        "returned": 1 - curve.survival,
    }
    frame = pd.DataFrame(columns)
    frame.insert(0, "group", pd.Series([group] * len(frame), dtype=object))
    return frame
