"""The frame round every page: language, data, navigation, and one place where failures become words."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from sopdash.text import LANGUAGES, say
from sopdash.ui import context, errors, navigation, style

ICONS = Path(__file__).parent / "ui" / "icons"
ICON, LOGO = ICONS / "sopdash.png", ICONS / "logo.svg"


def main() -> None:
    """One script run: whatever page the address asks for."""
    lang = context.lang()
    st.set_page_config(say("app.title", lang), str(ICON), layout="wide", initial_sidebar_state="auto")
    with errors.boundary(lang):
        style.apply()
        demo = context.store().demo
        chosen = st.navigation(navigation.sections(lang), expanded=True)
        st.logo(str(LOGO), icon_image=str(ICON))
        _language_switch(lang)
        if demo:
            _demo_banner(lang)
        with errors.boundary(lang):
            chosen.run()


def _language_switch(lang: str) -> None:
    """The other language, one click away; what was chosen stands in the address."""
    with st.sidebar:
        st.session_state.setdefault("lang_choice", lang)
        st.segmented_control(
            say("app.language", lang),
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[code],
            key="lang_choice",
            required=True,
            label_visibility="collapsed",
            on_change=_choose_language,
            persist_state="session",
        )
    if st.session_state.get("lang") and st.query_params.get("lang") != lang:
        st.query_params["lang"] = lang


def _choose_language() -> None:
    st.session_state["lang"] = st.session_state["lang_choice"]


def _demo_banner(lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="demo_banner"):
        st.caption(f":material/science: {say('app.demo', lang)}", width="stretch")
        navigation.link("data", lang, say("app.demo_step", lang))


main()
