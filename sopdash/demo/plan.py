"""The demo's content calendar: the weekly templates, for the last weeks of the data and the weeks round today."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from sopdash import content, playbook
from sopdash.access import LOCAL_OWNER
from sopdash.content import Entry, Outlet, Status
from sopdash.content.calendar import add_all
from sopdash.demo import days
from sopdash.demo.programme import responses
from sopdash.playbook import goals
from sopdash.text import say
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
        goals.add(store, _goal(store), BY)


def _goal(store: Store) -> goals.Goal:
    """Repurchase rate +20 % within half a year, begun ten weeks before the end of the data."""
    start = days.LAST - 10 * _WEEK + dt.timedelta(days=1)
    return goals.draft(
        store, "repurchase_rate", LOCAL_OWNER, starts_on=start, deadline=start + 26 * _WEEK, change=0.2, owner=OWNER
    )


def published(seed: int) -> pd.DataFrame:
    """The posts of what was planned for the last weeks of the data: most on time, some late, a few never seen."""
    rng = np.random.default_rng([seed, 2])
    last = days.LAST - dt.timedelta(days=days.LAST.weekday())
    drafts = [draft for monday in (last - _WEEK, last) for draft in _drafts(monday) if draft.day <= days.LAST]
    size = len(drafts)
    minutes = np.where(rng.random(size) < 0.2, rng.uniform(40, 110, size), rng.normal(2, 9, size))
    views = rng.poisson([900 if draft.form == "live" else 420 for draft in drafts])
    clicks = rng.binomial(views, [0.16 if draft.channel is Outlet.GROUP else 0.09 for draft in drafts])
    table = pd.DataFrame(
        {
            "post_id": [f"plan{at + 1:03d}" for at in range(size)],
            "channel": [say(f"calendar.channel.{draft.channel}", "zh") for draft in drafts],
            "form": [say(f"calendar.form.{draft.form}", "zh") for draft in drafts],
            "theme": [draft.theme for draft in drafts],
            "group_type": [draft.group_type for draft in drafts],
            "campaign": "",
            "published_at": np.array([draft.at for draft in drafts], "datetime64[s]")
            + days.seconds(minutes * days.MINUTE),
            **responses(rng, views, clicks),
        }
    )
    return table[rng.random(size) < 0.85].reset_index(drop=True)


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
