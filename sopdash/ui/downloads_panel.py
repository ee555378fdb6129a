"""Taking a list along: prepared on a click, handed out once by the app's own route."""

from __future__ import annotations

from html import escape

import streamlit as st

from sopdash import downloads
from sopdash.segments.lists import CustomerList
from sopdash.ui.frame import Page

FORMS: tuple[downloads.Form, ...] = ("csv", "xlsx")


def offer(page: Page, built: CustomerList, key: str) -> None:
    """A button that prepares the list; then one link per file form, each good for one download within a minute."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if not st.button(page.say("ui.people_prepare"), key=f"prepare_{page.name}_{key}", icon=":material/download:"):
            return
        for form in FORMS:
            link(page, built, form)
        st.caption(page.say("ui.people_link_once"), width="content")


def link(page: Page, built: CustomerList, form: downloads.Form) -> None:
    """A link in the page itself: `st.link_button` would open a tab that closes again at once."""
    cookie = st.context.cookies.get(downloads.COOKIE)
    address = downloads.issue(page.store, built, page.viewer, form, cookie=cookie)
    label = escape(page.say(f"ui.people_{form}"))
    st.html(f'<a class="sopdash-download" href="{escape(address)}" download>{label}</a>', width="content")
