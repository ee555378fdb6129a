"""One entry in a dialog: written new, edited, taken off; and the dialog that fills a period from a template."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import streamlit as st

from sopdash import content
from sopdash.content import Entry, Form, Month, Outlet, Status
from sopdash.text import formats, say
from sopdash.ui import calendar_saving
from sopdash.ui.frame import Page

OPEN = "calendar_open"
"""Session key of what the dialog is about: an entry as it was shown, a day to plan, or TEMPLATES."""
TEMPLATES = "templates"
QUARTER = dt.timedelta(minutes=15)
FREE = ("group_type", "segment", "owner", "campaign", "coupon")


def start(day: dt.date) -> None:
    """Asks for a new entry on `day` at the next run (a callback)."""
    st.session_state[OPEN] = day


def open_entry(entry: Entry) -> None:
    """Asks for the entry, as the page shows it, at the next run (a callback)."""
    st.session_state[OPEN] = entry


def open_templates() -> None:
    """Asks for the templates at the next run (a callback)."""
    st.session_state[OPEN] = TEMPLATES


def close() -> None:
    """Ends the dialog."""
    st.session_state.pop(OPEN, None)


def show(page: Page, month: Month) -> None:
    """The dialog somebody asked for, until it is saved or dismissed; a template begins tomorrow or with the month."""
    asked = st.session_state.get(OPEN)
    if asked is None:
        return
    today = page.store.settings.now().date()
    day = today + dt.timedelta(days=1) if Month.of(today) == month else month.first
    if asked == TEMPLATES:
        st.dialog(say("calendar.template_title", page.lang), on_dismiss=close)(_fill)(page, day)
    elif isinstance(asked, dt.date):
        st.dialog(say("calendar.new_title", page.lang), width="medium", on_dismiss=close)(_write)(page, None, asked)
    elif isinstance(asked, Entry):
        st.dialog(say("calendar.edit_title", page.lang), width="medium", on_dismiss=close)(_write)(
            page, asked, asked.day
        )


def _write(page: Page, seen: Entry | None, day: dt.date) -> None:
    lang = page.lang
    base = seen or Entry(day=day, theme="-")
    with st.form("calendar_entry", border=False):
        theme = st.text_input(_label(page, "theme"), seen.theme if seen else "", max_chars=200)
        on, at, state = st.columns(3)
        fields = {
            "day": on.date_input(_label(page, "day"), base.day, format="YYYY-MM-DD"),
            "time": at.time_input(_label(page, "time"), base.time, step=QUARTER),
            "status": _coded(page, state, "status", Status, base.status),
        }
        form, channel, group = st.columns(3)
        fields |= {
            "form": _coded(page, form, "form", Form, base.form),
            "channel": _coded(page, channel, "channel", Outlet, base.channel),
            **_free(page, base, dict(zip(FREE, (group, *st.columns(2), *st.columns(2)), strict=True))),
        }
        note = st.text_area(_label(page, "note"), base.note, max_chars=2000, height=90)
        save, drop = st.columns(2)
        saved = save.form_submit_button(say("calendar.save", lang), type="primary", width="stretch")
        dropped = seen is not None and drop.form_submit_button(say("calendar.delete", lang), width="stretch")
    if dropped and seen is not None:
        calendar_saving.delete(page, seen)
        _done()
    if saved and not theme.strip():
        st.warning(say("calendar.theme_missing", lang))
    elif saved:
        calendar_saving.save(page, base.revised(**fields, theme=theme, note=note))
        _done()


def _fill(page: Page, day: dt.date) -> None:
    lang = page.lang
    names = list(content.templates())
    name = st.selectbox(
        say("calendar.template", lang), names, format_func=lambda one: content.templates()[one].label.say(lang)
    )
    template = content.templates()[name]
    start_day = st.date_input(say(f"calendar.template_{template.repeat}", lang), day, format="YYYY-MM-DD")
    for draft in template.drafts(start_day, lang):
        head = f"{formats.day(draft.day, lang)} {formats.weekday(draft.day.weekday(), lang)} {draft.time:%H:%M}"
        st.caption(f"{head} · {draft.theme}")
    if st.button(say("calendar.template_apply", lang), type="primary", width="stretch"):
        added = content.apply_template(page.store, name, start_day, page.viewer.name, lang)
        st.session_state["calendar_month"] = str(Month.of(start_day))
        calendar_saving.tell("calendar.template_done" if added else "calendar.template_stood", count=len(added))
        _done()


def _done() -> None:
    close()
    st.rerun()


def _coded(page: Page, place: st.delta_generator.DeltaGenerator, name: str, codes: type[StrEnum], now: str) -> str:
    options = [str(code) for code in codes]
    return place.selectbox(
        _label(page, name),
        options,
        index=options.index(str(now)),
        format_func=lambda code: say(f"calendar.{name}.{code}", page.lang),
    )


def _free(page: Page, base: Entry, places: dict[str, st.delta_generator.DeltaGenerator]) -> dict[str, str]:
    """Free fields: what was written before is offered, anything else may be typed."""
    words = content.words_used(page.store)
    said = {}
    for name, place in places.items():
        now = getattr(base, name)
        options = list(dict.fromkeys([*([now] if now else []), *words[name]]))
        said[name] = place.selectbox(
            _label(page, name), options, index=0 if now else None, accept_new_options=True,
            placeholder=say("calendar.choose_or_type", page.lang),
        ) or ""  # fmt: skip
    return said


def _label(page: Page, name: str) -> str:
    return say(f"calendar.field.{name}", page.lang)
