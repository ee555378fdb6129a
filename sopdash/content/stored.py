"""How entries lie in the workspace: one row each, and one line of history for every version there ever was."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from sopdash.content.entry import Entry
from sopdash.errors import Conflict

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor, Workspace

COLUMNS = tuple(Entry.model_fields)
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_MARKS = ", ".join(f"${name}" for name in COLUMNS)
_SETS = ", ".join(f'"{name}" = ${name}' for name in COLUMNS if name != "id")

_INSERT = f"insert into calendar_entries ({_NAMES}, deleted) values ({_MARKS}, false)"  # noqa: S608 - own names
_UPDATE = f"update calendar_entries set {_SETS}, deleted = false where id = $id"  # noqa: S608 - own names

_ONE = """
-- How does this entry stand now? One row: the entry, also when deleted.
select * from calendar_entries where id = ?
"""

_DELETE = """
update calendar_entries set deleted = true, version = $version, updated_by = $updated_by, updated_at = $updated_at
where id = $id
"""

_KNOWN = """
-- Which versions of this entry does its history hold? One row: a version.
select version from calendar_history where entry = ? and action <> 'refused' limit 1
"""

_REMEMBER = """
insert into calendar_history (id, version, updated_by, updated_at, entry, action, plan)
values ($id, $version, $by, $at, $entry, $action, $plan)
"""


class Action(StrEnum):
    """What made a version of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"
    RESTORED = "restored"
    REFUSED = "refused"
    """Not a version: what somebody wrote on an older one and could not store, kept so that it is not lost."""


def current(cursor: Cursor, entry_id: str) -> tuple[Entry | None, bool]:
    """The stored entry and whether it is deleted; (None, False) when the id is unknown."""
    return next(iter(fetch(cursor, _ONE, [entry_id])), (None, False))


def fetch(cursor: Cursor, sql: str, params: object) -> list[tuple[Entry, bool]]:
    """Entries of a query over calendar_entries, each with whether it is deleted."""
    cursor.execute(sql, params)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    gone = [bool(row.pop("deleted", False)) for row in rows]
    return [(Entry.model_validate(row), deleted) for row, deleted in zip(rows, gone, strict=True)]


def insert(cursor: Cursor, draft: Entry, by: str) -> Entry:
    """A new entry at version 1, under the draft's id where it brings one."""
    added = _stamped(draft.model_copy(update={"id": draft.id or uuid.uuid4().hex}), 1, by)
    cursor.execute(_INSERT, _values(added))
    _remember(cursor, added, Action.ADDED)
    return added


def update(cursor: Cursor, edited: Entry, before: Entry, by: str, action: Action = Action.CHANGED) -> Entry:
    """The edited entry as the version after `before`, the row as it stands."""
    _remember_first(cursor, before)
    after = _stamped(edited, before.version + 1, by)
    cursor.execute(_UPDATE, _values(after))
    _remember(cursor, after, action)
    return after


def mark_deleted(cursor: Cursor, before: Entry, by: str) -> None:
    """Takes the entry off; its row and history stay."""
    _remember_first(cursor, before)
    gone = _stamped(before, before.version + 1, by)
    stamp = gone.model_dump(include={"id", "version", "updated_by", "updated_at"})
    cursor.execute(_DELETE, stamp)
    _remember(cursor, gone, Action.DELETED)


@contextmanager
def refused_kept(workspace: Workspace, by: str) -> Iterator[None]:
    """An edit refused inside is written into the entry's history: closing the page loses nothing."""
    try:
        yield
    except Conflict as conflict:
        mine = conflict.values.get("mine")
        if mine is not None and conflict.code != "calendar_unknown":
            with workspace.write() as cursor:
                remember_refused(cursor, mine, by)
        raise


def remember_refused(cursor: Cursor, mine: Entry, by: str) -> None:
    """Keeps the text of an edit made on an older version."""
    _remember(cursor, _stamped(mine, mine.version, by), Action.REFUSED)


def expect(cursor: Cursor, mine: Entry) -> Entry:
    """The entry as it stands, when that is the version `mine` was made on; a Conflict with both texts otherwise."""
    theirs, deleted = current(cursor, mine.id)
    if theirs is None:
        raise Conflict("calendar_unknown", theme=mine.theme, mine=mine, theirs=None)
    if deleted or theirs.version != mine.version:
        raise Conflict(
            "calendar_deleted" if deleted else "calendar_changed",
            by=theirs.updated_by,
            at=theirs.updated_at,
            theme=theirs.theme,
            mine=mine,
            theirs=None if deleted else theirs,
        )
    return theirs


def _remember_first(cursor: Cursor, before: Entry) -> None:
    """Entries older than the history get their first line when they first change."""
    if cursor.execute(_KNOWN, [before.id]).fetchone() is None:
        _remember(cursor, before, Action.ADDED)


def _remember(cursor: Cursor, entry: Entry, action: Action) -> None:
    cursor.execute(
        _REMEMBER,
        {
            "id": uuid.uuid4().hex,
            "version": entry.version,
            "by": entry.updated_by,
            "at": entry.updated_at,
            "entry": entry.id,
            "action": str(action),
            "plan": json.dumps(entry.model_dump(mode="json"), ensure_ascii=False),
        },
    )


def _stamped(entry: Entry, version: int, by: str) -> Entry:
    return entry.model_copy(update={"version": version, "updated_by": by, "updated_at": _now()})


def _values(entry: Entry) -> dict[str, object]:
    return {name: str(value) if isinstance(value, StrEnum) else value for name, value in entry}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
