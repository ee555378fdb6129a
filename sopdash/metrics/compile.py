"""One statement for one query: a CTE per source grouped by the keys, all joined on one spine of keys.

    settings, days, buckets     what the sources refer to
    s0, s1, …                   one row per bucket × keys, each from its own rows (raw rows never meet raw rows)
    keys, spine                 every bucket × every combination of keys that any source has; NULL keys once
    select                      the measures of all sources beside each other

Parameters are positional, so every fragment carries its own and they are put together in the order of the text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sopdash.metrics.definition import Measure
from sopdash.metrics.filters import Predicate
from sopdash.metrics.period import Period
from sopdash.metrics.routes import Using, routed
from sopdash.metrics.sources import TIME, Source, When
from sopdash.metrics.spine import DAY

_START = {
    "day": "{day}",
    "week": "cast(date_trunc('week', {day}) as date)",
    "month": "cast(date_trunc('month', {day}) as date)",
}
_LABEL = {"day": "{day}", "week": "strftime({day}, '%G-W%V')", "month": "strftime({day}, '%Y-%m')"}
_BUCKET_OF = re.compile(r"\{bucket of ([\w.]+)\}")
_SINCE_OF = re.compile(r"\{since of ([\w.]+)\}")
SETTINGS = ("margin", "group_capacity", "silent_group_days")
"""The settings measures may refer to, as columns of the CTE `settings`."""


@dataclass(frozen=True)
class Plan:
    """What to compute: measures (by column name of the statement) of sources, each source with its predicate."""

    measures: Mapping[Measure, str]
    predicates: Mapping[Source, Predicate]
    by: tuple[str, ...]
    using: Using = field(default_factory=Using)
    """What rows are split and filtered by: decides which measures a lighter source may answer."""

    @property
    def times(self) -> tuple[str, ...]:
        """The dimensions of time among `by`."""
        return tuple(name for name in self.by if name in TIME)

    @property
    def keys(self) -> tuple[str, ...]:
        """The other dimensions."""
        return tuple(name for name in self.by if name not in TIME)


def flag_column(source: Source, code: str) -> str:
    """Where the statement puts a source's flag."""
    return f"flag:{source.name}:{code}"


@dataclass(frozen=True)
class Days:
    """The days of a statement; those before `turn` are a period that the rest is compared with: buckets of its own."""

    first: dt.date
    last: dt.date
    turn: dt.date | None = None

    @classmethod
    def of(cls, period: Period, before: Period | None = None) -> Days:
        """The period, with the one just before it."""
        return cls(period.first, period.last) if before is None else cls(before.first, period.last, period.first)

    def is_one(self, times: Sequence[str]) -> bool:
        """Whether all of them lie in one bucket."""
        return not times and self.turn is None

    def bucket(self, times: Sequence[str], day: str) -> str:
        """The first day of the bucket `day` lies in: without dimensions of time each period is one."""
        starts = [_START[name].format(day=day) for name in times]
        start = starts[0] if starts else "date '1970-01-01'"
        if len(starts) > 1:
            start = f"greatest({', '.join(starts)})"
        if self.turn is None:
            return start
        turn = _date(self.turn)
        return f"case when {day} >= {turn} then {f'greatest({start}, {turn})' if starts else turn} else {start} end"


def _date(day: dt.date) -> str:
    return f"date '{day.isoformat()}'"


def compiled(plan: Plan, days: Days, settings: Mapping[str, Any], tables: Sequence[Predicate] = ()) -> Predicate:
    """The statement and its parameters; `tables`: steps that sources refer to besides the marts (`planned`).

    Columns: bucket_no (counted anew from `turn` on), first, last, the dimensions of `by`, measures, flags.
    """
    parts = _parts(plan)
    steps = [_settings(settings), *tables, buckets(plan.times, days)]
    for part in parts:
        body = _rows(part, plan, days)
        steps.append(Predicate(f"{part.name} as (\n{body.sql}\n)", body.params))
    steps.append(Predicate(_spine(plan.keys, [part.name for part in parts], days)))
    sql = "with " + ",\n".join(step.sql for step in steps) + "\n" + _select(plan, parts)
    return Predicate(sql, tuple(value for step in steps for value in step.params))


@dataclass(frozen=True, eq=False)
class _Part:
    """One CTE: aggregates (column → SQL) over `source`, which is that of the metrics or a lighter one in its place."""

    name: str
    source: Source
    where: Predicate
    aggregates: Mapping[str, str]


