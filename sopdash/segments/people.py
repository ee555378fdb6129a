"""Who is in a segment, and what they are worth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments.built_in import CLASSES
from sopdash.segments.field_sql import LAST_DAY
from sopdash.segments.library import AnySegment, predicate_of, saved

if TYPE_CHECKING:
    from sopdash.warehouse import Store

_COUNTED = """count(*) as customers, count(*) filter (c.orders > 0) as buyers, sum(c.orders) as orders,
               sum(c.net_sales) as net_sales"""
_SUMMED = """cast(coalesce(sum(customers), 0) as bigint) as customers,
               cast(coalesce(sum(buyers), 0) as bigint) as buyers,
               cast(coalesce(sum(orders), 0) as bigint) as orders, coalesce(sum(net_sales), 0) as net_sales"""
_WORTH = f"{_SUMMED}, sum(net_sales) / nullif(sum(orders), 0) as aov"
"""What customers come to; sums of that; with the value of an order."""


def members(store: Store, segment: AnySegment, viewer: Viewer, where: Where = ()) -> pd.DataFrame:
    """The customers of a segment that the viewer may see, the most valuable first: customer (id), name, channel,
    store, staff, tier, orders, net_sales, last_ordered_at."""
    who = filters.customers(store, where, predicate_of(store, segment), viewer)
    sql = f"""
        -- Who is in the segment? One row: a customer.
        select c.customer, c.name, c.channel, c.store, c.staff, c.tier, c.orders, c.net_sales, c.last_ordered_at
        from mart.customers c where {who.sql} order by c.net_sales desc nulls last, c.customer
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, who.params)


def value(store: Store, segment: AnySegment, viewer: Viewer, where: Where = ()) -> dict[str, float | int | None]:
    """Size and lifetime value of a segment: customers, buyers, orders, net_sales, aov."""
    who = filters.customers(store, where, predicate_of(store, segment), viewer)
    sql = f"""
        -- What is the segment worth? One row.
        select {_WORTH} from (select {_COUNTED} from mart.customers c where {who.sql})
    """  # noqa: S608 - declared names only
    customers, buyers, orders, net_sales, aov = store.warehouse.rows(sql, who.params)[0]
    return {
        "customers": customers,
        "buyers": buyers,
        "orders": orders,
        "net_sales": float(net_sales),
        "aov": None if aov is None else float(aov),
    }


def values(store: Store, viewer: Viewer, where: Where = (), without: Sequence[str] = ()) -> pd.DataFrame:
    """Every saved segment, but those of some groups, with its size and value: name, customers, buyers, orders,
    net_sales."""
    segments = [segment for segment in saved(store) if segment.group not in without]
    frame = counted(store, [predicate_of(store, segment) for segment in segments], viewer, where)
    frame.insert(0, "name", [segment.name for segment in segments])
    return frame


AT_ONCE = 60
"""Rules of one statement."""


def counted(store: Store, rules: Sequence[Predicate], viewer: Viewer, where: Where = ()) -> pd.DataFrame:
    """Size and value of several rules, in their order: customers, buyers, orders, net_sales."""
    if not rules:
        return pd.DataFrame(columns=["customers", "buyers", "orders", "net_sales"])
    who = filters.customers(store, where, None, viewer)
    told = _as_of(store, rules)
    alone = [place for place, rule in enumerate(told) if not _ASKS.search(rule.both(who).sql)]
    together = [place for place in range(len(told)) if place not in alone]
    found = [
        ask(store, [told[place] for place in places[start : start + AT_ONCE]], who)
        for ask, places in ((_alone, alone), (_together, together))
        for start in range(0, len(places), AT_ONCE)
    ]
    return pd.concat(found, ignore_index=True).set_axis([*alone, *together]).sort_index()


def _as_of(store: Store, rules: Sequence[Predicate]) -> list[Predicate]:
    """The rules with the last day as a constant: a scan passes over the rows that it leaves out."""
    found = store.warehouse.rows("select last_day from mart.meta")
    day = "null" if not found or found[0][0] is None else f"'{found[0][0]}'"
    return [Predicate(rule.sql.replace(LAST_DAY, f"cast({day} as date)"), rule.params) for rule in rules]


_ASKS = re.compile(r"\bselect\b")
"""Whether a rule asks for more than columns."""


def _alone(store: Store, rules: Sequence[Predicate], who: Predicate) -> pd.DataFrame:
    """Rules over the columns of customers, each of which reads only its own."""
    each = [rule.both(who) for rule in rules]
    parts = [
        f"select {place} as place, {_COUNTED} from mart.customers c where {one.sql}"  # noqa: S608 - declared names only
        for place, one in enumerate(each)
    ]
    sql = f"""
        -- How large and how valuable is each segment? One row: a segment.
        select {_SUMMED} from ({" union all ".join(parts)}) group by place order by place
    """  # noqa: S608 - declared names only
    return store.warehouse.frame(sql, tuple(value for one in each for value in one.params))


def _together(store: Store, rules: Sequence[Predicate], who: Predicate) -> pd.DataFrame:
    """Rules that ask for lists of customers, which are read once: each rule has a bit of a number that says which of
    them a customer meets."""
    told, lists = _listed(rules)
    inside = "".join(f", {one.sql} as in{place}" for place, one in enumerate(lists))
    bits = " + ".join(f"cast({rule.sql} as bigint) * {1 << place}" for place, rule in enumerate(told))
    sql = f"""
        -- How large and how valuable is each segment? One row: a segment.
        -- Customers who meet the same rules, told by the bits of a number, are added up once.
        with alike as (
            select {bits or "0"} as met, {_COUNTED}
            from (select c.*{inside} from mart.customers c) c
            where {who.sql}
            group by met
        )
        select {_SUMMED}
        from range({len(rules)}) as places(place) left join alike on (met >> place) & 1 = 1
        group by place order by place
    """  # noqa: S608 - declared names only
    params = (*(value for one in (*told, *lists) for value in one.params), *who.params)
    return store.warehouse.frame(sql, params)


