"""The findings of the days shown in one line, and behind it one by one: clear, and never in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from sopdash.content import Entry
from sopdash.content.checks import Finding, Level
from sopdash.text import formats, safe
from sopdash.ui import calendar_form, calendar_words
from sopdash.ui.calendar_period import View
from sopdash.ui.frame import Page

SHOWN = 12


def show(page: Page, view: View, shown: Sequence[Entry], found: Sequence[Finding]) -> None:
    """How many of each kind; opened, the sentences, each leading to its entry."""
    entries = {one.id: one for one in shown}
    mine = [one for one in found if one.entry in entries or (not one.entry and _touches(one, view))]
    if not mine:
        if any(one.is_open for one in shown):
            st.caption(f":material/check_circle: {page.say('calendar.checks_fine')}")
        return
    warnings = [one for one in mine if one.level is Level.WARNING]
    counts = Counter(one.code for one in [*warnings, *(one for one in mine if one.level is Level.TODO)])
    line = " · ".join(
        page.say("calendar.check_count", name=page.say(f"calendar.check_name.{code}"), count=count)
        for code, count in counts.items()
    )
    with st.expander(page.say("calendar.checks", line=line), icon=":material/rule:", key="calendar_checks"):
        ordered = sorted(mine, key=lambda one: (bool(one.entry), one.level is Level.TODO))
        for at, one in enumerate(ordered[:SHOWN]):
            _line(page, at, one, entries.get(one.entry))
        if len(ordered) > SHOWN:
            st.caption(page.say("calendar.and_more", count=len(ordered) - SHOWN))


def _line(page: Page, at: int, one: Finding, entry: Entry | None) -> None:
    words = safe.markdown(calendar_words.finding(one, page.lang))
    icon = ":material/warning:" if one.level is Level.WARNING else ":material/radio_button_unchecked:"
    if entry is None:
        st.caption(f"{icon} {words}")
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"calendar_check_{at}"):
        st.button(
            f"{formats.day(entry.day, page.lang)} {entry.time:%H:%M} {safe.markdown(entry.theme[:30])}",
            key=f"calendar_check_open_{at}", type="tertiary", on_click=calendar_form.open_entry, args=(entry,),
        )  # fmt: skip
        st.caption(f"{icon} {words}", width="content")


def _touches(one: Finding, view: View) -> bool:
    """Whether the window a finding is about meets the days shown."""
    first = one.values.get("first") or one.values["monday"]
    last = one.values.get("last") or first
    return bool(first <= view.last and last >= view.first)