def tables_of(plan: Plan) -> set[str]:
    """The steps that the sources it is answered by read besides the marts."""
    return {name for part in _parts(plan) for name in part.source.tables}


def _parts(plan: Plan) -> list[_Part]:
    """The CTEs of all sources: a source's measures part where some of them are answered by a lighter one, and several
    sources are one where the same rows of one answer them."""
    found: dict[tuple[Source, Predicate], dict[str, str]] = {}
    using = replace(plan.using, dimensions=plan.using.dimensions.union(plan.keys))
    for measure, name in plan.measures.items():
        source, sql = routed(measure, using)
        found.setdefault((source, plan.predicates[measure.source]), {})[name] = sql
    for source in plan.predicates:
        for code, asked in source.flags.items():
            light, sql = routed(Measure(source, asked), using)
            found.setdefault((light, plan.predicates[source]), {})[flag_column(source, code)] = sql
    return [
        _Part(f"s{index}", source, where, aggregates)
        for index, ((source, where), aggregates) in enumerate(found.items())
    ]


def _settings(settings: Mapping[str, Any]) -> Predicate:
    columns = ", ".join(f"cast(? as double) as {name}" for name in SETTINGS)
    return Predicate(f"settings as (select {columns})", tuple(settings[name] for name in SETTINGS))


def buckets(times: Sequence[str], days: Days) -> Predicate:
    """The steps `days`, one row a day, and `buckets`: the first and last day of each, and how many days it has."""
    side = "" if days.turn is None else f"partition by bucket >= {_date(days.turn)} "
    sql = f"""days as (
    select cast(unnest(generate_series(cast(? as date), cast(? as date), interval 1 day)) as date) as day
),
buckets as (
    select bucket, row_number() over ({side}order by bucket) as bucket_no, min(day) as first, max(day) as last,
        count(*) as days, cast(min(day) as timestamp) as since, cast(max(day) + 1 as timestamp) as until
    from (select {days.bucket(times, "day")} as bucket, day from days) dated
    group by bucket
)"""  # noqa: S608
    return Predicate(sql, (days.first, days.last))


def _rows(part: _Part, plan: Plan, days: Days) -> Predicate:
    """One row per bucket × keys, with the measures and flags of this part."""
    if part.source.per:
        return _per_entity(part, plan, days)
    aggregates = [f'{sql} as "{name}"' for name, sql in part.aggregates.items()]
    return _standing(part, plan, days) if _adds_up(part, plan) else _grouped(part, plan, days, aggregates)


def _grouped(part: _Part, plan: Plan, days: Days, aggregates: Sequence[str], extra: Sequence[str] = ()) -> Predicate:
    source = part.source
    keys = [f"{_bucket_of(source, plan, days)} as bucket", *_keys(source, plan), *extra]
    aggregates = [_dated(sql, plan, days) for sql in aggregates]
    during = source.when is When.DURING
    conditions = [
        _dated(source.keep, plan, days),
        part.where.sql,
        *([f"{source.day} between ? and ?"] if during else []),
        *_reach(source, plan, days),
    ]
    condition = " and ".join(f"({one})" for one in conditions if one != "true") or "true"
    rows = _from(source, " ".join([*keys, *aggregates, condition]), plan, days)
    sql = f"""    select {", ".join([*keys, *aggregates])}
    from {rows}
    where {condition}
    group by {_places(keys, during and days.is_one(plan.times))}"""  # noqa: S608
    return Predicate(sql, (*part.where.params, *((days.first, days.last) if during else ())))


def _places(keys: Sequence[str], one_bucket: bool) -> str:
    """What to group by; beside other keys not by a bucket that all rows lie in: one key of few words is fast."""
    first = 2 if one_bucket and len(keys) > 1 else 1
    return ", ".join(str(place) for place in range(first, len(keys) + 1))


def _reach(source: Source, plan: Plan, days: Days) -> list[str]:
    """The days that rows can come from at all, said plainly: the join with the buckets hides it from the engine."""
    if source.when not in (When.TRAILING, When.BEFORE):
        return []
    turns = [] if days.turn is None else [days.turn]
    if source.when is When.BEFORE:
        sides = [(first - source.trailing * DAY, first - DAY) for first in (days.first, *turns)]
    else:
        sides = [(last - (source.trailing - 1) * DAY, last) for last in (*(turn - DAY for turn in turns), days.last)]
    if plan.times:
        sides = [(days.first - source.trailing * DAY, days.last)]
    return [" or ".join(f"{source.day} between {_date(first)} and {_date(last)}" for first, last in sides)]


