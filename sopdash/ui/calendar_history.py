"""The versions of an entry, each of which can be had again; and the entries deleted lately, which can be put back."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from sopdash import content
from sopdash.content import FIELDS, Action, Entry, Version
from sopdash.text import formats, safe
from sopdash.ui import calendar_saving, calendar_words
from sopdash.ui.calendar_saving import OPEN
from sopdash.ui.frame import Page

DELETED_DAYS = 30
SHOWN_FIELDS = 4


def show(page: Page, seen: Entry) -> None:
    """Who changed what and when, the newest first."""
    versions = content.history(page.store, seen.id)
    if not versions:
        st.caption(page.say("calendar.history_none"))
    for at, version in enumerate(versions):
        before = next((one for one in versions[at + 1 :] if one.action is not Action.REFUSED), None)
        refused = version.action is Action.REFUSED
        key = f"calendar_refused_{at}" if refused else f"calendar_back_{version.number}"
        with st.container(horizontal=True, vertical_alignment="center", key=f"calendar_version_{at}"):
            st.markdown(_line(page, version, before), width="stretch")
            if refused or (version.number != seen.version and version.action is not Action.DELETED):
                st.button(page.say("calendar.take_back"), key=key, on_click=_back, args=(page, seen, version))


def deleted(page: Page) -> None:
    """What was deleted in the last month."""
    since = dt.datetime.now(dt.UTC).replace(tzinfo=None) - dt.timedelta(days=DELETED_DAYS)
    gone = content.deleted(page.store, since)
    if not gone:
        st.caption(page.say("calendar.deleted_none"))
    for one in gone:
        with st.container(horizontal=True, vertical_alignment="center"):
            assert one.updated_at is not None
            when = f"{formats.day(one.day, page.lang)} {one.time:%H:%M}"
            by = page.say(
                "calendar.deleted_by", by=safe.markdown(one.updated_by), at=calendar_words.moment(page, one.updated_at)
            )
            st.markdown(f"{when} **{safe.markdown(one.theme)}**  \n:small[:gray[{by}]]", width="stretch")
            st.button(
                page.say("calendar.put_back"), key=f"calendar_put_back_{one.id}",
                on_click=calendar_saving.put_back, args=(page, one),
            )  # fmt: skip


def _line(page: Page, version: Version, before: Version | None) -> str:
    entry = version.entry
    at = calendar_words.moment(page, entry.updated_at) if entry.updated_at else ""
    head = page.say(f"calendar.action_{version.action}", by=safe.markdown(entry.updated_by), at=at)
    changed = _changed(page, entry, before.entry) if before and version.action is not Action.DELETED else ""
    return f"{head}  \n:small[{changed}]" if changed else head


def _changed(page: Page, entry: Entry, before: Entry) -> str:
    """Field: old → new, of the first few fields."""
    said = []
    for name in FIELDS:
        old, new = (
            safe.markdown(_short(calendar_words.field(name, getattr(one, name), page.lang))) for one in (before, entry)
        )
        if getattr(before, name) != getattr(entry, name):
            said.append(f"{calendar_words.label(name, page.lang)} {old} → {new}")
    return " · ".join(said[:SHOWN_FIELDS]) + ("…" if len(said) > SHOWN_FIELDS else "")


def _short(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:40]}…"


def _back(page: Page, seen: Entry, version: Version) -> None:
    """Takes the entry back to a version (a callback); the dialog then shows it as it is now."""
    after = calendar_saving.attempt(partial(content.take_back, page.store, seen, version, page.viewer.name))
    if after:
        st.session_state[OPEN] = after
        calendar_saving.tell("calendar.taken_back")
    else:
        st.session_state.pop(OPEN, None)
