"""The log of imports: append a batch, take one back, look at what came in.

Current facts are a function of the log. For each key and column the value comes from the row of highest precedence
among the batches whose format supplies that column: export moment, then the later status, then the larger refund, then
arrival. So the order of importing does not matter, and a batch taken back was never there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from sopdash.errors import UnknownName
from sopdash.warehouse import current, schema, shops
from sopdash.warehouse.changes import Changes
from sopdash.warehouse.connection import Cursor, Database
from sopdash.warehouse.facts import FACTS, Fact


@dataclass(frozen=True)
class NewBatch:
    """One file about to be stored. `as_of`: the moment the export speaks of (wall time); `rows`: its data rows."""

    file: str
    sha256: str
    format: str
    as_of: datetime
    shop: str = ""
    by: str = ""
    rows: int = 0
    notes: Sequence[Mapping[str, Any]] = ()
    at: datetime | None = None


@dataclass(frozen=True)
class Counts:
    """Keys of one fact that a batch named: unseen before, with another current value now, and neither."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: Changes = field(default_factory=Changes)
    """What changed about the changed keys."""


@dataclass(frozen=True)
class BatchResult:
    """What an append did, by fact; the file's main fact comes first."""

    batch: int
    facts: dict[str, Counts] = field(default_factory=dict)

    @property
    def main(self) -> Counts:
        """Counts of the file's main fact."""
        return next(iter(self.facts.values()), Counts())


def append(
    cursor: Cursor,
    batch: NewBatch,
    staged: Mapping[str, str],
    rejects_table: str | None = None,
    supplied: Mapping[str, Iterable[str]] | None = None,
) -> BatchResult:
    """Stores one file inside the caller's `write()`: {fact: staged table}, main fact first.

    A staged table has columns of the fact and `row_no`. `supplied` names the columns the format fills (default: all
    staged ones); the others stay what other formats said. Marts follow with `Warehouse.refresh`.
    """
    number = _next_batch(cursor)
    at = batch.at or datetime.now(UTC).replace(tzinfo=None)
    cursor.execute(
        """insert into imports (batch, file, sha256, format, shop, as_of, by_whom, imported_at, rows, notes)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [number, batch.file, batch.sha256, batch.format, batch.shop, batch.as_of, batch.by, at, batch.rows,
         json.dumps(list(batch.notes), ensure_ascii=False)],
    )  # fmt: skip
    unnamed = shops.arrive(cursor, number, staged)
    shops.settle(cursor)
    facts = {}
    for name, table in staged.items():
        of = unnamed if name in shops.SHOP_FACTS else {}
        facts[name] = _append_fact(cursor, number, FACTS[name], table, (supplied or {}).get(name), of)
    shops.settle(cursor)
    rejected = _append_rejects(cursor, number, rejects_table) if rejects_table else 0
    result = BatchResult(number, facts)
    cursor.execute(
        """update imports set accepted = coalesce((select max(rows) from batch_facts where batch = $batch), 0),
           rejected = $rejected, new = $new, changed = $changed, unchanged = $unchanged, changes = $changes
           where batch = $batch""",
        {
            "batch": number, "rejected": rejected, "new": result.main.new, "changed": result.main.changed,
            "unchanged": result.main.unchanged, "changes": json.dumps(result.main.changes.as_json()),
        },
    )  # fmt: skip
    _log_moved(cursor)
    return result


def undo(database: Database, batch: int, by: str) -> None:
    """Takes one import back: its rows leave the log and the keys it touched are recomputed. Raises UnknownName."""
    with database.write() as cursor:
        live = cursor.execute("select 1 from imports where batch = ? and undone_at is null", [batch]).fetchone()
        if live is None:
            raise UnknownName("batch_unknown", batch=batch)
        names = cursor.execute("select fact from batch_facts where batch = ?", [batch]).fetchall()
        for (name,) in names:
            current.withdraw(cursor, FACTS[name], batch)
        cursor.execute("delete from rejects where batch = ?", [batch])
        cursor.execute("delete from batch_shops where batch = ?", [batch])
        shops.settle(cursor)
        at = datetime.now(UTC).replace(tzinfo=None)
        cursor.execute("update imports set undone_at = ?, undone_by = ? where batch = ?", [at, by, batch])
        _log_moved(cursor)


def same_content(cursor: Cursor, sha256: str, shop: str, as_of: datetime) -> int | None:
    """The live batch that holds the same bytes for the same shop and moment, if any."""
    row = cursor.execute(
        "select min(batch) from imports where sha256 = ? and shop = ? and as_of = ? and undone_at is null",
        [sha256, shop, as_of],
    ).fetchone()
    return row[0] if row else None


def history(database: Database) -> pd.DataFrame:
    """All imports, newest first; `notes` and `changes` are JSON, `undone_at` marks those taken back; times are UTC."""
    return database.frame(
        """select batch, file, format, shop, as_of, by_whom, imported_at as "at", rows, accepted, rejected,
               new, changed, unchanged, changes, notes, undone_at, undone_by, sha256
           from imports order by batch desc"""
    )


def rejects(database: Database, batch: int) -> pd.DataFrame:
    """The rejected rows of one import: row_no, column, value, reason, raw."""
    sql = 'select row_no, "column", value, reason, raw from rejects where batch = ? order by row_no, "column"'
    return database.frame(sql, [batch])


def _next_batch(cursor: Cursor) -> int:
    row = cursor.execute("select coalesce(max(batch), 0) + 1 from imports").fetchone()
    assert row is not None
    return int(row[0])


def _log_moved(cursor: Cursor) -> None:
    moved = int(schema.read_state(cursor, "log_sequence") or 0) + 1
    schema.write_state(cursor, "log_sequence", moved)


def _append_rejects(cursor: Cursor, batch: int, table: str) -> int:
    there = _columns_of(cursor, table)
    wanted = ("row_no", "column", "value", "reason", "raw")
    shown = ", ".join(f'"{name}"' if name in there else f'null as "{name}"' for name in wanted)
    cursor.execute(f"insert into rejects select {int(batch)}, {shown} from {table}")
    row = cursor.execute("select count(distinct row_no) from rejects where batch = ?", [batch]).fetchone()
    return int(row[0]) if row else 0


def _append_fact(
    cursor: Cursor, batch: int, fact: Fact, table: str, supplied: Iterable[str] | None, unnamed: Mapping[str, str]
) -> Counts:
    there = _columns_of(cursor, table)
    columns = [name for name in fact.columns if name in (there if supplied is None else {*supplied, *fact.key})]
    current.stage(cursor, fact, table, (there & set(columns)) | (there & {"row_no"}), unnamed)
    cursor.execute(
        "insert into batch_facts (batch, fact, columns, rows) select ?, ?, ?, count(*) from ledger_rows",
        [batch, fact.name, columns],
    )
    names = schema.listed(fact.columns)
    cursor.execute(
        f'insert into log."{fact.name}" ({names}, batch, row_no) select {names}, {int(batch)}, row_no from ledger_rows'
    )
    new, changed, unchanged, what = current.merge(cursor, fact, columns)
    cursor.execute(
        "update batch_facts set new = ?, changed = ?, unchanged = ? where batch = ? and fact = ?",
        [new, changed, unchanged, batch, fact.name],
    )
    return Counts(new, changed, unchanged, what)


def _columns_of(cursor: Cursor, table: str) -> set[str]:
    return {row[0] for row in cursor.execute(f"describe {table}").fetchall()}