def _dated(sql: str, plan: Plan, days: Days) -> str:
    """`{since of x.day}` filled in: the first day of the bucket that the day lies in, seen without a join."""
    return _SINCE_OF.sub(lambda found: f"greatest({days.bucket(plan.times, found[1])}, {_date(days.first)})", sql)


def _per_entity(part: _Part, plan: Plan, days: Days) -> Predicate:
    """First one row per bucket × keys × entity, then the measures over those."""
    inner = [f"{sql} as {name}" for name, sql in part.source.inner.items()]
    entities = _grouped(part, plan, days, inner, extra=[f"{part.source.per} as entity"])
    aggregates = [f'{sql} as "{name}"' for name, sql in part.aggregates.items()]
    keys = ["e.bucket", *(f"e.k{index}" for index in range(len(plan.keys)))]
    buckets = " join buckets b on b.bucket = e.bucket" if _uses("b", " ".join(aggregates)) else ""
    sql = f"""    select {", ".join([*keys, *aggregates])}
    from (
{entities.sql}
    ) e{buckets}
    group by {", ".join(keys)}"""  # noqa: S608
    return Predicate(sql, entities.params)


_SUM = re.compile(r"sum\(\w+\.\w+\)")
_COUNT = re.compile(r"count\(\*\)( filter \((?!.*count\().*\))?", re.DOTALL)


def _adds_up(part: _Part, plan: Plan) -> bool:
    """Whether what holds at a moment is what came before it less what went: counts, of rows that know no bucket."""
    source = part.source
    adds = _SUM if source.summed else _COUNT
    if source.when not in (When.AT_START, When.AT_END) or not all(map(adds.fullmatch, part.aggregates.values())):
        return False
    text = " ".join([*_keys(source, plan), *part.aggregates.values(), source.keep, part.where.sql])
    joins = [join for alias, join in source.joins.items() if _uses(alias, text)]
    return not _uses("b", " ".join([text, source.since, source.until, *joins]))


def _standing(part: _Part, plan: Plan, days: Days) -> Predicate:
    """What holds at each bucket's moment, as a running sum of what came and went: rows meet no buckets.

    Moments are midnights, so days decide: a row holds at midnight M that came on a day before M and left on none.
    """
    source, keys = part.source, [f"k{index}" for index in range(len(plan.keys))]
    sums = {**part.aggregates, "rows_standing": "count(*)"}
    came = _passed(part, plan, days, "since", sums)
    went = _passed(part, plan, days, "until", sums)
    listed = "".join(f", {key}" for key in keys)
    columns = ", ".join(f'"{name}"' for name in sums)
    negative = ", ".join(f'-"{name}"' for name in sums)
    total = ", ".join(f'sum("{name}") as "{name}"' for name in sums)
    upto = "current row" if source.when is When.AT_END else "1 preceding"
    running = ", ".join(f'sum(coalesce(moved."{name}", 0)) over upto as "{name}"' for name in sums)
    same = "".join(f" and moved.{key} is not distinct from grid.{key}" for key in keys)
    parted = f"partition by {', '.join(f'grid.{key}' for key in keys)} " if keys else ""
    sql = f"""    select bucket{listed}, {", ".join(f'"{name}"' for name in part.aggregates)}
    from (
        with moved as materialized (
            select bucket{listed}, {total}
            from (
                select bucket{listed}, {columns} from ({came.sql}) came
                union all
                select bucket{listed}, {negative} from ({went.sql}) went
            ) both_ways
            group by bucket{listed}
        ),
        grid as (
            select * from (select bucket from buckets union all select null) marks
            {f"cross join (select distinct {', '.join(keys)} from moved) kinds" if keys else ""}
        )
        select grid.bucket{"".join(f", grid.{key}" for key in keys)}, {running}
        from grid left join moved on moved.bucket is not distinct from grid.bucket{same}
        window upto as ({parted}order by grid.bucket nulls first rows between unbounded preceding and {upto})
    ) standing
    where bucket is not null and rows_standing > 0"""  # noqa: S608
    return Predicate(sql, (*came.params, *went.params))


