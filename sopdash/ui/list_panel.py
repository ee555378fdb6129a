"""Taking a list along: form and columns, a control group if wanted, prepared on a click, handed out once."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from sopdash import downloads
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments import control, lists
from sopdash.segments.columns import COLUMNS, DEFAULT, WECOM
from sopdash.segments.lists import CustomerList
from sopdash.text.formats import number, percent
from sopdash.ui.frame import Page

FORMS = ("csv", "xlsx", "wecom")
DRAWN = "controls_drawn"
"""Session: (who, share) → the control group drawn for it: a second form of a list leaves out the same people."""


@dataclass(frozen=True)
class Asked:
    """What the list is to be: whose, under which name, its form, columns and the share held out."""

    who: Predicate
    where: Where
    name: str
    form: str
    columns: tuple[str, ...]
    share: float

    @property
    def written(self) -> downloads.Form:
        """The kind of file: WeCom's sheet is a workbook."""
        return "csv" if self.form == "csv" else "xlsx"

    def control(self, page: Page) -> str | None:
        """The control group of this list: drawn at the first asking."""
        if not self.share:
            return None
        drawn: dict[Any, str] = st.session_state.setdefault(DRAWN, {})
        key = (self.who, tuple(self.where), self.share, page.store.warehouse.version)
        if key not in drawn:
            who = lists.contactable(page.store, self.who, page.viewer, self.where)
            drawn[key] = control.draw(page.store, who, self.share, self.name, page.viewer).id
        return drawn[key]


def offer(page: Page, who: Predicate, name: str, key: str, where: Where = ()) -> None:
    """Form, settings and the button in one line; then a link that is good for one download within a minute."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        asked = _asked(page, who, name, key, where)
        if st.button(page.say("ui.people_prepare"), key=f"prepare_{page.name}_{key}", icon=":material/download:"):
            _hand_out(page, asked)
    if page.viewer.may_unmask and asked.form != "wecom":
        _unmasked(page, asked, key)


def _asked(page: Page, who: Predicate, name: str, key: str, where: Where) -> Asked:
    form = st.segmented_control(
        page.say("list.form"), FORMS, default="csv", required=True, key=f"form_{page.name}_{key}",
        format_func=lambda one: page.say(f"list.form_{one}"), label_visibility="collapsed",
    )  # fmt: skip
    columns: tuple[str, ...] = DEFAULT
    with st.popover(page.say("list.settings"), icon=":material/tune:"):
        known = [column for column in COLUMNS if column not in WECOM]
        if form != "wecom":
            columns = tuple(
                st.multiselect(
                    page.say("list.columns"), known, default=list(DEFAULT), key=f"columns_{page.name}_{key}",
                    format_func=lambda one: COLUMNS[one].header(page.lang), select_all=True,
                )
            )  # fmt: skip
        share = st.selectbox(
            page.say("list.control"), (0.0, *control.SHARES), key=f"control_{page.name}_{key}", required=True,
            format_func=lambda one: percent(one, page.lang, 0) if one else page.say("list.control_none"),
            help=page.say("list.control_help"),
        )  # fmt: skip
    return Asked(who, tuple(where), name, str(form), columns or DEFAULT, float(share))


def _hand_out(page: Page, asked: Asked) -> None:
    held = asked.control(page)
    if asked.form == "wecom":
        built = lists.build_wecom(
            page.store, asked.who, page.viewer, asked.name, page.lang, where=asked.where, control=held
        )
    else:
        built = lists.build(
            page.store,
            asked.who,
            page.viewer,
            asked.columns,
            page.lang,
            where=asked.where,
            name=asked.name,
            control=held,
        )
    link(page, built, asked.written)
    st.caption(page.say("ui.people_link_once"), width="content")
    if held is not None:
        st.caption(page.say("list.held_out", count=number(built.left_out.held_out, page.lang)), width="content")


def link(page: Page, built: CustomerList, form: downloads.Form) -> None:
    """A link in the page itself: `st.link_button` would open a tab that closes again at once."""
    cookie = st.context.cookies.get(downloads.COOKIE)
    with st.spinner(page.say("list.writing", count=number(built.count, page.lang))):
        address = downloads.issue(page.store, built, page.viewer, form, cookie=cookie)
    label = escape(page.say(f"ui.people_{form}"))
    st.html(f'<a class="sopdash-download" href="{escape(address)}" download>{label}</a>', width="content")


def _unmasked(page: Page, asked: Asked, key: str) -> None:
    """Full phone numbers: only for those who may, only with a purpose, and written down."""
    with st.expander(page.say("unmask.title"), icon=":material/visibility:", key=f"unmask_{page.name}_{key}"):
        with st.form(f"unmask_form_{page.name}_{key}", border=False):
            purpose = st.text_input(page.say("unmask.purpose"), max_chars=200, help=page.say("unmask.logged"))
            wanted = st.form_submit_button(page.say("unmask.prepare"), icon=":material/download:")
        if wanted and not purpose.strip():
            st.warning(page.say("unmask.purpose_missing"))
        elif wanted:
            # Never through the shared cache: full numbers live only as long as this run and the one-time address.
            built = lists.build(
                page.store, asked.who, page.viewer, asked.columns, page.lang, where=asked.where, masked=False,
                purpose=purpose, name=asked.name, control=asked.control(page),
            )  # fmt: skip
            with st.container(horizontal=True, vertical_alignment="center"):
                link(page, built, asked.written)
                st.caption(page.say("ui.people_link_once"), width="content")
