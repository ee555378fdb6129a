"""What a team may set, on the Data page: every setting with its unit, default and where the default comes from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sopdash.text.safe import markdown
from sopdash.ui import settings_saving
from sopdash.ui.frame import Page
from sopdash.ui.settings_saving import CHOICES, CLOCKS, CUTS, FIXED, LISTS, MONEY, PERCENT, key, said
from sopdash.warehouse import Settings

SECTIONS: dict[str, tuple[str, ...]] = {
    "money": ("margin",),
    "groups": ("group_capacity", "silent_group_days"),
    "journey": ("funnel_window_days", "minimum_count", "delivery_days"),
    "tiers": ("vip_above", "super_from", "high_value_orders", "high_value_share", "potential_days"),
    "contact": ("contact_limit", "contact_days"),
    "life": ("new_days", "growing_days", "active_days"),
    "rfm": CUTS,
    "content": (
        "send_quota", "quiet_from", "quiet_until", "content_windows", "content_gap_minutes", "content_daily_limit",
        "content_promotion_share", "content_length", "content_ratios",
    ),
    "tags": ("tag_channels",),
    "fixed": FIXED,
}  # fmt: skip
"""Section → its settings, in the order of the form."""


def show(page: Page) -> None:
    """The form, what was refused of it, and the computing after a change."""
    settings_saving.finish(page)
    settings = page.store.settings
    st.caption(page.say("settings.intro"))
    if page.store.demo:
        st.caption(f":material/science: {page.say('settings.demo')}")
    with st.form("settings", border=False):
        for section, names in SECTIONS.items():
            st.markdown(f"##### {page.say(f'settings.section_{section}')}")
            with st.grid(3, min_column_width=260, gap="small"):
                for name in names:
                    _field(page, settings, name)
        settings_saving.refusals(page)
        st.form_submit_button(
            page.say("settings.save"), type="primary", on_click=settings_saving.save, args=(page, settings)
        )


def _field(page: Page, settings: Settings, name: str) -> None:
    with st.container(gap="xsmall"):
        if name == "tag_channels":
            _tags(page, settings)
        elif name in FIXED:
            st.text_input(_label(page, name), getattr(settings, name), disabled=True, key=key(name, settings))
        else:
            _input(page, settings, name)
        st.caption(markdown(_about(page, name)))


def _input(page: Page, settings: Settings, name: str) -> None:
    """Filled by the session and not by `value`: only then can a number be emptied again."""
    value, place = getattr(settings, name), key(name, settings)
    if name in CHOICES:
        st.session_state.setdefault(place, value)
        st.selectbox(_label(page, name), CHOICES[name], key=place, format_func=lambda code: said(name, code, page.lang))
    elif name in (*CUTS, *LISTS, *CLOCKS):
        st.session_state.setdefault(place, said(name, value, page.lang))
        st.text_input(_label(page, name), key=place)
    elif name in PERCENT or name in MONEY:
        shown = value if value is None or name in MONEY else round(value * 100, 4)
        st.session_state.setdefault(place, None if shown is None else float(shown))
        step, form = (100.0, "%.2f") if name in MONEY else (1.0, "%.1f")
        st.number_input(_label(page, name), value=None, step=step, format=form, key=place)
    else:
        st.session_state.setdefault(place, value)
        st.number_input(_label(page, name), value=None, step=1, key=place)


def _tags(page: Page, settings: Settings) -> None:
    rows = pd.DataFrame(list(settings.tag_channels.items()), columns=["tag", "channel"], dtype=object)
    columns = {name: st.column_config.TextColumn(page.say(f"settings.column_{name}")) for name in rows.columns}
    st.data_editor(
        rows, key=key("tag_channels", settings), num_rows="dynamic", hide_index=True, column_config=columns,
        row_height=32,
    )  # fmt: skip


def _label(page: Page, name: str) -> str:
    label, unit = page.say(f"settings.{name}.label"), page.say(f"settings.{name}.unit")
    return page.say("settings.labelled", label=label, unit=unit)


def _about(page: Page, name: str) -> str:
    """The default and where it comes from."""
    default, source = Settings.about(name)["default"], page.say(f"settings.{name}.source")
    if default is None or default in ({}, ()):
        return page.say("settings.about_none", source=source)
    return page.say("settings.about", default=said(name, default, page.lang), source=source)
