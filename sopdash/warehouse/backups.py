"""Copies of a workspace file: when one is due, what it is called, which ones stay.

A copy's name holds its moment (UTC) and the fingerprint of its content:
workspace-20261116T083000000000-1f2e3d4c5b6a.duckdb
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sopdash.warehouse.connection import Cursor
from sopdash.warehouse.schema import quoted

KEPT = 10
"""The newest copies, kept whatever their day."""

DAYS_KEPT = 7
"""Earlier days of which the newest copy stays besides."""

_STAMP = "%Y%m%dT%H%M%S%f"
_NAME = re.compile(r"-(?P<day>\d{8})T\d{12}(-(?P<content>[0-9a-f]{12}))?\.duckdb$")


def backups_of(path: Path) -> list[Path]:
    """Backup copies of a workspace file, newest first."""
    found = (path.parent / "backups").glob(f"{path.stem}-*.duckdb")
    return sorted((copy for copy in found if _NAME.search(copy.name)), reverse=True)


def is_copied(path: Path, content: str) -> bool:
    """Whether the newest copy already holds this content."""
    newest = next(iter(backups_of(path)), None)
    name = _NAME.search(newest.name) if newest else None
    return name is not None and name["content"] == content


def fingerprint(cursor: Cursor) -> str:
    """Of all rows people made. Of the audit only its last day counts: every command writes to it, and a copy for each
    would push out the copies that hold what was edited."""
    parts: list[object] = []
    names = "select table_name from duckdb_tables() where not internal and not temporary order by table_name"
    for (table,) in cursor.execute(names).fetchall():
        what = "max(cast(happened_at as date))" if table == "audit" else "count(*), sum(hash(row_))"
        parts.append((table, cursor.execute(f"select {what} from {quoted(table)} as row_").fetchone()))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def copy(path: Path, content: str) -> Path:
    """Copies the checkpointed file into backups/ beside it: under its name only once it is whole."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"{path.stem}-{datetime.now(UTC).strftime(_STAMP)}-{content}.duckdb"
    half = target.with_suffix(".part")
    try:
        shutil.copy2(path, half)
        half.replace(target)
    except OSError:
        half.unlink(missing_ok=True)
        raise
    return target


def surplus(copies: Sequence[Path], today: date) -> list[Path]:
    """The copies to delete, of all newest first: neither among the newest ten nor the last of one of seven days."""
    seen: set[date] = set()
    dropped = []
    for place, backup in enumerate(copies):
        day = _day_of(backup)
        last_of_day = day not in seen and timedelta(0) < today - day <= timedelta(DAYS_KEPT)
        seen.add(day)
        if place >= KEPT and not last_of_day:
            dropped.append(backup)
    return dropped


def _day_of(backup: Path) -> date:
    name = _NAME.search(backup.name)
    assert name is not None
    return datetime.strptime(name["day"], "%Y%m%d").date()
