"""Which files are understood: templates for what no back office exports, the team's own formats, the shipped ones."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from sopdash.errors import Conflict
from sopdash.exports import team
from sopdash.exports.format import Format, formats
from sopdash.exports.team import TeamFormat
from sopdash.exports.template import template_xlsx, templates
from sopdash.text.safe import markdown
from sopdash.ui import context, errors, naming, tables
from sopdash.ui.frame import Page


def show(page: Page) -> None:
    """Templates to download, formats the team mapped itself, then the exports of the back offices."""
    st.markdown(f"##### {page.say('data.templates_title')}")
    st.caption(page.say("data.templates_note"))
    with st.grid(4, min_column_width=230, gap="small"):
        for made in templates():
            _template(page, made)
    _team(page)
    st.markdown(f"##### {page.say('data.formats_title')}")
    st.caption(page.say("data.formats_note"))
    frame = page.figure("data.formats", "formats", lambda: _known(page))
    tables.show(
        page, "formats", frame, labels={name: page.say(f"data.column_{name}") for name in frame.columns}, rows=24
    )


def _template(page: Page, made: Format) -> None:
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"**{markdown(made.label.say(page.lang))}**")
        st.caption(markdown(made.grain.say(page.lang)))
        # A template holds no one's data, so the ordinary button may serve it; made when clicked.
        st.download_button(
            page.say("data.template_get"), partial(template_xlsx, made, page.lang), f"{made.label.say(page.lang)}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", on_click="ignore",
            key=f"template_{made.name}", icon=":material/download:",
        )  # fmt: skip


def _team(page: Page) -> None:
    """The team's own formats, each with a way to remove it."""
    st.markdown(f"##### {page.say('mapping.team_title')}")
    mapped = team.listed(context.own_store())
    if not mapped:
        st.caption(page.say("mapping.team_note"))
        return
    zone = ZoneInfo(page.store.settings.timezone)
    for one in mapped:
        day = f"{one.at.replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d}"
        columns = naming.joined(one.made.required, page.lang)
        key = "mapping.team_line" if one.owner == page.viewer.name else "mapping.team_line_by"
        line = page.say(key, grain=one.made.grain.say(page.lang), columns=columns, owner=one.owner, day=day)
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{markdown(one.made.label.say(page.lang))}**")
                st.caption(markdown(line))
            with st.popover(page.say("mapping.remove"), icon=":material/delete:"):
                st.markdown(page.say("mapping.remove_sure"))
                label = page.say("mapping.remove_do", name=markdown(one.made.label.say(page.lang)))
                if st.button(label, type="primary", key=f"format_remove_{one.id}_{one.version}"):
                    _remove(page, one)


def _remove(page: Page, one: TeamFormat) -> None:
    try:
        team.remove(context.own_store(), one, page.viewer.name)
    except Conflict as conflict:
        errors.show(conflict, page.lang)
        return
    st.rerun()


def _known(page: Page) -> pd.DataFrame:
    rows = [
        (m.label.say(page.lang), m.where.say(page.lang), m.grain.say(page.lang))
        for m in formats().values()
        if not m.template
    ]
    return pd.DataFrame(rows, columns=["format", "where", "grain"])
