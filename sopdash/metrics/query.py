"""Numbers: one typed query → five steps (validate, availability, compile, execute, assemble) → one small frame."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import SopdashError
from sopdash.metrics import assemble, filters, planned, spread
from sopdash.metrics.compile import SETTINGS, Days, Plan, buckets, compiled, tables_of
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.definition import Metric
from sopdash.metrics.filters import Predicate
from sopdash.metrics.missing import Missing, lacking
from sopdash.metrics.notes import Note, notes
from sopdash.metrics.period import Period
from sopdash.metrics.records import records
from sopdash.metrics.registry import BY_PEOPLE, DIMENSIONS, REGISTRY, dimensions, known
from sopdash.metrics.routes import Given, Using
from sopdash.metrics.sources import TIME, Source
from sopdash.warehouse import Cursor, Store, parsed

COMPARISONS = ("previous", "year")


@dataclass(frozen=True)
class Query:
    """What is asked. Hashable, so that it can be part of a cache key."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    period: Period | None = None
    """None: all days of the data."""
    where: tuple[tuple[str, str], ...] = ()
    """(dimension, value) pairs; one dimension named twice means either value; '' means no value."""
    segment: str | Predicate | None = None
    """A saved segment's name, or a predicate over `c` = mart.customers."""
    compare: str | None = None
    """"previous" (the equally long period before), "year" (364 days earlier), or a day as 2026-11-01: the days from it
    on against as many days before it, as far as `period` and the data reach on both sides; a figure whose source does
    not cover both has no change."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", tuple(dict.fromkeys(self.metrics)))
        object.__setattr__(self, "by", tuple(dict.fromkeys(self.by)))
        object.__setattr__(self, "where", tuple((dimension, value) for dimension, value in self.where))


@dataclass(frozen=True)
class Result:
    """Rows: one column per dimension, then per metric `name`; `name__num`, `name__den` for rates and ratios; and when
    compared `name__before`, `name__before__num`, `name__before__den`, `name__change` (rates: difference of the rates;
    everything else: fraction of the value before). NaN is unknown, never 0. `day` is a date, `week` 2026-W46.
    """

    rows: pd.DataFrame
    missing: dict[str, Missing]
    notes: tuple[Note, ...]
    period: Period | None
    before: Period | None = None

    def records(self) -> list[dict[str, Any]]:
        """The rows as plain Python values, None where unknown."""
        return records(self.rows)

    def first(self) -> dict[str, Any]:
        """The first row with all its columns, that of a query without dimensions; empty where there is none."""
        return {} if self.rows.empty else {str(name): cell for name, cell in self.rows.iloc[0].items()}

    def value(self, metric: str) -> float | None:
        """The figure of a query without dimensions; None where unknown or missing."""
        if metric not in self.rows or self.rows.empty:
            return None
        value = self.rows[metric].iloc[0]
        return None if pd.isna(value) else float(value)


def run(store: Store, query: Query, viewer: Viewer) -> Result:
    """Computes `query` from one consistent state of the marts, as far as the data and the viewer's role allow."""
    metrics = [_answering(metric, query, viewer) for metric in _validated(query)]
    with store.warehouse.read() as cursor:
        coverage = store.warehouse.once(cursor, Coverage.read)
        period, before = _periods(query, coverage)
        segment, members = filters.listed(store, query.segment)
        missing, predicates = _availability(store, replace(query, segment=segment), metrics, coverage, viewer)
        ready = [metric for metric in metrics if metric.name not in missing]
        if period is None:
            return Result(assemble.nothing(query.by), missing, (), None)
        quiet = store.settings.silent_group_days <= WEEK
        plan = _plan(ready, predicates, query.by, _using(query, viewer, coverage, period, before, quiet))
        settings = {name: getattr(store.settings, name) for name in SETTINGS}
        tables = planned.tables(store, (name for source in plan.predicates for name in source.tables)) + members
        now, then = _both(cursor, plan, period, before, settings, tables)
    rows = assemble.rows(ready, plan, coverage, now, then)
    said = notes(ready, plan, coverage, period, before, now)
    if before is not None and turning_point(query.compare) is not None:
        said = (Note("before_after", {"day": period.first, "n": period.days}), *said)
        unfair = [f"{metric.name}__change" for metric in ready if not _fairly(metric, coverage, (before, period))]
        rows = rows.assign(**dict.fromkeys(unfair, float("nan")))
    return Result(rows, missing, said, period, before)


