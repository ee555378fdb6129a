"""Several entries at once: owner, status, audience, time or day changed, copied ahead, or taken off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from sopdash import content
from sopdash.content import Entry, Form, Outlet, Purpose, Status
from sopdash.text import formats, safe
from sopdash.ui import calendar_saving, calendar_words
from sopdash.ui.calendar_saving import OPEN
from sopdash.ui.frame import Page

SHOWN = 8
MOST_DAYS = 366
_CODED: dict[str, Any] = {"status": Status, "form": Form, "channel": Outlet, "purpose": Purpose}
_FREE = ("owner", "group_type", "segment", "campaign", "coupon")


@dataclass(frozen=True)
class Chosen:
    """The entries a person ticked, as the page showed them."""

    entries: tuple[Entry, ...]


def start(entries: Sequence[Entry]) -> None:
    """Asks what to do with the entries at the next run (a callback)."""
    if entries:
        st.session_state[OPEN] = Chosen(tuple(entries))


def show(page: Page, chosen: Chosen) -> None:
    """What is chosen, the fields to set (an empty one stays as it is), days to move or copy by, and delete."""
    entries = chosen.entries
    themes = [f"{formats.day(one.day, page.lang)} {safe.markdown(one.theme)}" for one in entries[:SHOWN]]
    more = page.say("calendar.and_more", count=len(entries) - SHOWN) if len(entries) > SHOWN else ""
    st.caption(" · ".join(themes) + more)
    with st.form("calendar_bulk", border=False):
        fields = _fields(page)
        days = st.number_input(
            page.say("calendar.shift_days"), value=0, min_value=-MOST_DAYS, max_value=MOST_DAYS, step=1,
            help=page.say("calendar.shift_help"), width=220,
        )  # fmt: skip
        save, copy, drop = st.columns(3)
        saved = save.form_submit_button(page.say("calendar.bulk_save"), type="primary", width="stretch")
        copied = copy.form_submit_button(page.say("calendar.bulk_copy"), width="stretch")
        dropped = drop.form_submit_button(page.say("calendar.bulk_delete", count=len(entries)), width="stretch")
    if not (saved or copied or dropped):
        return
    by = page.viewer.name
    moved = [one.revised(**fields, day=one.day + dt.timedelta(days=int(days))) for one in entries]
    if dropped:
        calendar_saving.told_of(content.delete_all(page.store, entries, by), deleted=True)
    elif copied:
        content.add_all(page.store, [calendar_saving.copy_of(one, one.day) for one in moved], by)
        calendar_saving.tell("calendar.copied", count=len(moved))
    else:
        changed = [one for one, before in zip(moved, entries, strict=True) if not one.same_plan(before)]
        calendar_saving.told_of(content.change_all(page.store, changed, by))
    calendar_saving.done()


def _fields(page: Page) -> dict[str, Any]:
    """The fields somebody filled."""
    words = calendar_words.offered(page)
    said: dict[str, Any] = {}
    keep = page.say("calendar.keep")
    for names in (tuple(_CODED), _FREE[:3], _FREE[3:]):
        for name, place in zip(names, st.columns(len(_CODED)), strict=False):
            options = [str(code) for code in _CODED[name]] if name in _CODED else words[name]
            said[name] = place.selectbox(
                calendar_words.label(name, page.lang), options, index=None, placeholder=keep,
                accept_new_options=name in _FREE, key=f"bulk_{name}",
                format_func=partial(_word, page, name),
            )  # fmt: skip
    said["time"] = st.time_input(calendar_words.label("time", page.lang), value=None, width=220, key="bulk_time")
    return {name: value for name, value in said.items() if value not in (None, "")}


def _word(page: Page, name: str, code: object) -> str:
    return calendar_words.field(name, code, page.lang)
