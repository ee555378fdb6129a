"""What the drop folder is doing, in one calm line of the Data page that keeps itself up to date."""

from __future__ import annotations

import streamlit as st

from sopdash.exports import inbox
from sopdash.exports.inbox import State
from sopdash.text import formats as words
from sopdash.text import safe
from sopdash.ui import errors, import_results
from sopdash.ui.frame import Page
from sopdash.ui.import_job import Shown

EVERY_S = 5
NAMED = 3


def show(page: Page) -> None:
    """Nothing while the folder is empty and quiet."""
    watched = inbox.running()
    if watched is not None:
        _line(page, watched.state.rounds)


@st.fragment(run_every=EVERY_S)
def _line(page: Page, rounds: int) -> None:
    watched = inbox.running()
    if watched is None:
        return
    state = watched.state
    if state.rounds != rounds:
        st.rerun()  # something was imported: all of the page is out of date
    with errors.boundary(page.lang):
        _doing(page, state)
        _ended(page, state)


def _doing(page: Page, state: State) -> None:
    if state.step is not None:
        name, done, of = state.step
        key = "inbox.importing" if name else "inbox.computing"
        said = page.say(key, name=safe.markdown(name), done=min(done + 1, of), of=of)
        st.progress(min(done / max(of, 1), 1.0), said)
    elif state.failure is not None:
        why = safe.markdown(errors.screen_sentence(state.failure, page.lang))
        st.caption(f":material/pause_circle: {page.say('inbox.paused', why=why)}")
    elif state.waiting:
        st.caption(f":material/hourglass_empty: {page.say('inbox.waiting', names=_names(page, state))}")


def _names(page: Page, state: State) -> str:
    named = safe.markdown(("、" if page.lang == "zh" else ", ").join(state.waiting[:NAMED]))
    if len(state.waiting) <= NAMED:
        return named
    return page.say("inbox.waiting_more", names=named, count=words.number(len(state.waiting), page.lang))


def _ended(page: Page, state: State) -> None:
    if not state.ended:
        return
    bad = sum(one.refused for one in state.ended)
    taken = words.number(len(state.ended) - bad, page.lang)
    label = page.say("inbox.ended", taken=taken)
    if bad:
        label = page.say("inbox.ended_refused", taken=taken, refused=words.number(bad, page.lang))
    with st.expander(label, expanded=bad > 0, icon=":material/inbox:"):
        for one in state.ended:
            for result in one.results:
                import_results.show(page, Shown(result), lambda: None)
