"""What people edit, in a small DuckDB file of its own: calendar, templates, goals, segments, tasks, settings, audit.

Facts can be imported again, this cannot: the file is copied at a start that finds it changed since the newest copy, and
before every migration (see `backups`).
Every editable row carries a `version`; saving with an old one raises Conflict instead of overwriting a colleague.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from sopdash.errors import Conflict, StoreUnavailable, UnknownName
from sopdash.warehouse import backups
from sopdash.warehouse.backups import backups_of
from sopdash.warehouse.connection import Cursor, Database
from sopdash.warehouse.schema import declared, quoted
from sopdash.warehouse.settings import Settings

_log = logging.getLogger(__name__)

TABLES: dict[str, dict[str, str]] = {
    "calendar_entries": {
        "day": "DATE", "time": "TIME", "theme": "VARCHAR", "form": "VARCHAR", "channel": "VARCHAR",
        "group_type": "VARCHAR", "segment": "VARCHAR", "owner": "VARCHAR", "status": "VARCHAR",
        "campaign": "VARCHAR", "coupon": "VARCHAR", "note": "VARCHAR", "deleted": "BOOLEAN",
        "body": "VARCHAR", "material": "VARCHAR", "ratio": "VARCHAR", "purpose": "VARCHAR", "mass": "BOOLEAN",
        "series": "VARCHAR",
    },
    "calendar_history": {"entry": "VARCHAR", "action": "VARCHAR", "plan": "VARCHAR"},
    "templates": {"name": "VARCHAR", "kind": "VARCHAR", "body": "VARCHAR"},
    "goals": {
        "metric": "VARCHAR", "target": "DOUBLE", "baseline": "DOUBLE", "starts_on": "DATE", "deadline": "DATE",
        "owner": "VARCHAR", "filters": "VARCHAR", "note": "VARCHAR", "window_days": "BIGINT",
    },
    "segments": {"name": "VARCHAR", "rule": "VARCHAR", "owner": "VARCHAR", "note": "VARCHAR"},
    "tasks": {
        "day": "DATE", "due_at": "TIMESTAMP", "step": "VARCHAR", "staff": "VARCHAR", "store": "VARCHAR",
        "customer": "BIGINT", "status": "VARCHAR", "done_at": "TIMESTAMP", "note": "VARCHAR",
    },
    "playbook_steps": {
        "playbook": "VARCHAR", "stage": "VARCHAR", "name": "VARCHAR", "timing": "VARCHAR", "owner": "VARCHAR",
        "script": "VARCHAR", "audience": "VARCHAR", "enabled": "BOOLEAN", "position": "BIGINT", "deleted": "BOOLEAN",
    },
    "findings": {"rule": "VARCHAR", "unit": "VARCHAR", "week": "VARCHAR", "status": "VARCHAR", "note": "VARCHAR"},
    "annotations": {"day": "DATE", "metric": "VARCHAR", "words": "VARCHAR"},
    "formats": {"name": "VARCHAR", "definition": "VARCHAR"},
}  # fmt: skip
"""Editable tables; each has id, version, updated_by and updated_at besides.

