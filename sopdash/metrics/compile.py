"""One statement for one query: a CTE per source grouped by the keys, all joined on one spine of keys.

    settings, days, buckets     what the sources refer to
    s0, s1, …                   one row per bucket × keys, each from its own rows (raw rows never meet raw rows)
    keys, spine                 every bucket × every combination of keys that any source has; NULL keys once
    select                      the measures of all sources beside each other

Parameters are positional, so every fragment carries its own and they are put together in the order of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sopdash.metrics.definition import Measure
from sopdash.metrics.filters import Predicate
from sopdash.metrics.period import Period
from sopdash.metrics.sources import TIME, Source, When

_START = {
    "day": "{day}",
    "week": "cast(date_trunc('week', {day}) as date)",
    "month": "cast(date_trunc('month', {day}) as date)",
}
_LABEL = {"day": "{day}", "week": "strftime({day}, '%G-W%V')", "month": "strftime({day}, '%Y-%m')"}
_BUCKET_OF = re.compile(r"\{bucket of ([\w.]+)\}")
SETTINGS = ("margin", "group_capacity", "silent_group_days")
"""The settings measures may refer to, as columns of the CTE `settings`."""


@dataclass(frozen=True)
class Plan:
    """What to compute: measures (by column name of the statement) of sources, each source with its predicate."""

    measures: Mapping[Measure, str]
    predicates: Mapping[Source, Predicate]
    by: tuple[str, ...]

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


def compiled(plan: Plan, period: Period, settings: Mapping[str, Any], tables: Sequence[Predicate] = ()) -> Predicate:
    """The statement and its parameters; `tables`: steps that sources refer to besides the marts (`planned`).

    Columns: bucket_no, first, last, the dimensions of `by`, measures, flags.
    """
    names = {source: f"s{index}" for index, source in enumerate(plan.predicates)}
    steps = [_settings(settings), *tables, _days(period), Predicate(_buckets(plan.times))]
    for source, name in names.items():
        body = _source(source, plan, period)
        steps.append(Predicate(f"{name} as (\n{body.sql}\n)", body.params))
    steps.append(Predicate(_spine(plan.keys, list(names.values()))))
    sql = "with " + ",\n".join(step.sql for step in steps) + "\n" + _select(plan, names)
    return Predicate(sql, tuple(value for step in steps for value in step.params))


def _settings(settings: Mapping[str, Any]) -> Predicate:
    columns = ", ".join(f"cast(? as double) as {name}" for name in SETTINGS)
    return Predicate(f"settings as (select {columns})", tuple(settings[name] for name in SETTINGS))


def _days(period: Period) -> Predicate:
    series = "generate_series(cast(? as date), cast(? as date), interval 1 day)"
    return Predicate(f"days as (select cast(unnest({series}) as date) as day)", (period.first, period.last))


def _bucket(times: Sequence[str], day: str) -> str:
    """The first day of the bucket `day` lies in: without dimensions of time there is one bucket."""
    starts = [_START[name].format(day=day) for name in times]
    if not starts:
        return "date '1970-01-01'"
    return starts[0] if len(starts) == 1 else f"greatest({', '.join(starts)})"


def _buckets(times: Sequence[str]) -> str:
    return f"""buckets as (
    select bucket, row_number() over (order by bucket) as bucket_no, min(day) as first, max(day) as last,
        count(*) as days, cast(min(day) as timestamp) as since, cast(max(day) + 1 as timestamp) as until
    from (select {_bucket(times, "day")} as bucket, day from days) dated
    group by bucket
)"""  # noqa: S608


def _source(source: Source, plan: Plan, period: Period) -> Predicate:
    """One row per bucket × keys, with the measures and flags of this source."""
    measures = [f"{measure.sql} as {name}" for measure, name in plan.measures.items() if measure.source is source]
    flags = [f'{sql} as "{flag_column(source, code)}"' for code, sql in source.flags.items()]
    grouped = _per_entity if source.per else _grouped
    return grouped(source, plan, period, [*measures, *flags])


def _grouped(
    source: Source, plan: Plan, period: Period, aggregates: Sequence[str], extra: Sequence[str] = ()
) -> Predicate:
    keys = [f"{_bucket_of(source, plan)} as bucket", *_keys(source, plan), *extra]
    where = plan.predicates[source]
    during = source.when is When.DURING
    conditions = [source.keep, where.sql, *([f"{source.day} between ? and ?"] if during else [])]
    condition = " and ".join(f"({part})" for part in conditions if part != "true") or "true"
    rows = _from(source, " ".join([*keys, *aggregates, condition]), plan.times)
    sql = f"""    select {", ".join([*keys, *aggregates])}
    from {rows}
    where {condition}
    group by {", ".join(str(index + 1) for index in range(len(keys)))}"""  # noqa: S608
    return Predicate(sql, (*where.params, *((period.first, period.last) if during else ())))


def _per_entity(source: Source, plan: Plan, period: Period, aggregates: Sequence[str]) -> Predicate:
    """First one row per bucket × keys × entity, then the measures over those."""
    inner = [f"{sql} as {name}" for name, sql in source.inner.items()]
    entities = _grouped(source, plan, period, inner, extra=[f"{source.per} as entity"])
    keys = ["e.bucket", *(f"e.k{index}" for index in range(len(plan.keys)))]
    buckets = " join buckets b on b.bucket = e.bucket" if _uses("b", " ".join(aggregates)) else ""
    sql = f"""    select {", ".join([*keys, *aggregates])}
    from (
{entities.sql}
    ) e{buckets}
    group by {", ".join(keys)}"""  # noqa: S608
    return Predicate(sql, entities.params)


def _bucket_of(source: Source, plan: Plan) -> str:
    return _bucket(plan.times, source.day) if source.when is When.DURING else "b.bucket"


def _keys(source: Source, plan: Plan) -> list[str]:
    return [f"{source.own[name]} as k{index}" for index, name in enumerate(plan.keys)]


def _from(source: Source, text: str, times: Sequence[str]) -> str:
    """The relation, met with the buckets where needed, and those joins whose alias the other text uses."""
    joins: list[str] = []
    for alias, join in reversed(list(source.joins.items())):
        if _uses(alias, " ".join([text, *joins])):
            joins.insert(0, _BUCKET_OF.sub(lambda found: _bucket(times, found[1]), join))
    match source.when:
        case When.DURING:
            head = source.relation
        case When.TRAILING:
            days = f"{source.day} > b.last - {source.trailing} and {source.day} <= b.last"
            head = f"{source.relation} join buckets b on {days}"
        case When.BEFORE:
            days = f"{source.day} >= b.first - {source.trailing} and {source.day} < b.first"
            head = f"{source.relation} join buckets b on {days}"
        case _:
            moment = "b.since" if source.when is When.AT_START else "b.until"
            holds = f"{source.since} < {moment} and coalesce({source.until}, timestamp 'infinity') >= {moment}"
            head = f"{source.relation} join buckets b on {holds}"
    return "\n    ".join([head, *joins])


def _uses(alias: str, text: str) -> bool:
    return re.search(rf"\b{alias}\.", text) is not None


def _spine(keys: Sequence[str], names: Sequence[str]) -> str:
    if not keys:
        return "spine as (select * from buckets)"
    columns = ", ".join(f"k{index}" for index in range(len(keys)))
    found = "\n    union\n".join(f"    select distinct {columns} from {name}" for name in names)  # noqa: S608
    return f"keys as (\n{found}\n),\nspine as (select * from buckets cross join keys)"  # noqa: S608


def _select(plan: Plan, names: Mapping[Source, str]) -> str:
    labels = {name: _LABEL[name].format(day="spine.first") for name in plan.times}
    labels |= {name: f"spine.k{index}" for index, name in enumerate(plan.keys)}
    columns = [f'{labels[name]} as "{name}"' for name in plan.by]
    columns += [f"{names[measure.source]}.{name}" for measure, name in plan.measures.items()]
    columns += [f'{name}."{flag_column(source, code)}"' for source, name in names.items() for code in source.flags]
    keys = "".join(f" and {{name}}.k{i} is not distinct from spine.k{i}" for i in range(len(plan.keys)))
    joins = [f"left join {name} on {name}.bucket = spine.bucket{keys.format(name=name)}" for name in names.values()]
    order = ["spine.bucket", *(f"spine.k{index} nulls last" for index in range(len(plan.keys)))]
    head = ["spine.bucket_no", "spine.first", "spine.last", *columns]
    return f"select {', '.join(head)}\nfrom spine\n{chr(10).join(joins)}\norder by {', '.join(order)}"
