"""One entry in a dialog: written new, edited, repeated, copied, taken off, its history; what was deleted; templates."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import streamlit as st

from sopdash import content
from sopdash.content import Entry, Every, Form, Month, Outlet, Purpose, Repetition, Scope, Status
from sopdash.content.checks import Finding, Level
from sopdash.errors import SopdashError
from sopdash.text import formats, safe, say
from sopdash.ui import calendar_bulk, calendar_history, calendar_import, calendar_saving, calendar_words, errors
from sopdash.ui.calendar_period import View, go
from sopdash.ui.calendar_saving import OPEN, close, copy_of, done
from sopdash.ui.frame import Page

TEMPLATES, DELETED = "templates", "deleted"
QUARTER = dt.timedelta(minutes=15)
FREE = ("group_type", "segment", "owner", "campaign", "coupon")
REPEATS_DAYS = 90
"""How far a repetition reaches unless another last day is chosen."""


def start(day: dt.date) -> None:
    """Asks for a new entry on `day` at the next run (a callback)."""
    st.session_state[OPEN] = day


def open_entry(entry: Entry) -> None:
    """Asks for the entry, as the page shows it, at the next run (a callback)."""
    st.session_state[OPEN] = entry


def open_templates() -> None:
    """Asks for the templates at the next run (a callback)."""
    st.session_state[OPEN] = TEMPLATES


def open_deleted() -> None:
    """Asks for what was deleted lately at the next run (a callback)."""
    st.session_state[OPEN] = DELETED


def show(page: Page, view: View, found: dict[str, list[Finding]]) -> None:
    """The dialog somebody asked for, until it is saved or dismissed."""
    asked = st.session_state.get(OPEN)
    if asked is None:
        return
    if asked == TEMPLATES:
        _dialog(page, "calendar.template_title")(_fill)(page, _next_day(page, view))
    elif asked == DELETED:
        _dialog(page, "calendar.deleted_list", "large")(calendar_history.deleted)(page)
    elif isinstance(asked, calendar_bulk.Chosen):
        _dialog(page, "calendar.bulk", "large")(calendar_bulk.show)(page, asked)
    elif asked == calendar_import.OPENED:
        _dialog(page, "calendar.import_title", "large")(calendar_import.show)(page)
    elif isinstance(asked, Entry):
        title = "calendar.edit_title" if asked.id else "calendar.new_title"
        _dialog(page, title, "large")(_open)(page, asked, found.get(asked.id, []))
    elif isinstance(asked, dt.date):
        _dialog(page, "calendar.new_title", "large")(_write)(page, None, asked)


def _dialog(page: Page, title: str, width: Any = "small") -> Any:
    return st.dialog(say(title, page.lang), width=width, on_dismiss=close)


def _next_day(page: Page, view: View) -> dt.date:
    """Templates begin tomorrow, with the month, or with the week shown."""
    today = page.store.settings.now().date()
    if view.name == "week":
        return view.monday
    return today + dt.timedelta(days=1) if Month.of(today) == view.month else view.month.first


def _open(page: Page, seen: Entry, found: list[Finding]) -> None:
    """An entry: what is to be said of it, then its fields or its history."""
    for one in found:
        icon = ":material/warning:" if one.level is Level.WARNING else ":material/radio_button_unchecked:"
        st.caption(f"{icon} {safe.markdown(calendar_words.finding(one, page.lang))}")
    parts = ("edit", "history")
    chosen = parts[0]
    if seen.id:
        chosen = st.segmented_control(
            page.say("calendar.part"), parts, default=parts[0], required=True, label_visibility="collapsed",
            format_func=lambda part: page.say(f"calendar.part_{part}"), key=f"calendar_part_{seen.id}_{seen.version}",
        )  # fmt: skip
    if chosen == "history":
        calendar_history.show(page, seen)
    else:
        _write(page, seen, seen.day)


def _write(page: Page, seen: Entry | None, day: dt.date) -> None:
    lang = page.lang
    base = seen or Entry(day=day, theme="-")
    with st.form("calendar_entry", border=False):
        theme = st.text_input(_label(page, "theme"), seen.theme if seen else "", max_chars=200)
        fields = _fields(page, base)
        rule, scope = _repetition(page, base)
        save, copy, drop = st.columns(3)
        saved = save.form_submit_button(say("calendar.save", lang), type="primary", width="stretch")
        old = seen is not None and bool(seen.id)
        copied = old and copy.form_submit_button(say("calendar.copy", lang), width="stretch")
        dropped = old and drop.form_submit_button(say("calendar.delete", lang), width="stretch")
    if dropped and seen is not None:
        calendar_saving.delete(page, seen, scope)
        done()
    if not (saved or copied):
        return
    if not theme.strip():
        st.warning(say("calendar.theme_missing", lang))
        return
    edited = base.revised(**fields, theme=theme)
    if copied:
        st.session_state[OPEN] = copy_of(edited, edited.day + dt.timedelta(days=7))
        st.rerun()
    try:
        calendar_saving.save_repeated(page, seen if old else None, edited, rule, scope)
    except SopdashError as error:
        errors.show(error, lang)
        return
    done()


def _fields(page: Page, base: Entry) -> dict[str, Any]:
    """Everything but the theme, as the inputs hold it."""
    on, at, state, purpose = st.columns(4)
    fields: dict[str, Any] = {
        "day": on.date_input(page.say("calendar.move_to"), base.day, format="YYYY-MM-DD"),
        "time": at.time_input(_label(page, "time"), base.time, step=QUARTER),
        "status": _coded(page, state, "status", Status, base.status),
        "purpose": _coded(page, purpose, "purpose", Purpose, base.purpose),
    }
    form, channel, mass, group = st.columns(4)
    fields |= {
        "form": _coded(page, form, "form", Form, base.form),
        "channel": _coded(page, channel, "channel", Outlet, base.channel),
        "mass": mass.selectbox(
            _label(page, "mass"), (True, False), index=0 if base.mass else 1,
            format_func=lambda code: page.say(f"calendar.mass.{code}"), help=page.say("calendar.mass_help"),
        ),
    }  # fmt: skip
    fields |= _free(page, base, dict(zip(FREE, (group, *st.columns(4)), strict=True)))
    fields["body"] = st.text_area(_label(page, "body"), base.body, max_chars=4000, height=90)
    material, ratio, note = st.columns([2, 1, 2])
    fields["material"] = material.text_input(
        _label(page, "material"), base.material, max_chars=500, placeholder=page.say("calendar.material_hint")
    )
    fields["ratio"] = ratio.text_input(_label(page, "ratio"), base.ratio, max_chars=20, placeholder="3:4")
    fields["note"] = note.text_input(_label(page, "note"), base.note.replace("\n", " "), max_chars=2000)
    if fields["note"] == base.note.replace("\n", " "):
        fields["note"] = base.note
    return fields


def _repetition(page: Page, base: Entry) -> tuple[Repetition | None, Scope]:
    """How it repeats, for an entry on its own; for one of a series, what an edit or a delete is for."""
    if base.series:
        scope = st.radio(
            page.say("calendar.scope"), [str(one) for one in Scope], horizontal=True, key="calendar_scope",
            format_func=lambda one: page.say(f"calendar.scope_{one}"),
        )  # fmt: skip
        return None, Scope(scope)
    often, until = st.columns(2)
    options = ["", *(str(one) for one in Every)]
    every = often.selectbox(
        page.say("calendar.repeat"), options, key="calendar_every",
        format_func=lambda one: page.say(f"calendar.repeat_{one or 'never'}"),
    )  # fmt: skip
    last = until.date_input(
        page.say("calendar.until"), base.day + dt.timedelta(days=REPEATS_DAYS), format="YYYY-MM-DD",
        key="calendar_until",
    )  # fmt: skip
    return (Repetition(Every(every), last) if every else None), Scope.ONE


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
        go(start_day)
        calendar_saving.tell("calendar.template_done" if added else "calendar.template_stood", count=len(added))
        done()


def _coded(page: Page, place: Any, name: str, codes: type[StrEnum], now: str) -> str:
    options = [str(code) for code in codes]
    chosen: str = place.selectbox(
        _label(page, name),
        options,
        index=options.index(str(now)),
        format_func=lambda code: say(f"calendar.{name}.{code}", page.lang),
    )
    return chosen


def _free(page: Page, base: Entry, places: dict[str, Any]) -> dict[str, str]:
    """Free fields: what was written before is offered, anything else may be typed."""
    words = calendar_words.offered(page)
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
    return calendar_words.label(name, page.lang)