def reach(store: Store, query: Query, viewer: Viewer) -> tuple[Period | None, dict[str, Missing]]:
    """The days that `run` would answer for, and which metrics it would leave out and why; nothing is counted."""
    metrics = [_answering(metric, query, viewer) for metric in _validated(query)]
    with store.warehouse.read() as cursor:
        coverage = store.warehouse.once(cursor, Coverage.read)
    return _period(query, coverage), _availability(store, query, metrics, coverage, viewer)[0]


# --- validate --------------------------------------------------------------------------------------------------------


def _validated(query: Query) -> list[Metric]:
    for name in query.metrics:
        known("unknown_metric", name, tuple(REGISTRY))
    for name in (*query.by, *(dimension for dimension, _ in query.where)):
        known("unknown_dimension", name, DIMENSIONS)
    if query.compare is not None and turning_point(query.compare) is None:
        known("unknown_comparison", query.compare, (*COMPARISONS, "2026-11-01"))
    return [REGISTRY[name] for name in query.metrics]


def _period(query: Query, coverage: Coverage) -> Period | None:
    """The days asked for: the period, cut to what filters on day, week or month leave of it (one unbroken stretch)."""
    period = query.period or coverage.whole
    for dimension in TIME:
        named = [Period.named(dimension, value) for name, value in query.where if name == dimension]
        if period is None or not named:
            continue
        kept = [day for day in _days(period) if any(day in stretch for stretch in named)]
        if not kept:
            return None
        if (kept[-1] - kept[0]).days + 1 != len(kept):
            raise SopdashError("time_filter_broken", dimension=dimension)
        period = Period(kept[0], kept[-1])
    return period


def _days(period: Period) -> list[dt.date]:
    return [period.first + dt.timedelta(days=n) for n in range(period.days)]


# --- availability ----------------------------------------------------------------------------------------------------


def _availability(
    store: Store, query: Query, metrics: list[Metric], coverage: Coverage, viewer: Viewer
) -> tuple[dict[str, Missing], dict[Source, Predicate]]:
    """Why some metrics are absent, and for the others which rows of their sources count."""
    missing: dict[str, Missing] = {}
    predicates: dict[Source, Predicate] = {}
    where = _where(query)
    have = coverage.needs | filled(store, (need for metric in metrics for need in metric.needs))
    for metric in metrics:
        reason = lacking(have, metric.needs) or _unasked(metric, query, viewer)
        if reason is not None:
            missing[metric.name] = reason
            continue
        for source in metric.sources:
            if source not in predicates:
                rows = filters.Rows(source.name, source.own, source.customer)
                predicates[source] = filters.predicate(store, rows, where, query.segment, viewer)
    return missing, predicates


def filled(store: Store, needs: Iterable[str]) -> frozenset[str]:
    """What metrics need besides the exports and what is there of it: settings that are filled, a calendar."""
    settings = frozenset(f"settings.{name}" for name in SETTINGS if getattr(store.settings, name) is not None)
    return settings | planned.met(store) if planned.NEED_CALENDAR in needs else settings


def _where(query: Query) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in query.where if pair[0] not in TIME)


def _answering(metric: Metric, query: Query, viewer: Viewer) -> Metric:
    """The metric as it is; where it cannot be asked so, but can be counted by people, as that."""
    other = BY_PEOPLE.get(metric.name)
    if other is None or not _unasked(metric, query, viewer) or _unasked(other, query, viewer):
        return metric
    return other


def _unasked(metric: Metric, query: Query, viewer: Viewer) -> Missing | None:
    """Why the metric cannot be split, filtered or shown as the query and the viewer's role want it."""
    where = _where(query)
    closed = (_closed(source, where, query, viewer) for source in metric.sources)
    return _by_unknown(metric, query.by) or next((found for found in closed if found), None)


def _by_unknown(metric: Metric, by: tuple[str, ...]) -> Missing | None:
    unknown = next((name for name in by if name not in metric.dimensions), None)
    return Missing("no_dimension", {"dimension": unknown, "allowed": dimensions(metric.name)}) if unknown else None


def _closed(source: Source, where: tuple[tuple[str, str], ...], query: Query, viewer: Viewer) -> Missing | None:
    """Why this source cannot be filtered as asked, or not be shown to this viewer."""
    open_to = {*source.own, *(filters.FILTERABLE if source.customer else ())}
    unknown = next((dimension for dimension, _ in where if dimension not in open_to), None)
    if unknown is not None:
        return Missing("no_filter", {"dimension": unknown})
    if query.segment is not None and source.customer is None:
        return Missing("no_segment")
    if any(dimension not in open_to for dimension, _ in viewer.scope):
        return Missing("out_of_scope")
    return None


# --- compile, execute ------------------------------------------------------------------------------------------------


