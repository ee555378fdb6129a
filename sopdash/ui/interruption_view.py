"""An import that was cut off: one line on the Data page until its files came in."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import streamlit as st

from sopdash.text import safe
from sopdash.ui import context
from sopdash.ui.frame import Page


def show(page: Page) -> None:
    """Nothing where every import ran to its end."""
    store = context.own_store()
    zone = ZoneInfo(store.settings.timezone)
    for one in store.warehouse.interruptions():
        if not one.lost:
            continue
        stored, lost = (
            safe.markdown(("、" if page.lang == "zh" else ", ").join(names)) or page.say("inbox.none")
            for names in (one.stored, one.lost)
        )
        at = f"{one.at.replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d %H:%M}"
        said = page.say("inbox.interrupted", at=at, stored=stored, lost=lost)
        st.caption(f":material/power_off: {said}")
