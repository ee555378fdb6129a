"""What moved since the marts were last refreshed: `moved.<fact>`, so that only that is computed again.

One row: a version of a key that came or went (`gone`); a key may stand there many times. So what a sum over the fact
gained is the sum over what came less that over what went. Where a large part of a fact moved, only that is noted, and
all marts are rebuilt.
"""

from __future__ import annotations

from pathlib import Path

from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.facts import FACTS, Fact
from sopdash.warehouse.schema import declared, listed, read_state, write_state

_FEW = 10_000
"""So many keys are always noted one by one."""

_SHARE = 5
"""More than one row in so many: the marts are rebuilt."""


def note(cursor: Cursor, fact: Fact, rows: str, gone: bool = False) -> None:
    """Notes versions of keys. `rows`: SQL after `from` that has the columns of the fact."""
    if is_open(cursor) and not _many(cursor, fact, f"select count(*) from {rows}"):
        names = listed(fact.columns)
        _table(cursor, fact)
        cursor.execute(f'insert into moved."{fact.name}" ({names}, gone) select {names}, {gone} from {rows}')


def is_open(cursor: Cursor) -> bool:
    """Whether single keys are noted: marts stand, and nothing asks for all of them to be rebuilt."""
    return read_state(cursor, "refreshed") is not None and read_state(cursor, "moved_whole") is None


def facts(cursor: Cursor) -> set[str]:
    """The facts of which keys moved."""
    tables = cursor.execute("select table_name from duckdb_tables() where schema_name = 'moved'").fetchall()
    return {name for (name,) in tables}


def clear(cursor: Cursor) -> None:
    """The marts are up to date."""
    for name in facts(cursor):
        cursor.execute(f'drop table moved."{name}"')
    cursor.execute("delete from state where name = 'moved_whole'")


def definition() -> str:
    """What is noted, to notice when it changes."""
    return Path(__file__).read_text("utf-8")


def complete(cursor: Cursor) -> None:
    """Gives every fact its table, where need be an empty one."""
    for fact in FACTS.values():
        _table(cursor, fact)


def _many(cursor: Cursor, fact: Fact, counting: str) -> bool:
    asked = f'select ({counting}), (select count(*) from fact."{fact.name}")'
    row = cursor.execute(asked).fetchone()
    assert row is not None
    many = row[0] > _FEW and row[0] * _SHARE > row[1]
    if many:
        clear(cursor)
        write_state(cursor, "moved_whole", fact.name)
    return bool(many)


def _table(cursor: Cursor, fact: Fact) -> None:
    cursor.execute(f'create table if not exists moved."{fact.name}" ({declared(fact.columns)})')
    cursor.execute(f'alter table moved."{fact.name}" add column if not exists gone boolean')  # a store of before