def _plan(metrics: list[Metric], predicates: dict[Source, Predicate], by: tuple[str, ...], using: Using) -> Plan:
    measures = dict.fromkeys(measure for metric in metrics for measure in metric.measures)
    return Plan({measure: f"m{index}" for index, measure in enumerate(measures)}, predicates, by, using)


WEEK = 7
"""Days without a word, up to which one week tells whether a group is silent."""


def _using(
    query: Query, viewer: Viewer, coverage: Coverage, period: Period, before: Period | None, quiet: bool
) -> Using:
    """What splits or narrows the rows besides time; a segment never parts the rows of a customer."""
    split = frozenset(query.by) - frozenset(TIME)
    given = Counter(dimension for dimension, _ in query.where if dimension not in TIME)
    narrowed = frozenset(given) | frozenset(dimension for dimension, _ in viewer.scope)
    pinned = split | frozenset(dimension for dimension, times in given.items() if times == 1)
    times = [name for name in query.by if name in TIME]
    weeks = times in ([], ["week"]) and all(_whole_weeks(one, coverage) for one in (period, before) if one)
    facts = {
        Given.WEEKS: weeks,
        Given.EACH_A_WEEK: weeks and times == ["week"],
        Given.RECENT: not times and period == coverage.recent and before in (None, period.previous()),
        Given.QUIET: quiet,
    }
    holds = frozenset(name for name, held in facts.items() if held)
    return Using(split | narrowed, pinned, query.segment is not None, holds)


def _whole_weeks(period: Period, coverage: Coverage) -> bool:
    """Whether it cuts no week that has days of data on both sides of the cut."""
    told = [days for days in (coverage.whole, coverage.grouped) if days is not None]
    begins = period.first.weekday() == 0 or all(period.first <= days.first for days in told)
    return begins and (period.last.weekday() == 6 or all(period.last >= days.last for days in told))


def _both(
    cursor: Cursor,
    plan: Plan,
    period: Period,
    before: Period | None,
    settings: Mapping[str, Any],
    tables: Sequence[Predicate],
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The rows of the period and of the one before: of two that touch, read in one go."""
    if before is None:
        return _execute(cursor, plan, Days.of(period), settings, tables), None
    if before.end != period.first:
        now, then = (_execute(cursor, plan, Days.of(one), settings, tables) for one in (period, before))
        return now, then
    rows = _execute(cursor, plan, Days.of(period, before), settings, tables)
    later = rows["first"].to_numpy("datetime64[s]") >= np.datetime64(period.first)
    return rows[later].reset_index(drop=True), rows[~later].reset_index(drop=True)


def _execute(
    cursor: Cursor, plan: Plan, days: Days, settings: Mapping[str, Any], tables: Sequence[Predicate]
) -> pd.DataFrame:
    if plan.keys and not plan.predicates:
        return assemble.nothing(("bucket_no", "first", "last", *plan.by))
    statement = compiled(plan, days, settings, [*tables, *handed(cursor, plan, days)])
    return cursor.execute(parsed(cursor, statement.sql), statement.params).df()


def handed(cursor: Cursor, plan: Plan, days: Days) -> list[Predicate]:
    """Steps of the statement that are read from the marts before it."""
    return spread.steps(cursor, tables_of(plan), buckets(plan.times, days))


def turning_point(compare: str | None) -> dt.date | None:
    """The day of a comparison before/after; None for the other comparisons."""
    try:
        return dt.date.fromisoformat(compare or "")
    except ValueError:
        return None


def _periods(query: Query, coverage: Coverage) -> tuple[Period | None, Period | None]:
    """The period asked for, and the one it is compared with."""
    period = _period(query, coverage)
    day = turning_point(query.compare)
    if period is None or query.compare is None:
        return period, None
    if day is None:
        return period, period.previous() if query.compare == "previous" else period.year_before()
    period = (period.within(coverage.whole) if coverage.whole else None) or period
    sides = period.around(day)
    if sides is None:
        raise SopdashError("nothing_around", day=day.isoformat())
    return sides[1], sides[0]


UNCOVERED = 0.1
"""How much of either side of a comparison before/after may lie outside a figure's source; a day always may."""


def _fairly(metric: Metric, coverage: Coverage, sides: tuple[Period, Period]) -> bool:
    """Whether the metric's sources cover both sides: one that begins or ends within them would look like a change."""
    allowed = max(1, int(UNCOVERED * sides[0].days))
    for source in metric.sources:
        spans = coverage.of(source)
        if not spans:
            continue
        whole = Period(min(span.first for span in spans), max(span.last for span in spans))
        shared = [side.within(whole) for side in sides]
        if any(part is None or side.days - part.days > allowed for side, part in zip(sides, shared, strict=True)):
            return False
    return True
