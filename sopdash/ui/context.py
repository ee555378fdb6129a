"""Who looks, at which data, in which language: known once per script run, asked for from anywhere in the screen."""

from __future__ import annotations

import streamlit as st

from sopdash.access import LOCAL_OWNER, Viewer
from sopdash.text import LANGUAGES, language_of, say
from sopdash.ui.cache import RESULTS
from sopdash.warehouse import Store, open_store


def viewer() -> Viewer:
    """The person looking; the local owner as long as no sign-in is configured."""
    return LOCAL_OWNER


def lang() -> str:
    """The language: of the address or chosen in this session, else of the browser."""
    chosen = st.session_state.get("lang")
    return chosen if chosen in LANGUAGES else language_of(st.context.locale)


@st.cache_resource(show_spinner=False)
def own_store() -> Store:
    """The team's own data: where uploads go. Opened once per process."""
    return open_store()


@st.cache_resource(show_spinner=False)
def _demo_store() -> Store:
    """The demo chain beside the team's own data, made at the first start (some ten seconds) and kept."""
    from sopdash.demo.store import ready_demo  # the door and its readers: not needed beside own data

    return ready_demo()


def has_own_data() -> bool:
    """Whether anything was imported into the team's own warehouse."""
    warehouse = own_store().warehouse
    return not RESULTS.get(("own data", str(warehouse.path), warehouse.version), lambda: warehouse.empty)


def store() -> Store:
    """What the pages read: the team's own data, or the demo chain while there is none."""
    if has_own_data():
        return own_store()
    with st.spinner(say("app.demo_building", lang())):
        return _demo_store()
