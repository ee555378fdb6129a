"""Who looks, at which data, in which language: known once per script run, asked for from anywhere in the screen."""

from __future__ import annotations

import streamlit as st

from sopdash.access import LOCAL_OWNER, Viewer
from sopdash.text import LANGUAGES, language_of
from sopdash.warehouse import Store, open_store


def viewer() -> Viewer:
    """The person looking; the local owner as long as no sign-in is configured."""
    return LOCAL_OWNER


def lang() -> str:
    """The language: chosen in this session, else of the address, else of the browser."""
    chosen = st.session_state.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    asked = st.query_params.get("lang")
    return asked if asked in LANGUAGES else language_of(st.context.locale)


@st.cache_resource(show_spinner=False)
def own_store() -> Store:
    """The team's own data: where uploads go. Opened once per process."""
    return open_store()


@st.cache_resource(show_spinner=False)
def _demo_store() -> Store | None:
    """The demo chain, made by `python -m sopdash demo` or at the first start; None while it cannot be had."""
    try:
        from sopdash.demo import open_demo
    except ImportError:
        return None
    store: Store = open_demo()
    return store


def has_own_data() -> bool:
    """Whether anything was imported into the team's own warehouse."""
    return own_store().warehouse.version > 0


def store() -> Store:
    """What the pages read: the team's own data, or the demo chain while there is none."""
    own = own_store()
    return own if has_own_data() else _demo_store() or own
