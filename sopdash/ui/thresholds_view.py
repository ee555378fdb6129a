"""Trying other thresholds: what they would change is shown before they are saved."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from sopdash.access import Viewer
from sopdash.metrics.filters import Predicate
from sopdash.segments import CLASSES, RfmQuery, called, rfm, sizes
from sopdash.segments.movement import preview
from sopdash.text.formats import number
from sopdash.ui import tables
from sopdash.ui.frame import Page
from sopdash.warehouse import Settings, Store

OF_SCORE: dict[str, tuple[str, ...]] = {
    "tier": ("vip_above", "super_from"),
    "value_class": ("high_value_orders", "high_value_share", "potential_days"),
    "life_cycle": ("new_days", "growing_days", "active_days"),
}
CUTS = ("rfm_r_cuts", "rfm_f_cuts", "rfm_m_cuts")
UNITS = {"now": "count", "then": "count", "moved_in": "count"}


def of_score(page: Page, score: str) -> None:
    """The thresholds of one score; the means of RFM have none."""
    if score in OF_SCORE:
        _panel(page, score, OF_SCORE[score])


def of_cuts(page: Page) -> None:
    """The fixed cut points of R, F and M."""
    _panel(page, "rfm", CUTS)


def _panel(page: Page, score: str, names: tuple[str, ...]) -> None:
    title = page.say("thresholds.title")
    with st.expander(title, icon=":material/tune:", key=f"thresholds_{score}", on_change="rerun") as place:
        if not place.open:
            return
        settings = page.store.settings
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            typed = {name: _input(page, settings, name) for name in names}
        changed = _changed(page, settings, typed)
        if changed is None:
            return
        if changed == settings:
            st.caption(page.say("thresholds.hint"))
            return
        _effect(page, score, changed)
        st.button(page.say("thresholds.save"), type="primary", key=f"thresholds_save_{score}", on_click=_save,
                  args=(page, changed, names))  # fmt: skip


def _input(page: Page, settings: Settings, name: str) -> Any:
    label = page.say(
        "settings.labelled", label=page.say(f"settings.{name}.label"), unit=page.say(f"settings.{name}.unit")
    )
    held, key = getattr(settings, name), f"threshold_{name}_{abs(hash(settings.model_dump_json()))}"
    if name in CUTS:
        words = st.text_input(label, ", ".join(f"{cut:g}" for cut in held), key=key, width=210)
        parts = [part.strip() for part in words.replace("，", ",").split(",")]
        whole = name != "rfm_m_cuts"
        try:
            return tuple(int(part) if whole else float(part) for part in parts)
        except ValueError:
            return ()
    if name == "high_value_share":
        return st.number_input(label, 1.0, 100.0, held * 100, 5.0, key=key, width=190, format="%g") / 100
    return st.number_input(label, 0, None, int(held), 1 if held < 1000 else 500, key=key, width=190)


def _changed(page: Page, settings: Settings, typed: dict[str, Any]) -> Settings | None:
    try:
        return Settings.model_validate(settings.model_dump() | typed)
    except ValidationError:
        st.caption(page.say("thresholds.wrong"))
        return None


def _effect(page: Page, score: str, changed: Settings) -> None:
    if score == "rfm":
        frame = _rfm(page, changed)
        words = [called("rfm_class", name, page.lang) for name in frame["class"]]
    else:
        frame = page.load(_preview, score, changed.model_dump_json(), page.segment)
        words = [called(score, name, page.lang) for name in frame["class"]]
    shown = page.figure(
        "thresholds", (score, changed.model_dump_json(), page.segment), lambda: frame.assign(**{"class": words})
    )
    labels = {name: page.say(f"thresholds.{name}") for name in ("class", "now", "then", "moved_in")}
    tables.show(page, f"thresholds_{score}", shown, labels=labels, units=UNITS)
    moved = int(frame["moved_in"].sum()) if score != "rfm" else int((frame["then"] - frame["now"]).abs().sum()) // 2
    st.caption(page.say("thresholds.moved", count=number(moved, page.lang)))


def _rfm(page: Page, changed: Settings) -> pd.DataFrame:
    cuts = tuple(tuple(getattr(changed, name)) for name in CUTS)
    now, then = (
        page.load(rfm.run, RfmQuery("cuts", where=page.filters.where, segment=page.segment, cuts=tried)).classes()
        for tried in (None, cuts)
    )
    told = {"class": list(CLASSES["rfm_class"]), "now": now["customers"], "then": then["customers"]}
    return pd.DataFrame(told)


def _save(page: Page, changed: Settings, names: tuple[str, ...]) -> None:
    page.store.workspace.set_settings({name: getattr(changed, name) for name in names}, page.viewer.name)
    page.store.warehouse.refresh_if_behind(page.store.settings)
    sizes.keep_up(page.store)


def _preview(store: Store, score: str, changed: str, segment: Predicate | None, viewer: Viewer) -> pd.DataFrame:
    """`preview` for `Page.load`, whose questions must be hashable."""
    return preview(store, score, Settings.model_validate_json(changed), segment, viewer)
