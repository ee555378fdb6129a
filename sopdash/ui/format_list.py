"""Which files are understood, where to get each in its back office, and templates for what no back office exports."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from sopdash.exports.format import Format, formats
from sopdash.exports.template import template_xlsx, templates
from sopdash.text.safe import markdown
from sopdash.ui import tables
from sopdash.ui.frame import Page


def show(page: Page) -> None:
    """Templates to download, then the exports of the back offices."""
    st.markdown(f"##### {page.say('data.templates_title')}")
    st.caption(page.say("data.templates_note"))
    with st.grid(4, min_column_width=230, gap="small"):
        for made in templates():
            _template(page, made)
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


def _known(page: Page) -> pd.DataFrame:
    rows = [
        (m.label.say(page.lang), m.where.say(page.lang), m.grain.say(page.lang))
        for m in formats().values()
        if not m.template
    ]
    return pd.DataFrame(rows, columns=["format", "where", "grain"])
