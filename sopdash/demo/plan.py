"""The demo's content calendar: the weekly templates, for the last weeks of the data and the weeks round today."""

from __future__ import annotations

import datetime as dt

from sopdash import content, playbook
from sopdash.content import Entry, Outlet, Status
from sopdash.content.calendar import add_all
from sopdash.demo import days
from sopdash.warehouse import Store

BY = "demo"
"""Who wrote the demo's entries, in `updated_by`."""
OWNER = "演示"
_WEEK = dt.timedelta(weeks=1)


def fill(store: Store) -> None:
    """Plans each week nobody touched yet and marks what lies behind as done; what people changed stays as it is."""
    today = store.settings.now().date()
    for monday in _weeks(today):
        if not _touched(store, monday):
            add_all(store, _drafts(monday), BY)
    for entry in content.entries(store, days.LAST - 2 * _WEEK, max(today - dt.timedelta(days=1), days.LAST)):
        if entry.updated_by == BY and entry.status is Status.PLANNED and (entry.day < today or entry.day <= days.LAST):
            content.change(store, entry.revised(status=Status.DONE), BY)
    if not playbook.ever_had_steps(store):
        for starter in playbook.starters():
            playbook.install(store, starter, BY)


def _weeks(today: dt.date) -> list[dt.date]:
    """The Mondays of the last two weeks of the data, of this week and the next two."""
    last = days.LAST - dt.timedelta(days=days.LAST.weekday())
    this = today - dt.timedelta(days=today.weekday())
    return sorted({last - _WEEK, last, this, this + _WEEK, this + 2 * _WEEK})


def _touched(store: Store, monday: dt.date) -> bool:
    """Whether anything was ever planned in that week, also when it was deleted since."""
    sql = "select 1 from calendar_entries where day >= ? and day < ? limit 1"
    return bool(store.workspace.rows(sql, [monday, monday + _WEEK]))


def _drafts(monday: dt.date) -> list[Entry]:
    """Weeks A and B by turns, and the member day where its days fall into the week."""
    turn = "week_a" if monday.isocalendar().week % 2 else "week_b"
    months = {day.replace(day=1) for day in (monday, monday + dt.timedelta(days=6))}
    week = content.templates()[turn].drafts(monday, "zh")
    member_day = [draft for month in sorted(months) for draft in content.templates()["member_day"].drafts(month, "zh")]
    return [_signed(draft) for draft in (*week, *member_day) if monday <= draft.day < monday + _WEEK]


def _signed(draft: Entry) -> Entry:
    return draft.revised(
        owner=OWNER, group_type=draft.group_type or ("福利群" if draft.channel is Outlet.GROUP else "")
    )
