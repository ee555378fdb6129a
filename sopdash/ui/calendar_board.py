"""The month on one sheet: a cell per day, Monday to Sunday, entries to open, a plus to add; a list on phones."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from sopdash.content import Entry, Filters, Form, Month, Outlet, Status, entries, to_csv, to_ics, words_used
from sopdash.text import formats, safe, say
from sopdash.ui import calendar_form
from sopdash.ui.frame import Page

STYLE = Path(__file__).with_name("calendar.css")
FORM_ICONS = {
    Form.TEXT: ":material/notes:",
    Form.PICTURE: ":material/image:",
    Form.VIDEO: ":material/movie:",
    Form.LIVE: ":material/sensors:",
}
ADDRESS_KEY = "month"
MONTH_KEY = "calendar_month"
SEEN_KEY = "calendar_month_seen"
"""The month this session last wrote into the address."""
MONTHS_BACK, MONTHS_AHEAD = 24, 12
THEME_LENGTH = 24


def choose(page: Page) -> tuple[Month, Filters]:
    """The bar above the sheet: month, filters, and what can be done: add, fill from a template, download."""
    with st.container(horizontal=True, vertical_alignment="center", key="calendar_bar"):
        month = _month(page)
        filters = _filters(page)
        st.space("stretch")
        _actions(page, month, filters)
    return month, filters


def show(page: Page, month: Month, filters: Filters, shown: Sequence[Entry]) -> None:
    """The sheet of the month. A click on an entry opens it, a click on a day's plus starts one there."""
    st.html(STYLE)
    today = page.store.settings.now().date()
    by_day: dict[dt.date, list[Entry]] = defaultdict(list)
    for entry in shown:
        by_day[entry.day].append(entry)
    with st.container(key="calendar_board"):
        with st.grid(7, wrap=False, min_column_width=40, gap=None, key="calendar_weekdays"):
            for index in range(7):
                st.caption(formats.weekday(index, page.lang))
        with st.grid(7, wrap=False, min_column_width=40, gap=None, key="calendar_sheet") as sheet:
            for day in month.days():
                key = _cell_key(day, month, today, by_day[day])
                with sheet.container(key=key, gap=None, height="stretch"):
                    _day(page, day, by_day[day])
        if not shown:
            st.caption(say("calendar.empty_month" if filters == Filters() else "calendar.empty_filtered", page.lang))


def month_entries(page: Page, month: Month, filters: Filters) -> list[Entry]:
    """The entries of all days the sheet shows, the edges of the neighbouring months among them."""
    days = month.days()
    return entries(page.store, days[0], days[-1], filters)


def month_name(name: str, lang: str) -> str:
    """2026-11 as people write it: 2026年11月 / Nov 2026."""
    month = Month.parse(name)
    return say("calendar.month_name", lang, year=month.year, name=say(f"formats.month_{month.number}", lang))


def _month(page: Page) -> Month:
    """The month chosen by arrow, list or address; the current one at first."""
    current = str(Month.of(page.store.settings.now().date()))
    names = [str(month) for month in Month.parse(current).around(MONTHS_BACK, MONTHS_AHEAD)]
    _read_address(names, current)
    here = names.index(st.session_state[MONTH_KEY])
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="calendar_months", width="content"
    ):
        _step(page, "calendar.previous", ":material/chevron_left:", names[here - 1] if here else None)
        chosen: str = st.selectbox(
            say("calendar.month", page.lang), names, key=MONTH_KEY, label_visibility="collapsed", required=True,
            format_func=lambda name: month_name(name, page.lang), width=150, persist_state="session",
        )  # fmt: skip
        _step(page, "calendar.next", ":material/chevron_right:", names[here + 1] if here + 1 < len(names) else None)
        if chosen != current:
            st.button(say("calendar.today", page.lang), on_click=_go, args=(current,), type="tertiary")
    _write_address(chosen, current)
    return Month.parse(chosen)


def _read_address(names: list[str], current: str) -> None:
    """Takes over the month a link or the Back button names (`?month=2026-10`), when it is not what stands already."""
    asked = st.query_params.get(ADDRESS_KEY, current)
    if asked in names and asked != st.session_state.get(SEEN_KEY, current):
        st.session_state[MONTH_KEY] = asked
    if st.session_state.get(MONTH_KEY) not in names:
        st.session_state[MONTH_KEY] = current