`rule`, `filters`, `plan`, `definition` and a template's `body` are JSON text. A row of calendar_history is one version
of an entry as it was stored (`version`, `updated_by` and `updated_at` are that version's); such rows are only added.
"""

_COMMON = {"id": "VARCHAR", "version": "BIGINT", "updated_by": "VARCHAR", "updated_at": "TIMESTAMP"}

MIGRATIONS: tuple[str, ...] = (
    """
    create table settings (name varchar, value varchar, updated_by varchar, updated_at timestamp);
    create table segment_sizes (segment varchar, day date, customers bigint);
    create table audit (
        happened_at timestamp, who varchar, role varchar, action varchar, object varchar, purpose varchar,
        row_count bigint, outcome varchar, detail varchar
    );
    """,
    """
    alter table segment_sizes add column net_sales decimal(18, 2);
    alter table segment_sizes add column version bigint;
    alter table segment_sizes add column counted_at timestamp;
    create table controls (
        control varchar, name varchar, made_by varchar, made_at timestamp, last_day date, share double, seed varchar,
        treated bigint, held_out bigint
    );
    create table control_members (control varchar, customer bigint, held_out boolean);
    """,
)
"""Step n takes the file from schema version n to n + 1."""


class Workspace(Database):
    """The team's own data. Reading: `frame` and `rows`; editing: `add`, `change`, `remove`; `record` for the audit."""

    def _prepare(self) -> None:
        with self.read() as cursor:
            version = _version(cursor)
        if version > len(MIGRATIONS):
            raise StoreUnavailable("store_newer", found=version, known=len(MIGRATIONS))
        if version:
            self._backup_if_possible(needed=version < len(MIGRATIONS))
        with self.write() as cursor:
            for table, columns in TABLES.items():
                _ensure(cursor, table, _COMMON | columns)
            if version < len(MIGRATIONS):
                _migrate(cursor, version)
        self._settings: Settings | None = None

    def _backup_if_possible(self, needed: bool) -> None:
        try:
            self.backup(only_changed=not needed)
        except (OSError, StoreUnavailable):
            if needed:  # no migration without a copy; but a full disk must not lock people out
                raise
            _log.warning("no backup of the workspace could be written", exc_info=True)

    def backup(self, only_changed: bool = False) -> Path | None:
        """Copies the file beside it into backups/ and deletes copies no longer kept; readers and writers wait.

        `only_changed`: no copy (None) when the newest one holds the same content.
        """
        with self._writing:
            with self._cursor() as cursor:
                content = backups.fingerprint(cursor)
                if only_changed and backups.is_copied(self.path, content):
                    return None
                cursor.execute("checkpoint")
            copy = backups.copy(self.path, content)
        for old in backups.surplus(backups_of(self.path), datetime.now(UTC).date()):
            old.unlink(missing_ok=True)
        return copy

    @property
    def settings(self) -> Settings:
        """The team's settings over the defaults."""
        if self._settings is None:
            stored = {name: json.loads(value) for name, value in self.rows("select name, value from settings")}
            self._settings = Settings.model_validate(stored)
        return self._settings

    def set_setting(self, name: str, value: Any, by: str) -> Settings:
        """Stores one setting (None: back to the default). Raises pydantic's ValidationError for an impossible value."""
        return self.set_settings({name: value}, by)

    def set_settings(self, changes: Mapping[str, Any], by: str) -> Settings:
        """Like `set_setting` for several that must fit together: all or none, each with a line in the audit."""
        for name in changes:
            if name not in Settings.model_fields:
                raise UnknownName("setting_unknown", name=name, allowed=", ".join(Settings.model_fields))
        before = self.settings
        told = {**before.model_dump(mode="json"), **changes}
        after = Settings.model_validate({name: value for name, value in told.items() if value is not None})
        with self.write() as cursor:
            for name, value in changes.items():
                cursor.execute("delete from settings where name = ?", [name])
                if value is not None:
                    stored = [name, json.dumps(value, ensure_ascii=False), by, _now()]
                    cursor.execute("insert into settings values (?, ?, ?, ?)", stored)
        self._settings = None
        for name in changes:
            self.record(by, "setting", object=name, before=getattr(before, name), after=getattr(after, name))
        return self.settings

    def table(self, table: str) -> pd.DataFrame:
        """All rows of one editable table."""
        return self.frame(f'select * from "{_known(table)}" order by updated_at, id')

    def add(self, table: str, values: Mapping[str, Any], by: str) -> str:
        """Adds a row at version 1 and returns its id."""
        row = {"id": uuid.uuid4().hex, "version": 1, "updated_by": by, "updated_at": _now(), **_checked(table, values)}
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        with self.write() as cursor:
            cursor.execute(f'insert into "{table}" ({names}) values ({marks})', list(row.values()))
        return str(row["id"])

    def change(self, table: str, row_id: str, version: int, values: Mapping[str, Any], by: str) -> int:
        """Changes a row read at `version`; returns the new version. Raises Conflict when someone was faster."""
        row = {**_checked(table, values), "updated_by": by, "updated_at": _now()}
        assigned = ", ".join(f'"{name}" = ?' for name in row)
        with self.write() as cursor:
            sql = f'update "{table}" set {assigned}, version = version + 1 where id = ? and version = ?'
            done = cursor.execute(sql, [*row.values(), row_id, version]).fetchone()
            if done is None or done[0] != 1:
                raise _conflict(cursor, table, row_id)
        return version + 1

    def remove(self, table: str, row_id: str, version: int) -> None:
        """Deletes a row read at `version`. Raises Conflict when someone changed it since."""
        with self.write() as cursor:
            sql = f'delete from "{_known(table)}" where id = ? and version = ?'
            done = cursor.execute(sql, [row_id, version]).fetchone()
            if done is None or done[0] != 1:
                raise _conflict(cursor, table, row_id)

    def record(self, who: str, action: str, **what: Any) -> None:
        """Appends one line to the audit: object, purpose, row_count, outcome, role; the rest becomes `detail`."""
        known = {name: what.pop(name, None) for name in ("role", "object", "purpose", "row_count", "outcome")}
        detail = json.dumps(what, ensure_ascii=False, default=str) if what else None
        with self.write() as cursor:
            cursor.execute(
                """insert into audit
                       (happened_at, who, role, action, object, purpose, row_count, outcome, detail)
                   values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                [_now(), who, known["role"], action, known["object"], known["purpose"], known["row_count"],
                 known["outcome"] or "done", detail],
            )  # fmt: skip


def open_workspace(path: Path) -> Workspace:
    """Opens the workspace; when it is damaged the refusal names the newest copy to restore."""
    try:
        return Workspace.open(path)
    except StoreUnavailable as error:
        if error.code != "store_damaged":
            raise
        newest = next(iter(backups_of(path.resolve())), None)
        raise StoreUnavailable("workspace_damaged", path=str(path), backup=str(newest or "—")) from error


def _version(cursor: Cursor) -> int:
    try:
        row = cursor.execute("select max(version) from schema_version").fetchone()
    except duckdb.CatalogException:
        return 0
    return int(row[0]) if row and row[0] is not None else 0


def _migrate(cursor: Cursor, version: int) -> None:
    cursor.execute("create table if not exists schema_version (version bigint)")
    for step in MIGRATIONS[version:]:
        cursor.execute(step)
    cursor.execute("delete from schema_version")
    cursor.execute("insert into schema_version values (?)", [len(MIGRATIONS)])


def _ensure(cursor: Cursor, table: str, columns: dict[str, str]) -> None:
    cursor.execute(f'create table if not exists "{table}" ({declared(columns)})')
    there = {row[0] for row in cursor.execute(f'describe "{table}"').fetchall()}
    for name, kind in columns.items():
        if name not in there:
            cursor.execute(f'alter table "{table}" add column {quoted(name)} {kind}')


def _known(table: str) -> str:
    if table not in TABLES:
        raise UnknownName("workspace_table_unknown", name=table, allowed=", ".join(TABLES))
    return table


def _checked(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    columns = TABLES[_known(table)]
    for name in values:
        if name not in columns:
            raise UnknownName("workspace_column_unknown", name=name, allowed=", ".join(columns))
    return dict(values)


def _conflict(cursor: Cursor, table: str, row_id: str) -> Conflict:
    row = cursor.execute(f'select updated_by, updated_at from "{table}" where id = ?', [row_id]).fetchone()
    if row is None:
        return Conflict("row_gone", id=row_id)
    return Conflict("row_changed", by=row[0], at=row[1])


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
