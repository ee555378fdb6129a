"""Saving the settings form: what was typed becomes values, a wrong one is refused in words, marts follow a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from sopdash.text import phrases, say
from sopdash.text.formats import number
from sopdash.text.safe import markdown
from sopdash.ui import naming
from sopdash.ui.frame import Page
from sopdash.ui.import_job import Job
from sopdash.warehouse import Settings

FIXED = ("timezone", "currency")
"""Shown, not yet to be changed: stored times and amounts would mean something else."""
PERCENT = ("margin", "high_value_share", "content_promotion_share")
MONEY = ("vip_above", "super_from")
CUTS = ("rfm_r_cuts", "rfm_f_cuts", "rfm_m_cuts")
CLOCKS = ("quiet_from", "quiet_until")
LISTS = ("content_windows", "content_ratios")
CHOICES = {"send_quota": ("month", "week", "day")}

_REFUSED, _DONE, _JOB = "settings_refused", "settings_done", "settings_job"


class _WrongValue(Exception):
    """What was typed is no value of the setting; the message names the phrase that says why."""


def key(name: str, settings: Settings) -> str:
    """The input's key, of the settings it was drawn from: when somebody changes them, inputs begin anew."""
    return f"setting_{name}_{abs(hash(settings.model_dump_json()))}"


def save(page: Page, shown: Settings) -> None:
    """Stores what differs from the settings the form was drawn from (a callback): all or, if one is wrong, none."""
    changes, refused = _changes(page, shown)
    if changes and not refused:
        try:
            page.store.workspace.set_settings(changes, page.viewer.name)
        except ValidationError as error:
            refused = [_why(page, found) for found in error.errors()]
    if refused:
        st.session_state[_REFUSED] = refused
        return
    st.session_state[_DONE] = tuple(changes)
    store = page.store
    st.session_state[_JOB] = Job(lambda report: store.warehouse.refresh_if_behind(store.settings, report)).start()


def finish(page: Page) -> None:
    """Waits until the marts follow the settings just saved, and says what was saved."""
    job: Job | None = st.session_state.pop(_JOB, None)
    if job is None:
        return
    with st.spinner(page.say("settings.computing")):
        job.wait(lambda *_: None)
    if job.failure:
        raise job.failure
    names = [page.say(f"settings.{name}.label") for name in st.session_state.pop(_DONE, ())]
    said_names = naming.joined(names, page.lang)
    st.toast(page.say("settings.saved", names=said_names) if names else page.say("settings.unchanged"))


def refusals(page: Page) -> None:
    """What was refused at the last saving, one line each."""
    sentences = st.session_state.pop(_REFUSED, None)
    if sentences:
        lines = "\n".join(f"- {markdown(sentence)}" for sentence in sentences)
        st.warning(f"{page.say('settings.refused')}\n{lines}", icon=":material/info:")


def said(name: str, value: Any, lang: str) -> str:
    """A value as a person writes it: 40%, `30, 60, 90, 180`, 5,000."""
    if name in PERCENT:
        return f"{value * 100:g}%"
    if name in CUTS:
        return ", ".join(f"{cut:g}" for cut in value)
    if name in LISTS:
        return ", ".join(value)
    if name in CHOICES:
        return say(f"settings.{name}.{value}", lang)
    return value if isinstance(value, str) else number(value, lang)


def _changes(page: Page, shown: Settings) -> tuple[dict[str, Any], list[str]]:
    """(setting → its new value, None where it is the default again; what cannot be read, in words)."""
    changes: dict[str, Any] = {}
    refused: list[str] = []
    for name in Settings.model_fields:
        place = key(name, shown)
        if name in FIXED or place not in st.session_state:
            continue
        try:
            typed = _typed(name, st.session_state[place], shown)
        except _WrongValue as wrong:
            refused.append(_sentence(page, name, str(wrong)))
            continue
        default = Settings.about(name)["default"]
        now = getattr(shown, name)
        if typed != now and not (typed is None and now == default):
            changes[name] = None if typed == default else typed
    return changes, refused


def _typed(name: str, typed: Any, shown: Settings) -> Any:
    """The setting's value for what the input holds; None for an emptied one."""
    if name == "tag_channels":
        return _edited(shown.tag_channels, typed)
    if typed is None or typed == "":
        return None
    if name in CUTS:
        return _cuts(typed, whole=name != "rfm_m_cuts")
    if name in LISTS:
        return tuple(_parts(typed.replace("：", ":").replace("–", "-")))
    if name in CLOCKS:
        return typed.strip().replace("：", ":").zfill(5)
    return round(typed / 100, 6) if name in PERCENT else typed


def _cuts(typed: str, whole: bool) -> tuple[float, ...]:
    try:
        numbers = [float(part) for part in _parts(typed)]
    except ValueError:
        raise _WrongValue("cuts") from None
    if whole and any(not one.is_integer() for one in numbers):
        raise _WrongValue("whole")
    return tuple(int(one) if whole else one for one in numbers)


def _parts(typed: str) -> list[str]:
    return [part.strip() for part in typed.replace("，", ",").replace("、", ",").split(",") if part.strip()]


def _edited(base: Mapping[str, str], edits: Mapping[str, Any]) -> dict[str, str]:
    """The tags after what the grid reports: rows changed, added and taken off."""
    rows = [{"tag": tag, "channel": channel} for tag, channel in base.items()]
    for place, changed in edits.get("edited_rows", {}).items():
        rows[int(place)] |= changed
    rows = [row for place, row in enumerate(rows) if place not in edits.get("deleted_rows", [])]
    rows += edits.get("added_rows", [])
    pairs = [(_word(row.get("tag")), _word(row.get("channel"))) for row in rows]
    pairs = [pair for pair in pairs if any(pair)]
    if not all(tag and channel for tag, channel in pairs) or len(dict(pairs)) < len(pairs):
        raise _WrongValue("tags")
    return dict(pairs)


def _word(cell: Any) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell).strip()


def _why(page: Page, found: Mapping[str, Any]) -> str:
    """One of pydantic's refusals as a sentence."""
    name = str(found["loc"][0]) if found["loc"] else ""
    limit = next((found["ctx"][word] for word in ("gt", "ge", "le") if word in found.get("ctx", {})), None)
    return _sentence(page, name, str(found["type"]), limit)


def _sentence(page: Page, name: str, why: str, limit: float | None = None) -> str:
    phrase = f"settings.wrong.{why if f'settings.wrong.{why}' in phrases() else 'other'}"
    if not name:
        return page.say(phrase)
    example = Settings.about(name)["default"] if limit is None else limit
    values = {"label": page.say(f"settings.{name}.label"), "limit": ""}
    if example is not None:
        values["limit"] = said(name, example, page.lang) if not isinstance(example, dict) else ""
    return page.say(phrase, **values)