def _write_address(chosen: str, current: str) -> None:
    st.session_state[SEEN_KEY] = chosen
    if chosen == current:
        st.query_params.pop(ADDRESS_KEY, None)
    elif st.query_params.get(ADDRESS_KEY) != chosen:
        st.query_params[ADDRESS_KEY] = chosen


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
    }
    on = [name for name in known if st.session_state.get(f"calendar_{name}")]
    label = say("calendar.filters_on" if on else "calendar.filters", page.lang, **({"count": len(on)} if on else {}))
    with st.popover(label, icon=":material/filter_list:", key="calendar_filters"):
        chosen = {name: _choice(page, name, options) for name, options in known.items() if options}
        st.button(say("calendar.clear_filters", page.lang), on_click=_clear, args=(tuple(known),), disabled=not on)
    return Filters.model_validate({name: tuple(values) for name, values in chosen.items()})


def _actions(page: Page, month: Month, filters: Filters) -> None:
    lang, today = page.lang, page.store.settings.now().date()
    day = today if Month.of(today) == month else month.first
    st.button(
        say("calendar.add", lang), icon=":material/add:", type="primary", key="calendar_add",
        on_click=calendar_form.start, args=(day,),
    )  # fmt: skip
    st.button(
        say("calendar.template", lang), icon=":material/event_repeat:", key="calendar_template",
        on_click=calendar_form.open_templates,
    )  # fmt: skip
    with st.popover(say("calendar.download", lang), icon=":material/download:", key="calendar_download"):
        # Plans hold no personal data, so the ordinary button may serve them; made when clicked.
        st.download_button(
            say("calendar.download_csv", lang), partial(_file, page, month, filters, to_csv), f"calendar-{month}.csv",
            "text/csv", on_click="ignore", width="stretch",
        )  # fmt: skip
        st.download_button(
            say("calendar.download_ics", lang), partial(_file, page, month, filters, to_ics), f"calendar-{month}.ics",
            "text/calendar", on_click="ignore", width="stretch",
        )  # fmt: skip


def _file(page: Page, month: Month, filters: Filters, write: Callable[..., bytes]) -> bytes:
    """The month's own days as a file, in the reader's language."""
    return write(entries(page.store, month.first, month.last, filters), page.lang)


def _day(page: Page, day: dt.date, planned: Sequence[Entry]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key=f"cal_head_{day}"):
        st.markdown(say("calendar.day_head", page.lang, day=day.day, weekday=formats.weekday(day.weekday(), page.lang)))
        st.button(
            say("calendar.add_on", page.lang, day=formats.day(day, page.lang)), icon=":material/add:", type="tertiary",
            key=f"cal_add_{day}", on_click=calendar_form.start, args=(day,),
        )  # fmt: skip
    for entry in planned:
        _entry(page, entry)


def _entry(page: Page, entry: Entry) -> None:
    theme = entry.theme if len(entry.theme) <= THEME_LENGTH else f"{entry.theme[:THEME_LENGTH]}…"
    st.button(
        f"{entry.time:%H:%M} {safe.markdown(theme)}",
        icon=FORM_ICONS[entry.form],
        key=f"cal_{entry.status}_{entry.id}",
        type="tertiary",
        width="stretch",
        help=_hint(page, entry),
        on_click=calendar_form.open_entry,
        args=(entry,),
    )


def _hint(page: Page, entry: Entry) -> str:
    said = [
        say(f"calendar.channel.{entry.channel}", page.lang),
        say(f"calendar.status.{entry.status}", page.lang),
        *(getattr(entry, name) for name in ("group_type", "segment", "owner", "campaign", "coupon")),
    ]
    return safe.markdown(entry.theme) + "\n\n" + " · ".join(safe.markdown(word) for word in said if word)


def _cell_key(day: dt.date, month: Month, today: dt.date, planned: Sequence[Entry]) -> str:
    """The cell's style class: where it lies, and whether it holds anything (phones hide empty days)."""
    place = "today" if day == today else "inside" if Month.of(day) == month else "outside"
    return f"cal_{place}_{'full' if planned else 'empty'}_{day}"


def _choice(page: Page, name: str, options: list[str]) -> list[str]:
    coded = name in ("channel", "form", "status")
    return st.pills(
        say(f"calendar.field.{name}", page.lang), options, selection_mode="multi", key=f"calendar_{name}",
        format_func=lambda code: say(f"calendar.{name}.{code}", page.lang) if coded else safe.markdown(code),
        persist_state="session",
    )  # fmt: skip


def _step(page: Page, label: str, icon: str, target: str | None) -> None:
    st.button(
        say(label, page.lang), icon=icon, key=label.replace(".", "_"), type="tertiary", disabled=target is None,
        on_click=_go, args=(target,),
    )  # fmt: skip


def _go(month: str | None) -> None:
    if month:
        st.session_state[MONTH_KEY] = month


def _clear(names: tuple[str, ...]) -> None:
    for name in names:
        st.session_state[f"calendar_{name}"] = []
