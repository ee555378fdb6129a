"""Full phone numbers: only for those who may, only with a purpose, and written down."""

from __future__ import annotations

import streamlit as st

from sopdash.metrics.filters import Predicate, Where
from sopdash.segments import lists
from sopdash.ui import downloads_panel
from sopdash.ui.frame import Page


def offer(page: Page, who: Predicate, name: str, *, key: str, where: Where = ()) -> None:
    """Asks for the purpose, then hands the list out once by the app's own route; absent for those who may not."""
    if not page.viewer.may_unmask:
        return
    with st.expander(page.say("unmask.title"), icon=":material/visibility:", key=f"unmask_{page.name}_{key}"):
        with st.form(f"unmask_form_{page.name}_{key}", border=False):
            purpose = st.text_input(page.say("unmask.purpose"), max_chars=200, help=page.say("unmask.logged"))
            asked = st.form_submit_button(page.say("unmask.prepare"), icon=":material/download:")
        if asked and not purpose.strip():
            st.warning(page.say("unmask.purpose_missing"))
        elif asked:
            _hand_out(page, who, name, purpose, where)


def _hand_out(page: Page, who: Predicate, name: str, purpose: str, where: Where) -> None:
    # Never through the shared cache: full numbers live only as long as this run and the one-time address.
    built = lists.build(
        page.store, who, page.viewer, lang=page.lang, where=where, masked=False, purpose=purpose, name=name
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for form in downloads_panel.FORMS:
            downloads_panel.link(page, built, form)
        st.caption(page.say("ui.people_link_once"), width="content")
