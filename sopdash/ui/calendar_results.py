"""Plan against result: what went out on time, what came of it, and which kind of activity and which medium works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import content
from sopdash.content import Entry, Status
from sopdash.metrics import Period, publishing
from sopdash.metrics.freshness import known
from sopdash.metrics.publishing import ON_TIME, Planned, Results
from sopdash.metrics.statistics import wilson
from sopdash.text import formats
from sopdash.ui import calendar_best, calendar_saving, calendar_words, figures, tables
from sopdash.ui.calendar_period import View
from sopdash.ui.frame import Page

_COUNTS = ("views", "likes", "comments", "clicks", "orders_after")


def show(page: Page, view: View, shown: Sequence[Entry]) -> None:
    """The month's entries with their posts, then activities and media over the last weeks."""
    entries = [one for one in shown if view.month.first <= one.day <= view.month.last]
    entries = [one for one in entries if one.status is not Status.CANCELLED]
    results = page.load(publishing.results, tuple(Planned(one.id, one.at, one.theme) for one in entries))
    if results.missing is not None:
        st.caption(page.say("calendar.results_none"))
        figures.need_step(page, results.missing)
    elif results.until is not None:
        _plan(page, entries, results)
    facts = page.load(known)
    if facts.days is not None:
        last = facts.days.last
        _kinds(page, Period(last - dt.timedelta(weeks=calendar_best.WEEKS) + dt.timedelta(days=1), last))


def _plan(page: Page, entries: Sequence[Entry], results: Results) -> None:
    assert results.until is not None
    due = [one for one in entries if one.at + ON_TIME <= results.until]
    found = {row["id"]: row for row in results.rows.to_dict("records")}
    on_time = sum(bool(found.get(one.id, {}).get("on_time")) for one in due)
    seen = sum(one.id in found for one in due)
    if due:
        low, high = wilson(on_time, len(due))
        st.markdown(
            page.say(
                "calendar.results_line", due=len(due), seen=seen, on_time=on_time,
                rate=formats.percent(on_time / len(due), page.lang), low=formats.percent(low, page.lang),
                high=formats.percent(high, page.lang),
            )
        )  # fmt: skip
    st.caption(page.say("calendar.results_until", at=formats.moment(results.until, page.lang)))
    behind = [one for one in entries if one.is_open and one.id in found]
    if behind:
        st.button(
            page.say("calendar.results_mark", count=len(behind)), key="calendar_results_mark",
            on_click=_mark, args=(page, behind, found),
        )  # fmt: skip
    rows = [_row(page, one, found.get(one.id), results.until) for one in entries]
    if rows:
        labels = {name: page.say(f"calendar.result.{name}") for name in rows[0]}
        frame = page.figure("results", (tuple(entries), page.lang), lambda: pd.DataFrame(rows))
        tables.show(page, "results", frame, labels=labels, units=dict.fromkeys(_COUNTS, "count"), wide=("theme",))
    st.caption(page.say("calendar.results_note"))


def _row(page: Page, entry: Entry, found: Any, until: dt.datetime) -> dict[str, Any]:
    """One line of the table: the plan, when it went out, what came of it."""
    row: dict[str, Any] = {
        "planned": f"{formats.day(entry.day, page.lang)} {entry.time:%H:%M}",
        "theme": entry.theme,
        "channel": calendar_words.field("channel", entry.channel, page.lang),
        "form": calendar_words.field("form", entry.form, page.lang),
        "outcome": _outcome(page, entry, found, until),
    }
    row |= {name: None if found is None else found[name] for name in _COUNTS}
    row["normal"] = _normal(page, found)
    return row


def _outcome(page: Page, entry: Entry, found: Any, until: dt.datetime) -> str:
    if found is None:
        return page.say("calendar.result_unseen" if entry.at + ON_TIME <= until else "calendar.result_ahead")
    minutes = round(found["minutes"])
    if found["on_time"]:
        return page.say("calendar.result_on_time")
    return page.say("calendar.result_late" if minutes > 0 else "calendar.result_early", minutes=abs(minutes))


def _normal(page: Page, found: Any) -> str:
    if found is None or found["normal"] is None or found["normal"] != found["normal"]:
        return formats.MISSING
    low, high = (formats.number(found[name], page.lang) for name in ("normal_low", "normal_high"))
    return page.say("calendar.range_plain", value=formats.number(found["normal"], page.lang, 1), low=low, high=high)


def _mark(page: Page, entries: Sequence[Entry], found: dict[str, Any]) -> None:
    """Sets what went out to done or late, by its post (a callback)."""
    edited = [one.revised(status=Status.DONE if found[one.id]["on_time"] else Status.LATE) for one in entries]
    calendar_saving.told_of(content.change_all(page.store, edited, page.viewer.name))


def _kinds(page: Page, period: Period) -> None:
    """Which kind of activity draws most, and which medium is clicked most."""
    span = formats.span(period.first, period.last, page.lang)
    units = dict.fromkeys(("participation", "low", "high", "buyers_share", "click_rate", "reaction_rate"), "rate")
    units |= {"participants": "number", "views_per_post": "count"}
    for name, frame in (
        ("activities", page.load(publishing.activities, period)),
        ("media", page.load(publishing.posts_by, "channel", period, None)),
    ):
        if frame.empty:
            continue
        st.markdown(f"##### {page.say(f'calendar.by_{name}')}")
        shown = page.figure(f"results_{name}", id(frame), partial(_without_few, frame))[1]
        labels = {column: page.say(f"calendar.best_{column}") for column in shown.columns}
        tables.show(page, name, shown, labels=labels, units=units)
        st.caption(page.say(f"calendar.by_{name}_note", span=span))


def _without_few(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame (kept, so that its id stays its own) and what of it is shown."""
    return frame, frame.drop(columns="few")
