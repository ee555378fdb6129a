"""Where do we lose people? A funnel over customers: added → joined → engaged → ordered → ordered again.

The cohort are the customers whose first event of the first stage lies in the period. Closed (the default): each next
stage is the earliest event at or after the stage before, ties counting, at most `window_days` × 24 h after the first
stage. Open: each stage stands for itself, its event at most the window before or after the first stage.
People reached are an aggregate beside the funnel, since nobody knows who they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query
from sopdash.metrics.query import run as numbers
from sopdash.metrics.records import for_json, records
from sopdash.metrics.spine import labels

if TYPE_CHECKING:
    from sopdash.warehouse import Store


@dataclass(frozen=True)
class Stage:
    """A step of the funnel: the kinds of customer events that reach it, and the need ("a|b": either) that shows it."""

    name: str
    kinds: tuple[str, ...]
    need: str
    again: bool = False
    """The second event counted from the one that reached the stage before."""


STAGES: tuple[Stage, ...] = (
    Stage("added", ("added",), "follows"),
    Stage("joined", ("joined",), "group_members"),
    Stage("engaged", ("spoke", "clicked"), "messages|touches"),
    Stage("ordered", ("ordered",), "orders.customer"),
    Stage("ordered_again", ("ordered",), "orders.customer", again=True),
)

TIMES = filters.times("f.at")
"""Dimensions of time: when the customer reached the first stage."""

DIMENSIONS = (*TIMES, *filters.CUSTOMER)
"""What a funnel can be split by: one value per customer."""


@dataclass(frozen=True)
class FunnelQuery:
    """One question to the funnel; `period` None is all the data."""

    period: Period | None = None
    by: str | None = None
    where: Where = ()
    segment: str | Predicate | None = None
    window_days: int = 30
    open: bool = False


@dataclass(frozen=True)
class Funnel:
    """`stages`: one row per value of `by` and stage with customers, from_previous, from_first, median_hours (from the
    stage before; empty in the open variant) and open_window, the customers there whose window is not over.

    `skipped`: stages that the data cannot show. `reached`: people reached per value of `by`, beside the funnel.
    """

    by: str | None
    stages: pd.DataFrame
    skipped: dict[str, Missing] = field(default_factory=dict)
    reached: pd.DataFrame | None = None

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash funnel --json`."""
        document: dict[str, Any] = {
            "stages": for_json(self.stages),
            "skipped": {name: reason.say(lang) for name, reason in self.skipped.items()},
        }
        if self.reached is not None:
            document["reached"] = for_json(self.reached)
        return document


def run(store: Store, query: FunnelQuery, viewer: Viewer) -> Funnel:
    """Counts the funnel, closed or open, by at most one dimension."""
    if query.by is not None and query.by not in DIMENSIONS:
        raise UnknownName("dimension_not_available", dimension=query.by, of="funnel", allowed=DIMENSIONS)
    stages, skipped = _stages(store)
    reached, why_not = _reached(store, query, viewer)
    if why_not:
        skipped = {"reached": why_not, **skipped}
    if not stages:
        return Funnel(query.by, _long(query, [], pd.DataFrame()), skipped, reached)
    query = replace(query, period=query.period or Period.of_data(store))
    paths = _paths(store, query, stages, viewer)
    counted = store.warehouse.frame(_count_sql(paths.sql, query, stages), paths.params)
    return Funnel(query.by, _long(query, stages, counted), skipped, reached)


def people(
    store: Store, query: FunnelQuery, stage: str, dropped: bool, viewer: Viewer, value: Any = None
) -> pd.DataFrame:
    """The customers behind a number, column `customer`: who reached `stage`, or (`dropped`) who reached the stage
    before and not this one; of one `value` of `query.by` where that is given ('' = without a value)."""
    stages, _ = _stages(store)
    names = [known.name for known in stages]
    if stage not in names:
        raise UnknownName("unknown_stage", stage=stage, allowed=tuple(names))
    place = names.index(stage)
    if dropped and place == 0:
        return pd.DataFrame({"customer": pd.Series(dtype="int64")})
    paths = _paths(store, query, stages, viewer)
    there = Predicate(f"t{place - 1} is not null and t{place} is null" if dropped else f"t{place} is not null")
    of_value = Predicate() if value is None else filters.any_of("cast(value as varchar)", [str(value)])
    test = there.both(of_value)
    sql = f"""
        -- Who stands behind this stage? One row: a customer.
        {paths.sql}
        select customer from path where {test.sql} order by customer
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, (*paths.params, *test.params))


def _stages(store: Store) -> tuple[list[Stage], dict[str, Missing]]:
    """The stages the data can show, and why not the others."""
    have = covered(store)
    reasons = {stage.name: lacking(have, (stage.need,)) for stage in STAGES}
    shown = [stage for stage in STAGES if reasons[stage.name] is None]
    return shown, {name: reason for name, reason in reasons.items() if reason}


def _paths(store: Store, query: FunnelQuery, stages: list[Stage], viewer: Viewer) -> Predicate:
    """`with … path as (…)`, one row per customer of the cohort: value, t0, t1, … and until; as SQL with parameters."""
    who = filters.customers(store, query.where, query.segment, viewer, "f.at")
    who = who.both(filters.during("f.at", query.period))
    value = "cast(null as varchar)" if query.by is None else TIMES.get(query.by) or filters.CUSTOMER[query.by]
    return (_any_order if query.open else _in_order)(query, stages, value, who)


def _in_order(query: FunnelQuery, stages: list[Stage], value: str, who: Predicate) -> Predicate:
    """The paths of mart.customer_paths, cut off at the window's end."""
    times = "".join(
        f", case when f.{stage.name} <= f.until then f.{stage.name} end as t{place}"
        for place, stage in enumerate(stages)
        if place > 0
    )
    sql = f"""
        with path as (
            select f.customer, {value} as value, f.at as t0, f.until{times}
            from (
                select *, {stages[0].name} as at, {stages[0].name} + to_hours(24 * ?) as until
                from mart.customer_paths where {stages[0].name} is not null
            ) f join mart.customers c on c.customer = f.customer
            where {who.sql}
        )
    """  # noqa: S608 - declared names only
    return Predicate(sql, (query.window_days, *who.params))