def _passed(part: _Part, plan: Plan, days: Days, end: str, sums: Mapping[str, str]) -> Predicate:
    """Rows that came (`since`) or went (`until`), by the bucket of that day; NULL before the first bucket."""
    source = part.source
    day = f"cast({source.since if end == 'since' else source.until} as date)"
    keys = [f"case when {day} >= ? then {days.bucket(plan.times, day)} end as bucket", *_keys(source, plan)]
    aggregates = [f'{sql} as "{name}"' for name, sql in sums.items()]
    conditions = [
        source.keep, part.where.sql, f"coalesce({source.until}, timestamp 'infinity') >= {source.since}", f"{day} <= ?",
        *([f"{source.day} between ? and ?"] if source.trailing else []),
    ]  # fmt: skip
    condition = " and ".join(f"({one})" for one in conditions if one != "true")
    rows = _from(source, " ".join([*keys, *aggregates, condition]), plan, days, head=source.relation)
    sql = f"""select {", ".join([*keys, *aggregates])} from {rows} where {condition} group by {
        ", ".join(str(index + 1) for index in range(len(keys)))
    }"""  # noqa: S608
    reach = (days.first - dt.timedelta(days=source.trailing), days.last) if source.trailing else ()
    return Predicate(sql, (days.first, *part.where.params, days.last, *reach))


def _bucket_of(source: Source, plan: Plan, days: Days) -> str:
    return days.bucket(plan.times, source.day) if source.when is When.DURING else "b.bucket"


def _keys(source: Source, plan: Plan) -> list[str]:
    return [f"{source.own[name]} as k{index}" for index, name in enumerate(plan.keys)]


def _from(source: Source, text: str, plan: Plan, days: Days, head: str = "") -> str:
    """The relation, met with the buckets where needed (`head`: it is not), and the joins whose alias the text uses."""
    joins: list[str] = []
    for alias, join in reversed(list(source.joins.items())):
        if _uses(alias, " ".join([text, *joins])):
            joins.insert(0, _BUCKET_OF.sub(lambda found: days.bucket(plan.times, found[1]), join))
    joins = [join.replace("{first}", _date(days.first)).replace("{last}", _date(days.last)) for join in joins]
    if head:
        return "\n    ".join([head, *joins])
    match source.when:
        case When.DURING:
            head = source.relation
        case When.TRAILING:
            within = f"{source.day} > b.last - {source.trailing} and {source.day} <= b.last"
            head = f"{source.relation} join buckets b on {within}"
        case When.BEFORE:
            within = f"{source.day} >= b.first - {source.trailing} and {source.day} < b.first"
            head = f"{source.relation} join buckets b on {within}"
        case _:
            moment = "b.since" if source.when is When.AT_START else "b.until"
            holds = f"{source.since} < {moment} and coalesce({source.until}, timestamp 'infinity') >= {moment}"
            head = f"{source.relation} join buckets b on {holds}"
    return "\n    ".join([head, *joins])


def _uses(alias: str, text: str) -> bool:
    return re.search(rf"\b{alias}\.", text) is not None


def _spine(keys: Sequence[str], names: Sequence[str], days: Days) -> str:
    """Every bucket × every combination of keys that any source has in its period."""
    if not keys:
        return "spine as (select * from buckets)"
    side = "" if days.turn is None else f"bucket >= {_date(days.turn)} as later, "
    columns = side + ", ".join(f"k{index}" for index in range(len(keys)))
    found = "\n    union all\n".join(f"    select {columns} from {name}" for name in names)  # noqa: S608
    beside = "cross join keys" if days.turn is None else f"join keys on keys.later = (bucket >= {_date(days.turn)})"
    return f"keys as (\nselect distinct * from (\n{found}\n)),\nspine as (select * from buckets {beside})"  # noqa: S608


def _select(plan: Plan, parts: Sequence[_Part]) -> str:
    labels = {name: _LABEL[name].format(day="spine.first") for name in plan.times}
    labels |= {name: f"spine.k{index}" for index, name in enumerate(plan.keys)}
    columns = [f'{labels[name]} as "{name}"' for name in plan.by]
    columns += [f'{part.name}."{name}"' for part in parts for name in part.aggregates]
    keys = "".join(f" and {{name}}.k{i} is not distinct from spine.k{i}" for i in range(len(plan.keys)))
    names = [part.name for part in parts]
    joins = [f"left join {name} on {name}.bucket = spine.bucket{keys.format(name=name)}" for name in names]
    order = ["spine.bucket", *(f"spine.k{index} nulls last" for index in range(len(plan.keys)))]
    head = ["spine.bucket_no", "spine.first", "spine.last", *columns]
    return f"select {', '.join(head)}\nfrom spine\n{chr(10).join(joins)}\norder by {', '.join(order)}"
