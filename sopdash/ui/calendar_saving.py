"""Saving an entry: stored at once, a conflict kept with both texts, a deletion that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from sopdash import content
from sopdash.content import FIELDS, Entry
from sopdash.errors import Conflict
from sopdash.text import formats, safe, say
from sopdash.ui.frame import Page

CONFLICTS = "calendar_conflicts"
DELETED = "calendar_deleted"
TOLD = "calendar_told"
CODED = ("form", "channel", "status")


def save(page: Page, edited: Entry) -> Entry | None:
    """Stores a new or edited entry; None when somebody was faster, and both texts are kept for `show`."""
    if not edited.id:
        return _attempt(partial(content.add, page.store, edited, page.viewer.name))
    return _attempt(partial(content.change, page.store, edited, page.viewer.name))


def delete(page: Page, seen: Entry) -> bool:
    """Takes an entry off; `show` offers to put it back."""
    try:
        content.delete(page.store, seen, page.viewer.name)
    except Conflict as conflict:
        st.session_state.setdefault(CONFLICTS, []).append(conflict)
        return False
    st.session_state.setdefault(DELETED, []).append(seen)
    return True


def tell(key: str, **values: object) -> None:
    """A short message after the next run."""
    st.session_state[TOLD] = (key, values)


def show(page: Page) -> None:
    """Messages, entries just deleted, and conflicts to decide."""
    if told := st.session_state.pop(TOLD, None):
        key, values = told
        st.toast(say(key, page.lang, **values))
    for index, seen in enumerate(st.session_state.get(DELETED, [])):
        _offer_back(page, index, seen)
    for index, conflict in enumerate(st.session_state.get(CONFLICTS, [])):
        _compare(page, index, conflict)


def _attempt(store: Callable[[], Entry]) -> Entry | None:
    try:
        return store()
    except Conflict as conflict:
        st.session_state.setdefault(CONFLICTS, []).append(conflict)
        return None


def _offer_back(page: Page, index: int, seen: Entry) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"calendar_undo_{index}"):
        st.markdown(say("calendar.deleted", page.lang, theme=safe.markdown(seen.theme)), width="content")
        st.button(
            say("calendar.undo", page.lang), key=f"calendar_undo_{seen.id}", on_click=_put_back, args=(page, seen)
        )
        st.button(
            say("calendar.dismiss", page.lang), key=f"calendar_fine_{seen.id}", type="tertiary",
            on_click=st.session_state[DELETED].remove, args=(seen,),
        )  # fmt: skip


def _put_back(page: Page, seen: Entry) -> None:
    st.session_state[DELETED].remove(seen)
    _attempt(partial(content.restore, page.store, seen, page.viewer.name))


def _compare(page: Page, index: int, conflict: Conflict) -> None:
    lang = page.lang
    mine, theirs = conflict.values["mine"], conflict.values["theirs"]
    with st.container(border=True, key=f"calendar_conflict_{index}"):
        st.markdown(":material/sync_problem: " + _sentence(page, conflict))
        left, right = st.columns(2)
        _side(page, left, say("calendar.theirs", lang), theirs, mine)
        _side(page, right, say("calendar.mine", lang), mine, theirs)
        left.button(
            say("calendar.keep_theirs", lang),
            key=f"keep_theirs_{index}",
            on_click=_settle,
            args=(page, conflict, False),
        )
        if conflict.code != "calendar_unknown":
            key = "calendar.keep_mine" if theirs else "calendar.put_back"
            right.button(say(key, lang), key=f"keep_mine_{index}", on_click=_settle, args=(page, conflict, True))


def _side(
    page: Page, place: st.delta_generator.DeltaGenerator, title: str, one: Entry | None, other: Entry | None
) -> None:
    """The fields in which the two differ, as this side has them; all that are filled when there is no other."""
    place.caption(title)
    if one is None:
        place.markdown(say("calendar.none", page.lang))
        return
    for name in FIELDS:
        value = getattr(one, name)
        if value != getattr(other, name) if other else value:
            place.markdown(f"{say(f'calendar.field.{name}', page.lang)}: **{safe.markdown(_word(page, name, value))}**")


def _settle(page: Page, conflict: Conflict, keep_mine: bool) -> None:
    st.session_state[CONFLICTS].remove(conflict)
    mine, theirs = conflict.values["mine"], conflict.values["theirs"]
    if not keep_mine:
        return
    if theirs is None:
        _attempt(partial(content.restore, page.store, mine, page.viewer.name))
    else:
        save(page, mine.revised(version=theirs.version))


def _sentence(page: Page, conflict: Conflict) -> str:
    values = conflict.values
    said = {"theme": safe.markdown(values["theme"]), "by": safe.markdown(values.get("by", ""))}
    if values.get("at"):
        zone = ZoneInfo(page.store.settings.timezone)
        said["at"] = formats.moment(values["at"].replace(tzinfo=dt.UTC).astimezone(zone), page.lang)
    return say(f"errors.{conflict.code}", page.lang, **said)


def _word(page: Page, name: str, value: object) -> str:
    if name in CODED:
        return say(f"calendar.{name}.{value}", page.lang)
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value) or formats.MISSING
