"""What people plan stands in the workspace, a file of its own: a statement over the marts is handed those rows.

Read with each query, so that a change counts at once and not after the next import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sopdash.metrics.filters import Predicate

if TYPE_CHECKING:
    from sopdash.warehouse import Store

_CALENDAR = """
    -- What was to go out when? One row: an entry that was neither deleted nor called off.
    select day + "time" as planned_at, theme, owner, group_type, campaign
    from calendar_entries
    where deleted is not true and status is distinct from 'cancelled'
"""
_COLUMNS = "planned_at timestamp, theme varchar, owner varchar, group_type varchar, campaign varchar"
NEED_CALENDAR = "workspace.calendar_entries"
"""Met where the calendar has an entry."""


def tables(store: Store, names: Iterable[str]) -> list[Predicate]:
    """The named tables as steps of a statement: `calendar as (select …)` with its rows as one parameter."""
    return [_READ[name](store) for name in dict.fromkeys(names)]


def met(store: Store) -> frozenset[str]:
    """The needs that the workspace meets."""
    found = store.workspace.rows("select 1 from calendar_entries where deleted is not true limit 1")
    return frozenset({NEED_CALENDAR}) if found else frozenset()


def _calendar(store: Store) -> Predicate:
    names = [column.split()[0] for column in _COLUMNS.split(", ")]
    rows = [dict(zip(names, row, strict=True)) for row in store.workspace.rows(_CALENDAR)]
    parts = ", ".join(f"entry.{name}" for name in names)
    sql = f"select {parts} from (select unnest(cast(? as struct({_COLUMNS})[])) as entry) told"  # noqa: S608 - own names
    return Predicate(f"calendar as ({sql})", (rows,))


_READ: dict[str, Callable[[Store], Predicate]] = {"calendar": _calendar}
