"""Taking a list along: prepared on a click, handed out once by the app's own route."""

from __future__ import annotations

import streamlit as st

from sopdash import downloads
from sopdash.segments.lists import CustomerList
from sopdash.ui.frame import Page


def offer(page: Page, built: CustomerList, key: str) -> None:
    """A button that prepares the list; then one link per file form, each good for one download within a minute."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not st.button(page.say("ui.people_prepare"), key=f"prepare_{page.name}_{key}", icon=":material/download:"):
            return
        for form in ("csv", "xlsx"):
            cookie = st.context.cookies.get(downloads.COOKIE)
            address = downloads.issue(page.store, built, page.viewer, form, cookie=cookie)
            st.link_button(page.say(f"ui.people_{form}"), address, type="primary" if form == "csv" else "secondary")
        st.caption(page.say("ui.people_link_once"), width="content")
