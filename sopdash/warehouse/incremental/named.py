"""Rows that name a customer, a group or an order: those that moved, or whose name means another one now."""

from __future__ import annotations

from sopdash.warehouse import refresh
from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS
from sopdash.warehouse.incremental import steps
from sopdash.warehouse.narrow import narrowed
from sopdash.warehouse.schema import listed, quoted

KINDS = {"external_id": "external_id", "account": "bare_account", "phone_key": "phone", "name": "name"}
"""Column of a fact that may name somebody (or how such a column ends) → the kind of identity it holds."""


def rows(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Rows by the fact's key."""
    fact = FACTS[name]
    key, fact_table = listed(fact.key), f'fact."{name}"'
    asked = [f'select {key} from moved."{name}"']
    for column in fact.columns:
        of_kind = next((KINDS[end] for end in KINDS if column == end or column.endswith(f"_{end}")), None)
        if of_kind and not column.startswith("group_"):
            named = f"select value from other_owners where kind = '{of_kind}'"
            asked.append(f"select {key} from {fact_table} where {quoted(column)} in ({named})")
    if "group_name" in fact.columns and steps.has_rows(cursor, "changed_groups"):
        asked.append(f'select {key} from mart."{name}" where "group" in (select "group" from changed_groups)')
    _renew(cursor, name, values, fact.key, " union ".join(asked))


def days(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """Reports: whole days."""
    _renew(cursor, name, values, ("day",), f'select day from moved."{name}"')


def order_items(cursor: Cursor, kind: str, name: str, values: steps.Values) -> None:
    """The items of the orders that moved or were written again."""
    key = FACTS["orders"].key
    asked = f'select {listed(key)} from moved."{name}" union select {listed(key)} from written_orders'
    _renew(cursor, name, values, key, asked)


def _renew(cursor: Cursor, name: str, values: steps.Values, by: tuple[str, ...], asked: str) -> None:
    steps.temp(cursor, "touched_keys", asked)
    if not steps.has_rows(cursor, "touched_keys"):
        return
    steps.view(cursor, "near_rows", f'select * from fact."{name}" semi join touched_keys using ({listed(by)})')
    cursor.execute(f'delete from mart."{name}" as them using touched_keys where {steps.equal("touched_keys", by)}')
    sql = narrowed(refresh.sql_of(name), {f"fact.{name}": "temp.near_rows"})
    cursor.execute(f'insert into mart."{name}" {sql}')
