"""Entries that repeat: every day, every week, every month on a day. Each is an entry of its own, bound by `series`.

Days and times are wall time of the business zone, so nothing shifts when another zone changes its clocks. A month
without the day (31 April) takes its last day.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sopdash.content import stored
from sopdash.content.entry import FIELDS, Entry
from sopdash.content.month import Month
from sopdash.errors import SopdashError

if TYPE_CHECKING:
    from sopdash.warehouse import Cursor, Store

MOST = 366
"""Entries of one series: a year of days."""

_OF_SERIES = """
-- Which entries belong to this series? One row: an entry not deleted.
select * exclude (deleted) from calendar_entries
where deleted is not true and series = ? order by day, "time", id
"""


class Every(StrEnum):
    """How often an entry repeats."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


class Scope(StrEnum):
    """What an edit of one entry of a series is for."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Repetition:
    """How often, and the last day (included)."""

    every: Every
    until: dt.date

    def days(self, first: dt.date) -> list[dt.date]:
        """The days of the series, `first` among them; refused when there would be more than MOST."""
        found: list[dt.date] = []
        while (day := self._nth(first, len(found))) <= self.until:
            if len(found) == MOST:
                raise SopdashError("calendar_series_too_long", most=MOST)
            found.append(day)
        return found or [first]

    def _nth(self, first: dt.date, n: int) -> dt.date:
        if self.every is Every.MONTH:
            return in_month(Month.of(first).plus(n), first.day)
        return first + dt.timedelta(days=n * (7 if self.every is Every.WEEK else 1))


def in_month(month: Month, day: int) -> dt.date:
    """That day of the month, or its last."""
    return month.first.replace(day=min(day, month.last.day))


def repeat(store: Store, seen: Entry, rule: Repetition, by: str) -> list[Entry]:
    """Plans the entry again on the rule's later days; all of them then are one series. Returns what was added.

    A new entry (without id) is stored with them. A Conflict when it changed since it was seen.
    """
    days = rule.days(seen.day)
    series = f"{rule.every}-{uuid.uuid4().hex}"
    with store.workspace.write() as cursor:
        marked = seen.model_copy(update={"series": series})
        if seen.id:
            stored.update(cursor, marked, stored.expect(cursor, seen), by)
        drafts = [marked.revised(id="", version=0, day=day) for day in days[1 if seen.id else 0 :]]
        return [stored.insert(cursor, draft, by) for draft in drafts]


def members(store: Store, series: str) -> list[Entry]:
    """The entries of a series, by day."""
    with store.workspace.read() as cursor:
        return _members(cursor, series)


def change_series(store: Store, seen: Entry, edited: Entry, scope: Scope, by: str) -> list[Entry]:
    """Stores an edit for one entry, it and those after it, or all of its series; returns what was changed.

    Only the fields that differ between `seen` and `edited` are carried over, and a day moves every entry likewise.
    Entries that already went out stay as they are. A Conflict when the entry changed since it was seen.
    """
    changed = {name: value for name, value in edited.plan().items() if value != getattr(seen, name)}
    with stored.refused_kept(store.workspace, by), store.workspace.write() as cursor:
        before = stored.expect(cursor, edited)
        done = [stored.update(cursor, edited, before, by)]
        for one in _others(cursor, seen, scope):
            done.append(stored.update(cursor, one.revised(**_carried(one, seen, changed)), one, by))
    return done


def delete_series(store: Store, seen: Entry, scope: Scope, by: str) -> list[Entry]:
    """Takes off one entry, it and those after it, or all of its series that did not go out; returns those taken off."""
    with store.workspace.write() as cursor:
        gone = [stored.expect(cursor, seen), *_others(cursor, seen, scope)]
        for one in gone:
            stored.mark_deleted(cursor, one, by)
    return gone


def _others(cursor: Cursor, seen: Entry, scope: Scope) -> list[Entry]:
    if scope is Scope.ONE or not seen.series:
        return []
    later = [one for one in _members(cursor, seen.series) if scope is Scope.ALL or one.at >= seen.at]
    return [one for one in later if one.id != seen.id and one.is_open]


def _members(cursor: Cursor, series: str) -> list[Entry]:
    return [entry for entry, _ in stored.fetch(cursor, _OF_SERIES, [series])]


def _carried(one: Entry, seen: Entry, changed: dict[str, Any]) -> dict[str, Any]:
    """The changed fields as they apply to another entry of the series."""
    fields = {name: value for name, value in changed.items() if name in FIELDS and name != "day"}
    if "day" not in changed:
        return fields
    day = changed["day"]
    if one.series.startswith(Every.MONTH):
        months = (day.year - seen.day.year) * 12 + day.month - seen.day.month
        return {**fields, "day": in_month(Month.of(one.day).plus(months), day.day)}
    return {**fields, "day": one.day + (day - seen.day)}
