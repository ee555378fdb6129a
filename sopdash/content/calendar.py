"""The content calendar in the workspace: read, add, change, delete, each stored at once.

Two people may edit one entry. A change names the version it was made on; when somebody was faster it is refused with
a `Conflict` that carries who, when, the entry as it stands now (`theirs`) and the entry refused (`mine`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from sopdash.content import stored
from sopdash.content.entry import Entry, Filters
from sopdash.content.stored import Action
from sopdash.errors import Conflict

if TYPE_CHECKING:
    from sopdash.warehouse import Store

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
  and (len($campaign) = 0 or list_contains($campaign, campaign))
order by day, "time", theme, id
"""

_GONE = """
-- Which entries were deleted last? One row: a deleted entry.
select * from calendar_entries where deleted and updated_at >= ? order by updated_at desc, id limit ?
"""

_HISTORY = """
-- How did this entry come to be what it is? One row: a version, the newest first.
select version, action, plan from calendar_history where entry = ? order by version desc, updated_at desc
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


class Version(NamedTuple):
    """One version of an entry: what made it, and the entry as it then was; or an edit of a version that was refused."""

    number: int
    action: Action
    entry: Entry


class Outcome(NamedTuple):
    """What became of several edits: those stored, and the refusals of those where somebody was faster."""

    stored: list[Entry]
    conflicts: list[Conflict]


def entries(store: Store, first: dt.date, last: dt.date, filters: Filters | None = None) -> list[Entry]:
    """Entries from `first` to `last` (both included) that pass the filters, by day, time, theme."""
    wanted = {name: list(values) for name, values in (filters or Filters()).model_dump().items()}
    with store.workspace.read() as cursor:
        return [entry for entry, _ in stored.fetch(cursor, _BETWEEN, {"first": first, "last": last, **wanted})]


def find(store: Store, entry_id: str) -> Entry | None:
    """One entry as it stands, None when it does not exist or was deleted."""
    with store.workspace.read() as cursor:
        entry, deleted = stored.current(cursor, entry_id)
    return None if deleted else entry


def add(store: Store, draft: Entry, by: str) -> Entry:
    """Stores a new entry and returns it with its id; an id or version in the draft is ignored."""
    return add_all(store, [draft.model_copy(update={"id": ""})], by)[0]


def add_all(store: Store, drafts: Iterable[Entry], by: str) -> list[Entry]:
    """Stores new entries, all or none; a draft that brings an id (an imported one) keeps it."""
    with store.workspace.write() as cursor:
        return [stored.insert(cursor, draft, by) for draft in drafts]


def change(store: Store, edited: Entry, by: str) -> Entry:
    """Stores an edited entry, returns it with its next version; a Conflict when `edited.version` is not the latest."""
    with stored.refused_kept(store.workspace, by), store.workspace.write() as cursor:
        return stored.update(cursor, edited, stored.expect(cursor, edited), by)


def change_all(store: Store, edited: Iterable[Entry], by: str) -> Outcome:
    """Stores several edits at once; those somebody else was faster with are handed back and the others stand."""
    done, refused = [], []
    with store.workspace.write() as cursor:
        for one in edited:
            try:
                done.append(stored.update(cursor, one, stored.expect(cursor, one), by))
            except Conflict as conflict:
                refused.append(conflict)
                if conflict.code != "calendar_unknown":
                    stored.remember_refused(cursor, one, by)
    return Outcome(done, refused)


def delete(store: Store, seen: Entry, by: str) -> None:
    """Takes an entry off the calendar; a Conflict when it changed since it was `seen`; deleting twice is no error."""
    outcome = delete_all(store, [seen], by)
    if outcome.conflicts:
        raise outcome.conflicts[0]


def delete_all(store: Store, seen: Iterable[Entry], by: str) -> Outcome:
    """Takes several entries off; those changed since they were seen are handed back and stay."""
    done, refused = [], []
    with store.workspace.write() as cursor:
        for one in seen:
            if stored.current(cursor, one.id)[1]:
                continue
            try:
                stored.mark_deleted(cursor, stored.expect(cursor, one), by)
                done.append(one)
            except Conflict as conflict:
                refused.append(conflict)
    return Outcome(done, refused)


def restore(store: Store, seen: Entry, by: str) -> Entry:
    """Puts a deleted entry back as it was `seen`, under its old id."""
    with store.workspace.write() as cursor:
        current, deleted = stored.current(cursor, seen.id)
        if current is None or not deleted:
            raise Conflict("calendar_not_deleted", theme=seen.theme)
        return stored.update(cursor, seen, current, by, Action.RESTORED)


def history(store: Store, entry_id: str) -> list[Version]:
    """Every version of an entry, the newest first; empty for one older than the history and never changed since."""
    return [
        Version(number, Action(action), Entry.model_validate_json(plan))
        for number, action, plan in store.workspace.rows(_HISTORY, [entry_id])
    ]


def take_back(store: Store, seen: Entry, to: Version, by: str) -> Entry:
    """Makes the entry what it was in an earlier version, as a new version; a Conflict when it changed since `seen`."""
    return change(store, to.entry.model_copy(update={"version": seen.version}), by)


def deleted(store: Store, since: dt.datetime, most: int = 50) -> list[Entry]:
    """Entries deleted since a moment (UTC without zone), the latest first: what can be put back."""
    with store.workspace.read() as cursor:
        return [entry for entry, _ in stored.fetch(cursor, _GONE, [since, most])]


def words_used(store: Store) -> dict[str, list[str]]:
    """What people have written in each free field (group_type, segment, owner, campaign, coupon), latest first."""
    found: dict[str, list[str]] = {name: [] for name in ("group_type", "segment", "owner", "campaign", "coupon")}
    with store.workspace.read() as cursor:
        for field, word in cursor.execute(_WORDS).fetchall():
            found[field].append(word)
    return found
