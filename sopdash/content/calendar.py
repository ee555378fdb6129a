"""The content calendar in the workspace: read, add, change, delete, each stored at once.

Two people may edit one entry. A change names the version it was made on; when somebody was faster it is refused with
a `Conflict` that carries who, when, the entry as it stands now (`theirs`) and the entry refused (`mine`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from sopdash.content.entry import Entry, Filters
from sopdash.errors import Conflict

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor, Store

_BETWEEN = """
-- Which entries stand in the calendar? One row: an entry not deleted.
select * exclude (deleted) from calendar_entries
where deleted is not true
  and day between $first and $last
  and (len($channel) = 0 or list_contains($channel, channel))
  and (len($form) = 0 or list_contains($form, form))
  and (len($status) = 0 or list_contains($status, status))
  and (len($group_type) = 0 or list_contains($group_type, group_type))
  and (len($owner) = 0 or list_contains($owner, owner))
  and (len($segment) = 0 or list_contains($segment, segment))
order by day, "time", theme, id
"""

_ONE = """
-- How does this entry stand now? One row: the entry, also when deleted.
select * from calendar_entries where id = ?
"""

_INSERT = """
insert into calendar_entries (
    id, version, day, "time", theme, form, channel, group_type, segment, owner, status, campaign, coupon, note,
    updated_by, updated_at, deleted
) values (
    $id, $version, $day, $time, $theme, $form, $channel, $group_type, $segment, $owner, $status, $campaign, $coupon,
    $note, $updated_by, $updated_at, false
)
"""

_UPDATE = """
update calendar_entries set
    version = $version, day = $day, "time" = $time, theme = $theme, form = $form, channel = $channel,
    group_type = $group_type, segment = $segment, owner = $owner, status = $status, campaign = $campaign,
    coupon = $coupon, note = $note, updated_by = $updated_by, updated_at = $updated_at, deleted = false
where id = $id
"""

_DELETE = """
update calendar_entries set deleted = true, version = version + 1, updated_by = ?, updated_at = ? where id = ?
"""

_WORDS = """
-- Which words have people used in the free fields? One row: a field and a word, the latest used first.
with written as (
    unpivot (
        select group_type, segment, owner, campaign, coupon, updated_at from calendar_entries where deleted is not true
    )
    on group_type, segment, owner, campaign, coupon into name field value word
)
select field, word from written where word <> '' group by field, word order by max(updated_at) desc, word
"""


def entries(store: Store, first: dt.date, last: dt.date, filters: Filters | None = None) -> list[Entry]:
    """Entries from `first` to `last` (both included) that pass the filters, by day, time, theme."""
    wanted = {name: list(values) for name, values in (filters or Filters()).model_dump().items()}
    with store.workspace.read() as cursor:
        return [entry for entry, _ in _fetch(cursor, _BETWEEN, {"first": first, "last": last, **wanted})]


def find(store: Store, entry_id: str) -> Entry | None:
    """One entry as it stands, None when it does not exist or was deleted."""
    with store.workspace.read() as cursor:
        entry, deleted = _current(cursor, entry_id)
    return None if deleted else entry


def add(store: Store, draft: Entry, by: str) -> Entry:
    """Stores a new entry and returns it with its id; an id or version in the draft is ignored."""
    return add_all(store, [draft], by)[0]


def add_all(store: Store, drafts: list[Entry], by: str) -> list[Entry]:
    """Stores new entries, all or none."""
    added = [_stamped(draft.model_copy(update={"id": uuid.uuid4().hex}), 1, by) for draft in drafts]
    with store.workspace.write() as cursor:
        for entry in added:
            cursor.execute(_INSERT, _values(entry))
    return added


def change(store: Store, edited: Entry, by: str) -> Entry:
    """Stores an edited entry, returns it with its next version; a Conflict when `edited.version` is not the latest."""
    with store.workspace.write() as cursor:
        _expect_version(cursor, edited)
        after = _stamped(edited, edited.version + 1, by)
        cursor.execute(_UPDATE, _values(after))
    return after


def delete(store: Store, seen: Entry, by: str) -> None:
    """Takes an entry off the calendar; a Conflict when it changed since it was `seen`; deleting twice is no error."""
    with store.workspace.write() as cursor:
        _, deleted = _current(cursor, seen.id)
        if not deleted:
            _expect_version(cursor, seen)
            cursor.execute(_DELETE, [by, _now(), seen.id])


def restore(store: Store, seen: Entry, by: str) -> Entry:
    """Puts a deleted entry back as it was `seen`, under its old id."""
    with store.workspace.write() as cursor:
        current, deleted = _current(cursor, seen.id)
        if current is None or not deleted:
            raise Conflict("calendar_not_deleted", theme=seen.theme)
        back = _stamped(seen, current.version + 1, by)
        cursor.execute(_UPDATE, _values(back))
    return back


def words_used(store: Store) -> dict[str, list[str]]:
    """What people have written in each free field (group_type, segment, owner, campaign, coupon), latest first."""
    found: dict[str, list[str]] = {name: [] for name in ("group_type", "segment", "owner", "campaign", "coupon")}
    with store.workspace.read() as cursor:
        for field, word in cursor.execute(_WORDS).fetchall():
            found[field].append(word)
    return found


def _expect_version(cursor: Cursor, mine: Entry) -> None:
    theirs, deleted = _current(cursor, mine.id)
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


def _current(cursor: Cursor, entry_id: str) -> tuple[Entry | None, bool]:
    """The stored entry and whether it is deleted; (None, False) when the id is unknown."""
    return next(iter(_fetch(cursor, _ONE, [entry_id])), (None, False))


def _fetch(cursor: Cursor, sql: str, params: object) -> list[tuple[Entry, bool]]:
    cursor.execute(sql, params)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    gone = [bool(row.pop("deleted", False)) for row in rows]
    return [(Entry.model_validate(row), deleted) for row, deleted in zip(rows, gone, strict=True)]


def _stamped(entry: Entry, version: int, by: str) -> Entry:
    return entry.model_copy(update={"version": version, "updated_by": by, "updated_at": _now()})


def _values(entry: Entry) -> dict[str, object]:
    return {name: str(value) if name in ("form", "channel", "status") else value for name, value in entry}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