def sizes_among(store: Store, among: Predicate, rules: Sequence[Predicate], where: Where, viewer: Viewer) -> list[int]:
    """How many of some customers meet each rule: they are found first, and only they are tried."""
    who = among.both(filters.customers(store, where, None, viewer))
    told, lists = _listed(rules)
    flags = "".join(f", {one.sql} as in{place}" for place, one in enumerate(lists))
    counts = ", ".join(f"count(*) filter ({rule.sql})" for rule in told)
    sql = f"""
        -- How many of a few customers meet each rule? One row: a column per rule.
        select {counts}
        from (select c.*{flags} from (select c.* from mart.customers c where {who.sql}) c) c
    """  # noqa: S608 - declared names only
    params = (*(value for one in (*told, *lists) for value in one.params), *who.params)
    return [int(count) for count in store.warehouse.rows(sql, params)[0]]


def _classes(who: Predicate) -> Predicate:
    """Customers by combination of classes, of which there are few: kept ready where they are all asked for."""
    if who.sql == "true":
        return Predicate("select * from mart.class_sums")
    by = ", ".join(f"c.{name}" for name in CLASSES)
    return Predicate(f"select {by}, {_COUNTED} from mart.customers c where {who.sql} group by {by}", who.params)  # noqa: S608


_IN = re.compile(r"c\.customer (not )?in \((?=select )")


def _listed(rules: Sequence[Predicate]) -> tuple[list[Predicate], list[Predicate]]:
    """The rules with the flag `c.in0`, `c.in1` … for each list of customers that they ask for, and these flags: rules
    of one family ask for the same lists, which are then read once."""
    places: dict[Predicate, int] = {}
    told = []
    for rule in rules:
        sql, rest = "", rule.sql
        params: list[Any] = []
        values = list(rule.params)
        while found := _IN.search(rest):
            inner = rest[found.end() : _closing(rest, found.end())]
            before = rest[: found.start()].count("?")
            sql, params, values = sql + rest[: found.start()], params + values[:before], values[before:]
            rest = rest[found.end() + len(inner) + 1 :]
            asked, values = values[: inner.count("?")], values[inner.count("?") :]
            flag = Predicate(f"c.customer in ({inner})", tuple(asked))
            sql += f"({found[1] or ''}c.in{places.setdefault(flag, len(places))})"
        told.append(Predicate(sql + rest, (*params, *values)))
    return told, list(places)


def _closing(sql: str, start: int) -> int:
    """Where the bracket closes that is open at `start`."""
    depth = 1
    for place in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[place], 0)
        if not depth:
            return place
    raise ValueError(sql)


@dataclass(frozen=True)
class Overlap:
    """A rule beside another segment: sizes and lifetime net sales of the rule, of the other, of both, of everybody."""

    customers: int
    net_sales: float
    other: int = 0
    both: int = 0
    both_net_sales: float = 0.0
    everybody: int = 0
    all_net_sales: float = 0.0


def overlap(store: Store, rule: AnySegment, other: AnySegment | None, where: Where, viewer: Viewer) -> Overlap:
    """How large is the rule, what is it worth, and how many of it are in the other segment too? One pass."""
    one = predicate_of(store, rule)
    second = Predicate("false") if other is None else predicate_of(store, other)
    who = filters.customers(store, where, None, viewer)
    sql = f"""
        -- How do two segments overlap? One row.
        with belongs as materialized (
            select c.net_sales, {one.sql} as a, {second.sql} as b from mart.customers c where {who.sql}
        )
        select count(*) filter (a), sum(net_sales) filter (a), count(*) filter (b), count(*) filter (a and b),
               sum(net_sales) filter (a and b), count(*), sum(net_sales)
        from belongs
    """  # noqa: S608 - declared names only
    found = store.warehouse.rows(sql, (*one.params, *second.params, *who.params))[0]
    a, a_money, b, both, both_money, everybody, money = found
    return Overlap(a, float(a_money or 0), b, both, float(both_money or 0), everybody, float(money or 0))


def classes(store: Store, dimension: str, where: Where, segment: AnySegment | None, viewer: Viewer) -> pd.DataFrame:
    """The classes of a score (tier, value_class, rfm_class, life_cycle), best first, empty ones included: class,
    customers, share, buyers, orders, net_sales, net_sales_share, aov."""
    if dimension not in CLASSES:
        raise UnknownName("dimension_not_available", dimension=dimension, of="classes", allowed=tuple(CLASSES))
    chosen = None if segment is None else predicate_of(store, segment)
    who = filters.customers(store, where, chosen, viewer)
    sums = _classes(who)
    sql = f"""
        -- How many customers of each class, and what are they worth? One row: a class.
        select {dimension} as class, {_WORTH} from ({sums.sql})
        where {dimension} is not null group by 1
    """  # noqa: S608 - declared names only
    found = store.warehouse.frame(sql, sums.params).set_index("class").reindex(list(CLASSES[dimension]))
    counted = ["customers", "buyers", "orders", "net_sales"]
    found[counted] = found[counted].fillna(0)
    found = found.astype(dict.fromkeys(counted[:3], "int64")).reset_index()
    for name, share in (("customers", "share"), ("net_sales", "net_sales_share")):
        total = found[name].sum()
        found[share] = found[name] / total if total else None
    return found[["class", "customers", "share", "buyers", "orders", "net_sales", "net_sales_share", "aov"]]
