"""The sheet of days and entries as a component of our own: what it shows, and what it says happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from sopdash.content import Entry, Month, Status, days
from sopdash.content.checks import Finding, Level
from sopdash.text import formats, say
from sopdash.ui import calendar_words
from sopdash.ui.frame import Page

_HERE = Path(__file__)
_sheet = st.components.v2.component(
    "sopdash_calendar_sheet",
    html='<div id="sheet"></div>',
    css=_HERE.with_name("calendar_sheet.css").read_text(encoding="utf-8"),
    js=_HERE.with_name("calendar_sheet.js").read_text(encoding="utf-8"),
)
KEY = "calendar_sheet"

Event = Mapping[str, Any]


def show(
    page: Page, view: str, shown_days: Sequence[dt.date], entries: Sequence[Entry],
    findings: Mapping[str, list[Finding]], *, month: Month, nothing: str, happened: Callable[[Event], None],
) -> None:  # fmt: skip
    """Draws the view; `happened` is told what a person does: a mapping with `kind` and what it is about."""
    data = {
        "view": view,
        "heads": [] if view == "list" else [formats.weekday(at, page.lang) for at in range(7)],
        "days": _days(page, shown_days, month),
        "entries": [_entry(page, one, findings.get(one.id, [])) for one in entries],
        "legend": [{"status": str(one), "text": say(f"calendar.status.{one}", page.lang)} for one in Status],
        "words": {
            "quick": page.say("calendar.quick"), "all": page.say("calendar.select_all"),
            "change": page.say("calendar.bulk"), "nothing": nothing,
        },
    }  # fmt: skip
    _sheet(key=KEY, data=data, on_event_change=partial(_told, happened))


def _told(happened: Callable[[Event], None]) -> None:
    event = st.session_state[KEY].get("event")
    if isinstance(event, Mapping):
        happened(event)


def _days(page: Page, shown_days: Sequence[dt.date], month: Month) -> list[dict[str, Any]]:
    today = page.store.settings.now().date()
    marks = days.marks(shown_days[0], shown_days[-1])
    whole_weeks = len(shown_days) > 7
    return [
        {
            "day": day.isoformat(),
            "label": str(day.day),
            "weekday": formats.weekday(day.weekday(), page.lang),
            "name": f"{formats.day(day, page.lang)} {formats.weekday(day.weekday(), page.lang)}",
            "add": say("calendar.add_on", page.lang, day=formats.day(day, page.lang)),
            "place": "today" if day == today else "outside" if whole_weeks and Month.of(day) != month else "inside",
            "marks": [{"kind": str(mark.kind), "text": mark.label.say(page.lang)} for mark in marks.get(day, ())],
        }
        for day in shown_days
    ]


def _entry(page: Page, entry: Entry, findings: Sequence[Finding]) -> dict[str, Any]:
    lang = page.lang
    said = [say(f"calendar.channel.{entry.channel}", lang), say(f"calendar.status.{entry.status}", lang)]
    said += [getattr(entry, name) for name in ("group_type", "segment", "owner", "campaign", "coupon")]
    meta = " · ".join(word for word in said if word)
    lines = [f"{entry.time:%H:%M} {entry.theme}", meta, *(calendar_words.finding(one, lang) for one in findings)]
    return {
        "id": entry.id,
        "day": entry.day.isoformat(),
        "time": f"{entry.time:%H:%M}",
        "theme": entry.theme,
        "form": say(f"calendar.form_mark.{entry.form}", lang),
        "status": str(entry.status),
        "meta": meta,
        "hint": "\n".join(lines),
        "warnings": sum(one.level is Level.WARNING for one in findings),
        "todos": sum(one.level is Level.TODO for one in findings),
        "series": bool(entry.series),
    }
