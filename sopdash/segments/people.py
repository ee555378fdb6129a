"""Who is in a segment, and what they are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics import filters
from sopdash.metrics.filters import Where
from sopdash.segments.built_in import CLASSES
from sopdash.segments.library import AnySegment, predicate_of, saved

if TYPE_CHECKING:
    from sopdash.warehouse import Store

_VALUE = """count(*) as customers, count(*) filter (c.orders > 0) as buyers,
               cast(coalesce(sum(c.orders), 0) as bigint) as orders, coalesce(sum(c.net_sales), 0) as net_sales,
               sum(c.net_sales) / nullif(sum(c.orders), 0) as aov"""


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
        select {_VALUE} from mart.customers c where {who.sql}
    """  # noqa: S608 - declared names only
    customers, buyers, orders, net_sales, aov = store.warehouse.rows(sql, who.params)[0]
    return {
        "customers": customers,
        "buyers": buyers,
        "orders": orders,
        "net_sales": float(net_sales),
        "aov": None if aov is None else float(aov),
    }


def values(store: Store, viewer: Viewer, where: Where = ()) -> pd.DataFrame:
    """Every saved segment with its size and value, counted in one pass: name, customers, buyers, orders, net_sales."""
    segments = saved(store)
    rules = [predicate_of(store, segment) for segment in segments]
    who = filters.customers(store, where, None, viewer)
    flags = ", ".join(f"{rule.sql} as s{place}" for place, rule in enumerate(rules))
    counts = " union all ".join(
        f"select {place} as place, count(*) as customers, count(*) filter (orders > 0) as buyers, "  # noqa: S608
        "cast(coalesce(sum(orders), 0) as bigint) as orders, coalesce(sum(net_sales), 0) as net_sales "
        f"from belongs where s{place}"
        for place in range(len(segments))
    )
    sql = f"""
        -- How large and how valuable is each segment? One row: a segment.
        with belongs as materialized (
            select c.orders, c.net_sales, {flags} from mart.customers c where {who.sql}
        )
        {counts} order by place
    """  # noqa: S608 - declared names only
    params = (*(value for rule in rules for value in rule.params), *who.params)
    frame = store.warehouse.frame(sql, params)
    frame.insert(0, "name", [segments[place].name for place in frame.pop("place")])
    return frame


def classes(store: Store, dimension: str, where: Where, segment: AnySegment | None, viewer: Viewer) -> pd.DataFrame:
    """The classes of a score (tier, value_class, rfm_class, life_cycle), best first, empty ones included: class,
    customers, share, buyers, orders, net_sales, net_sales_share, aov."""
    if dimension not in CLASSES:
        raise UnknownName("dimension_not_available", dimension=dimension, of="classes", allowed=tuple(CLASSES))
    chosen = None if segment is None else predicate_of(store, segment)
    who = filters.customers(store, where, chosen, viewer)
    sql = f"""
        -- How many customers of each class, and what are they worth? One row: a class.
        select c.{dimension} as class, {_VALUE} from mart.customers c
        where c.{dimension} is not null and {who.sql} group by 1
    """  # noqa: S608 - declared names only
    found = store.warehouse.frame(sql, who.params).set_index("class").reindex(list(CLASSES[dimension]))
    counted = ["customers", "buyers", "orders", "net_sales"]
    found[counted] = found[counted].fillna(0)
    found = found.astype(dict.fromkeys(counted[:3], "int64")).reset_index()
    for name, share in (("customers", "share"), ("net_sales", "net_sales_share")):
        total = found[name].sum()
        found[share] = found[name] / total if total else None
    return found[["class", "customers", "share", "buyers", "orders", "net_sales", "net_sales_share", "aov"]]
