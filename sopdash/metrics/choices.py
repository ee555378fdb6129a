"""What a filter can be set to: the values of a dimension, the most frequent first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.metrics.registry import DIMENSIONS, known
from sopdash.metrics.sources import CHANNEL_DAYS, FOLLOWS, GROUPS_AT_END, HELD_AT_END, PAID_ORDERS, Source

if TYPE_CHECKING:
    from sopdash.warehouse import Store

_WHERE_FOUND: dict[str, tuple[Source, ...]] = {
    "channel": (FOLLOWS, CHANNEL_DAYS),
    "code": (FOLLOWS, CHANNEL_DAYS),
    "store": (FOLLOWS, PAID_ORDERS, GROUPS_AT_END),
    "staff": (FOLLOWS, PAID_ORDERS),
    "region": (PAID_ORDERS,),
    "platform": (PAID_ORDERS,),
    "sales_channel": (PAID_ORDERS,),
    "group": (GROUPS_AT_END,),
    "group_type": (GROUPS_AT_END,),
}
"""Dimension → the sources that show which values there are; the rest are properties of held customers."""


_OF_ALL = """
    -- Which values has a dimension? One row: a value, the most frequent first.
    select value from mart.choices where dimension = ? order by rows desc, value
"""


def choices(store: Store, dimension: str, viewer: Viewer) -> list[str]:
    """The values of a dimension that this viewer may see, most rows first; none for days, weeks and months."""
    known("unknown_dimension", dimension, DIMENSIONS)
    if not viewer.scope:
        return [value for (value,) in store.warehouse.rows(_OF_ALL, (dimension,))]
    return seen(store, dimension, viewer)


def seen(store: Store, dimension: str, viewer: Viewer) -> list[str]:
    """The same from the rows themselves, of which a narrow role sees some. Customers count once, however often held."""
    parts: list[str] = []
    params: list[Any] = []
    for source in _WHERE_FOUND.get(dimension, (HELD_AT_END,)):
        if dimension not in source.own:
            continue
        rows = filters.Rows(source.name, source.own, source.customer)
        allowed = filters.scope(rows, viewer)
        joins = " ".join(source.joins[alias] for alias in ("cu", "g") if alias in source.joins)
        told = f"{source.own[dimension]} as value"
        if source is HELD_AT_END:
            told = f"distinct {source.customer}, {told}"
        parts.append(f"select {told} from {source.relation} {joins} where {allowed.sql}")  # noqa: S608
        params.extend(allowed.params)
    if not parts:
        return []
    union = " union all ".join(parts)
    sql = f"select value from ({union}) where value is not null group by value order by count(*) desc, value"  # noqa: S608
    return [value for (value,) in store.warehouse.rows(sql, params)]
