"""The plan of a month or week: what is shown, the sheet itself, and what happens on it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from sopdash import content
from sopdash.content import Entry, Filters, Form, Outlet, Status, checks, words_used
from sopdash.content.checks import Finding
from sopdash.text import formats, safe, say
from sopdash.ui import calendar_bulk, calendar_form, calendar_import, calendar_saving, calendar_sheet
from sopdash.ui.calendar_period import View, choose_period
from sopdash.ui.frame import Page

STYLE = Path(__file__).with_name("calendar.css")
SEEN = "calendar_seen"
"""The entries this session's sheet shows, by id: what an event on it was made on."""
_TIME_FIRST = re.compile(r"^\s*(\d{1,2})[:：](\d{2})\s+(.+)$")


def choose(page: Page) -> tuple[View, Filters]:
    """The bar above the sheet: view and period, filters, and what can be done: add, fill from a template, files."""
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="calendar_bar"):
        view = choose_period(page)
        filters = _filters(page)
        st.space("stretch")
        _actions(page, view, filters)
    return view, filters


def entries(page: Page, view: View, filters: Filters) -> tuple[list[Entry], tuple[Finding, ...]]:
    """What the view shows, and the findings about all entries of its months (those filtered away count too)."""
    everything = content.entries(page.store, *view.months())
    found = page.load(checks.run, tuple(everything))
    shown = content.entries(page.store, view.first, view.last, filters)
    st.session_state[SEEN] = {one.id: one for one in shown}
    return shown, found


def show(page: Page, view: View, filters: Filters, shown: Sequence[Entry], found: Sequence[Finding]) -> None:
    """The sheet: an entry opens on a click, moves by drag or Alt and arrows; a day's plus takes a line at once."""
    calendar_sheet.show(
        page,
        view.name,
        view.days(),
        shown,
        checks.by_entry(found),
        month=view.month,
        nothing=page.say("calendar.empty_month" if filters == Filters() else "calendar.empty_filtered"),
        happened=partial(_happened, page),
    )


def _happened(page: Page, event: calendar_sheet.Event) -> None:
    """What the browser told (a callback). It can only speak of entries that this session was shown."""
    seen: dict[str, Entry] = st.session_state.get(SEEN, {})
    entry = seen.get(str(event.get("id")))
    day = _day(event.get("day"))
    kind = event.get("kind")
    if kind == "open" and entry:
        calendar_form.open_entry(entry)
    elif kind == "move" and entry and day:
        if after := calendar_saving.save(page, entry.revised(day=day)):
            calendar_saving.tell("calendar.moved", theme=after.theme, day=formats.day(day, page.lang))
    elif kind == "copy" and entry and day:
        calendar_saving.save(page, calendar_saving.copy_of(entry, day))
    elif kind == "new" and day:
        calendar_form.start(day)
    elif kind == "quick" and day:
        _quick(page, day, str(event.get("text", ""))[:220])
    elif kind == "bulk":
        calendar_bulk.start([seen[one] for one in event.get("ids", []) if one in seen])


def _quick(page: Page, day: dt.date, text: str) -> None:
    """A line typed into a day: its theme, with the time in front where one is given."""
    found = _TIME_FIRST.match(text)
    time = dt.time(10, 0)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        time, text = dt.time(int(found[1]), int(found[2])), found[3]
    if text.strip():
        calendar_saving.save(page, Entry(day=day, time=time, theme=text.strip()[:200]))


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _filters(page: Page) -> Filters:
    """Which entries to show, chosen behind one button that says how many filters are on."""
    words = words_used(page.store)
    known = {
        "channel": [str(one) for one in Outlet],
        "form": [str(one) for one in Form],
        "status": [str(one) for one in Status],
        "group_type": words["group_type"],
        "owner": words["owner"],
        "segment": words["segment"],
        "campaign": words["campaign"],
    }
    on = [name for name in known if st.session_state.get(f"calendar_{name}")]
    label = say("calendar.filters_on" if on else "calendar.filters", page.lang, **({"count": len(on)} if on else {}))
    with st.popover(label, icon=":material/filter_list:", key="calendar_filters"):
        chosen = {name: _choice(page, name, options) for name, options in known.items() if options}
        st.button(say("calendar.clear_filters", page.lang), on_click=_clear, args=(tuple(known),), disabled=not on)
    return Filters.model_validate({name: tuple(values) for name, values in chosen.items()})


def _actions(page: Page, view: View, filters: Filters) -> None:
    lang, today = page.lang, page.store.settings.now().date()
    day = today if view.first <= today <= view.last else view.month.first if view.name != "week" else view.first
    st.button(
        say("calendar.add", lang), icon=":material/add:", type="primary", key="calendar_add",
        on_click=calendar_form.start, args=(day,),
    )  # fmt: skip
    st.button(
        say("calendar.template", lang), icon=":material/event_repeat:", key="calendar_template",
        on_click=calendar_form.open_templates,
    )  # fmt: skip
    with st.popover(say("calendar.files", lang), icon=":material/swap_vert:", key="calendar_download"):
        # Plans hold no personal data, so the ordinary button may serve them; made when clicked.
        for kind, write, mime in (
            ("csv", content.to_csv, "text/csv"),
            ("xlsx", content.to_xlsx, _XLSX),
            ("ics", content.to_ics, "text/calendar"),
        ):  # fmt: skip
            st.download_button(
                say(f"calendar.download_{kind}", lang), partial(_file, page, view, filters, write),
                f"calendar-{view.title}.{kind}", mime, on_click="ignore", width="stretch",
            )  # fmt: skip
        st.button(
            say("calendar.import", lang), icon=":material/upload_file:", width="stretch", on_click=calendar_import.start
        )
        st.button(
            say("calendar.deleted_list", lang), icon=":material/restore_from_trash:", width="stretch",
            on_click=calendar_form.open_deleted,
        )  # fmt: skip


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(page: Page, view: View, filters: Filters, write: Callable[..., bytes]) -> bytes:
    """The view's own days as a file, in the reader's language."""
    first, last = (view.first, view.last) if view.name == "week" else (view.month.first, view.month.last)
    found = content.entries(page.store, first, last, filters)
    if write is content.to_ics:
        return content.to_ics(found, page.lang, page.store.settings.timezone)
    return write(found, page.lang)


def _choice(page: Page, name: str, options: list[str]) -> list[str]:
    coded = name in ("channel", "form", "status")
    return st.pills(
        say(f"calendar.field.{name}", page.lang), options, selection_mode="multi", key=f"calendar_{name}",
        format_func=lambda code: say(f"calendar.{name}.{code}", page.lang) if coded else safe.markdown(code),
        persist_state="session",
    )  # fmt: skip


def _clear(names: tuple[str, ...]) -> None:
    for name in names:
        st.session_state[f"calendar_{name}"] = []
