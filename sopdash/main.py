"""The frame round every page: language, data, navigation, and one place where failures become words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from sopdash.text import LANGUAGES, say
from sopdash.ui import address, context, errors, navigation, style

ICONS = Path(__file__).parent / "ui" / "icons"
ICON, LOGO = ICONS / "sopdash.png", ICONS / "logo.svg"


def main() -> None:
    """One script run: whatever page the address asks for."""
    address.read()
    lang = context.lang()
    st.set_page_config(say("app.title", lang), str(ICON), layout="wide", initial_sidebar_state="auto")
    with errors.boundary(lang):
        style.apply()
        demo = context.store().demo
        pages = navigation.sections(lang)
        chosen = st.navigation([page for section in pages.values() for page in section], position="hidden")
        _sidebar(pages, lang)
        if demo:
            _demo_banner(lang)
        lagging = context.own_store().warehouse.lagging
        if lagging is not None:
            errors.show(lagging, lang)
        with errors.boundary(lang):
            chosen.run()


def _sidebar(pages: dict[str, list[Any]], lang: str) -> None:
    """Pages, and the other language one click away."""
    st.logo(str(LOGO), icon_image=str(ICON))
    with st.sidebar:
        navigation.draw(pages)
        st.session_state["lang_choice"] = lang
        st.segmented_control(
            say("app.language", lang),
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[code],
            key="lang_choice",
            required=True,
            label_visibility="collapsed",
            on_change=_choose_language,
        )


def _choose_language() -> None:
    st.session_state["lang"] = st.session_state["lang_choice"]
    address.write()


def _demo_banner(lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="demo_banner"):
        st.caption(f":material/science: {say('app.demo', lang)}", width="stretch")
        navigation.link("data", lang, say("app.demo_step", lang))


main()