def _any_order(query: FunnelQuery, stages: list[Stage], value: str, who: Predicate) -> Predicate:
    """Each stage by itself, within the window before or after the first."""
    steps = [_step(place, stage) for place, stage in enumerate(stages) if place > 0]
    joined = "".join(f" left join stage_{place} using (customer)" for place in range(1, len(stages)))
    times = "".join(f", t{place}" for place in range(1, len(stages)))
    sql = f"""
        with first_stage as (
            select e.customer, min(e.at) as at from mart.customer_events e
            where {_of_kind(stages[0])} group by e.customer
        ),
        stage_0 as (
            select f.customer, {value} as value, f.at as t0,
                   f.at - to_hours(24 * ?) as since, f.at + to_hours(24 * ?) as until
            from first_stage f join mart.customers c on c.customer = f.customer
            where {who.sql}
        ),
        {"".join(f"{step}, " for step in steps)}
        path as (select stage_0.customer, value, t0, stage_0.until{times} from stage_0{joined})
    """  # noqa: S608 - declared names only
    return Predicate(sql, (query.window_days, query.window_days, *who.params))


def _step(place: int, stage: Stage) -> str:
    """The CTE `stage_<place>`: when each customer reached this stage."""
    at = "min(e.at, 2)[2]" if stage.again else "min(e.at)"
    return f"""stage_{place} as (
            select p.customer, {at} as t{place}
            from stage_0 p join mart.customer_events e on e.customer = p.customer
            where {_of_kind(stage)} and e.at >= p.since and e.at <= p.until
            group by p.customer
            having t{place} is not null
        )"""  # noqa: S608 - declared names only


def _of_kind(stage: Stage) -> str:
    return f"e.kind in ({', '.join(repr(kind) for kind in stage.kinds)})"


def _count_sql(paths: str, query: FunnelQuery, stages: list[Stage]) -> str:
    """One row per value: n<i>, open<i> and hours<i> of each stage."""
    places = range(len(stages))
    counts = [f"count(t{place}) as n{place}" for place in places]
    running = [f"count(t{place}) filter (until > ended) as open{place}" for place in places]
    hours = [
        f"median(epoch(t{place}) - epoch(t{place - 1})) / 3600 as hours{place}"
        for place in places
        if place > 0 and not query.open
    ]
    return f"""
        -- How many customers reached each stage, and how long did it take? One row: a value of the dimension.
        {paths},
        data_end as (select last_day + 1 as ended from mart.meta)
        select value, {", ".join([*counts, *running, *hours])}
        from path cross join data_end
        group by value
    """  # noqa: S608 - declared names only


def _long(query: FunnelQuery, stages: list[Stage], counted: pd.DataFrame) -> pd.DataFrame:
    """The counts as one row per value and stage, weeks and months without a customer included."""
    found = {row["value"]: row for row in records(counted)}
    if query.by is None or not stages:
        values: list[Any] = [None] if stages else []
    else:
        empty = labels(query.by, query.period.first, query.period.last) if query.period else []
        values = sorted({*found, *empty}, key=lambda value: (value is None, value))
    rows = []
    for value in values:
        counts = found.get(value, {})
        first = counts.get("n0") or 0
        for place, stage in enumerate(stages):
            here, before = counts.get(f"n{place}") or 0, counts.get(f"n{place - 1}") if place else None
            rows.append(
                {
                    **({query.by: value} if query.by else {}),
                    "stage": stage.name,
                    "customers": here,
                    "from_previous": here / before if before else None,
                    "from_first": here / first if first else None,
                    "median_hours": counts.get(f"hours{place}"),
                    "open_window": counts.get(f"open{place}") or 0,
                }
            )
    columns = [query.by] if query.by else []
    columns += ["stage", "customers", "from_previous", "from_first", "median_hours", "open_window"]
    return pd.DataFrame(rows, columns=columns)


def _reached(store: Store, query: FunnelQuery, viewer: Viewer) -> tuple[pd.DataFrame | None, Missing | None]:
    """People reached in the period per value of `by`, or why that cannot be said."""
    unknown = lacking(covered(store), ("channel_days.reach",))
    if unknown:
        return None, unknown
    by = (query.by,) if query.by else ()
    asked = Query(("reach",), by, query.period, where=tuple(query.where), segment=query.segment)
    found = numbers(store, asked, viewer)
    if "reach" in found.missing:
        return None, found.missing["reach"]
    return found.rows.rename(columns={"reach": "people"})[[*by, "people"]], None
