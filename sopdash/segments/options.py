"""What a field can be compared with: the values the data holds, the most frequent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sopdash.access import Viewer
from sopdash.metrics import filters
from sopdash.segments.built_in import CLASSES
from sopdash.segments.fields import FIELDS, Kind

if TYPE_CHECKING:
    from sopdash.warehouse import Store

MOST = 500
"""Values offered; others can be typed."""


def options(store: Store, name: str, viewer: Viewer) -> tuple[str, ...]:
    """The values of a field with words that the viewer's customers have."""
    if name in CLASSES:
        return CLASSES[name]
    field = FIELDS[name]
    who = filters.scope(filters.CUSTOMERS, viewer)
    if field.kind is Kind.MEMBERS and field.acts is not None:
        acts = field.acts
        mine = f"x.customer in (select c.customer from mart.customers c where {who.sql})"  # noqa: S608
        scoped = "true" if who.sql == "true" else mine
        rows = f"select {acts.value} as value from {acts.relation} where {acts.keep} and {scoped}"  # noqa: S608
    elif field.kind is Kind.TAGS:
        rows = f"select unnest(string_split({field.sql}, ';')) as value from mart.customers c where {who.sql}"  # noqa: S608
    else:
        rows = f"select {field.sql} as value from mart.customers c where {who.sql}"  # noqa: S608
    sql = f"""
        -- Which values does the field have? One row: a value.
        select value from ({rows}) where value is not null and value <> ''
        group by value order by count(*) desc, value limit {MOST}
    """  # noqa: S608 - declared names only
    return tuple(str(value) for (value,) in store.warehouse.rows(sql, who.params))
