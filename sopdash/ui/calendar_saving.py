"""Saving an entry: stored at once, a conflict kept with both texts, a deletion that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st

from sopdash import content
from sopdash.content import FIELDS, Entry, Outcome, Repetition, Scope, Status
from sopdash.errors import Conflict
from sopdash.text import safe, say
from sopdash.ui import calendar_words
from sopdash.ui.frame import Page

T = TypeVar("T")

CONFLICTS = "calendar_conflicts"
DELETED = "calendar_deleted"
TOLD = "calendar_told"
OPEN = "calendar_open"
"""Session key of what the dialog is about."""
SHOWN_DELETED = 3


def close() -> None:
    """Ends the dialog."""
    st.session_state.pop(OPEN, None)


def done() -> None:
    """Ends the dialog and draws the page anew."""
    close()
    st.rerun()


def copy_of(entry: Entry, day: dt.date) -> Entry:
    """The same once more on another day: to be planned, on its own."""
    return entry.revised(id="", version=0, day=day, status=Status.PLANNED, series="")


def save(page: Page, edited: Entry) -> Entry | None:
    """Stores a new or edited entry; None when somebody was faster, and both texts are kept for `show`."""
    if not edited.id:
        return attempt(partial(content.add, page.store, edited, page.viewer.name))
    return attempt(partial(content.change, page.store, edited, page.viewer.name))


def save_repeated(page: Page, seen: Entry | None, edited: Entry, rule: Repetition | None, scope: Scope) -> None:
    """Stores an entry as the form gives it: once, repeated by a rule, or for more of its series."""
    by = page.viewer.name
    if seen is not None and seen.series and scope is not Scope.ONE:
        done = attempt(partial(content.change_series, page.store, seen, edited, scope, by))
        if done:
            tell("calendar.series_changed", count=len(done))
        return
    after = edited if rule and seen is None else save(page, edited)
    if rule and after is not None:
        added = attempt(partial(content.repeat, page.store, after, rule, by))
        tell("calendar.repeated", count=len(added or []))


def delete(page: Page, seen: Entry, scope: Scope = Scope.ONE) -> None:
    """Takes an entry, or more of its series, off; `show` offers to put them back."""
    by = page.viewer.name
    if scope is Scope.ONE:
        told_of(content.delete_all(page.store, [seen], by), deleted=True)
        return
    gone = attempt(partial(content.delete_series, page.store, seen, scope, by))
    st.session_state.setdefault(DELETED, []).extend(gone or [])


def told_of(outcome: Outcome, deleted: bool = False) -> None:
    """Says how many were stored or deleted, and keeps the conflicts for `show`."""
    st.session_state.setdefault(CONFLICTS, []).extend(outcome.conflicts)
    if deleted:
        st.session_state.setdefault(DELETED, []).extend(outcome.stored)
    else:
        tell("calendar.stored", count=len(outcome.stored))


def tell(key: str, **values: object) -> None:
    """A short message after the next run."""
    st.session_state[TOLD] = (key, values)


def show(page: Page) -> None:
    """Messages, entries just deleted, and conflicts to decide."""
    if told := st.session_state.pop(TOLD, None):
        key, values = told
        st.toast(say(key, page.lang, **values))
    gone = st.session_state.get(DELETED, [])
    for index, seen in enumerate(gone[:SHOWN_DELETED]):
        _offer_back(page, index, seen)
    if len(gone) > SHOWN_DELETED:
        _offer_all_back(page, gone)
    for index, conflict in enumerate(st.session_state.get(CONFLICTS, [])):
        _compare(page, index, conflict)


def attempt(store: Callable[[], T]) -> T | None:
    """What `store` gives; None when somebody was faster, and the conflict is kept for `show`."""
    try:
        return store()
    except Conflict as conflict:
        st.session_state.setdefault(CONFLICTS, []).append(conflict)
        return None


def put_back(page: Page, seen: Entry) -> None:
    """Puts a deleted entry back (a callback)."""
    attempt(partial(content.restore, page.store, seen, page.viewer.name))


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


def _offer_all_back(page: Page, gone: list[Entry]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="calendar_undo_more"):
        st.markdown(say("calendar.deleted_many", page.lang, count=len(gone)), width="content")
        st.button(say("calendar.undo_all", page.lang), key="calendar_undo_all", on_click=_put_all_back, args=(page,))
        st.button(
            say("calendar.dismiss", page.lang), key="calendar_fine_all", type="tertiary", on_click=gone.clear
        )  # fmt: skip


def _put_all_back(page: Page) -> None:
    for seen in st.session_state.pop(DELETED, []):
        put_back(page, seen)


def _put_back(page: Page, seen: Entry) -> None:
    st.session_state[DELETED].remove(seen)
    put_back(page, seen)


def _compare(page: Page, index: int, conflict: Conflict) -> None:
    lang = page.lang
    mine, theirs = conflict.values["mine"], conflict.values["theirs"]
    with st.container(border=True, key=f"calendar_conflict_{index}"):
        st.markdown(":material/sync_problem: " + calendar_words.conflict(page, conflict))
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
            words = safe.markdown(calendar_words.field(name, value, page.lang))
            place.markdown(f"{calendar_words.label(name, page.lang)}: **{words}**")


def _settle(page: Page, conflict: Conflict, keep_mine: bool) -> None:
    st.session_state[CONFLICTS].remove(conflict)
    mine, theirs = conflict.values["mine"], conflict.values["theirs"]
    if not keep_mine:
        return
    if theirs is None:
        put_back(page, mine)
    else:
        save(page, mine.revised(version=theirs.version))
