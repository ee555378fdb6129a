"""The team's steps: adopt a ready playbook, add, edit, switch off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from sopdash import playbook
from sopdash.errors import SopdashError
from sopdash.playbook import After, Event, Monthly, Once, Stage, Step, Weekly, starters, words
from sopdash.segments import saved
from sopdash.text.formats import weekday
from sopdash.ui import errors, tables
from sopdash.ui.frame import Page

OPEN = "playbook_step_open"
KINDS = ("after", "weekly", "monthly", "once")
_NINE, _TEN = dt.time(9), dt.time(10)


def show(page: Page) -> None:
    """Ready playbooks, the table of steps, and the step somebody opened."""
    _adopt(page)
    steps = playbook.steps(page.store)
    frame = pd.DataFrame(
        [_row(page, step) for step in steps],
        columns=["stage", "name", "timing", "playbook", "audience", "owner", "enabled"],
    )
    labels = {
        name: page.say(
            f"playbook.{'step_name' if name == 'name' else 'stage' if name == 'stage' else 'column_' + name}"
        )
        for name in frame.columns
    }
    chosen = tables.show(page, "steps", frame, labels=labels, wide=("name", "timing"), select=True, rows=20)
    if chosen is not None and st.session_state.get(f"{OPEN}_seen") != (steps[chosen].id, steps[chosen].version):
        st.session_state[OPEN] = steps[chosen]
        st.session_state[f"{OPEN}_seen"] = (steps[chosen].id, steps[chosen].version)
    asked = st.session_state.get(OPEN)
    if asked is not None:
        _dialog(page)(page, asked)


def _row(page: Page, step: Step) -> list[Any]:
    return [
        page.say(f"playbook.stage_{step.stage}"), step.name, words.timing(step, page.lang), step.playbook,
        _segment_label(page, step.audience), step.owner, "✓" if step.enabled else "—",
    ]  # fmt: skip


def _segment_label(page: Page, name: str) -> str:
    return next((one.label(page.lang) for one in saved(page.store) if one.name == name), name)


def _adopt(page: Page) -> None:
    offered = starters()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            page.say("playbook.starter"), list(offered), key="playbook_starter", width=320,
            format_func=lambda name: offered[name].label.say(page.lang),
        )  # fmt: skip
        if st.button(page.say("playbook.install"), type="primary", icon=":material/library_add:"):
            added = playbook.install(page.store, chosen, page.viewer.name, page.lang)
            st.toast(page.say("playbook.installed", count=len(added)))
        st.button(page.say("playbook.add_step"), icon=":material/add:", on_click=_open_new)


def _open_new() -> None:
    st.session_state[OPEN] = Step(stage=Stage.KEEP, name="-", timing=After(event=Event.ADDED, days=1, at=_TEN))


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _dialog(page: Page) -> Any:
    return st.dialog(page.say("playbook.edit_step"), width="large", on_dismiss=_close)(_form)


def _form(page: Page, step: Step) -> None:
    say = page.say
    kind = st.segmented_control(
        say("playbook.step_kind"), KINDS, default=step.timing.kind, required=True, key=f"step_kind_{step.id}",
        format_func=lambda name: say(f"playbook.kind_{name}"),
    )  # fmt: skip
    with st.form(f"step_{step.id}", border=False):
        name = st.text_input(say("playbook.step_name"), step.name if step.id else "", max_chars=120)
        first, second = st.columns(2)
        stage = first.selectbox(
            say("playbook.stage"), list(Stage), index=list(Stage).index(step.stage),
            format_func=lambda one: say(f"playbook.stage_{one}"),
        )  # fmt: skip
        group = second.text_input(say("playbook.step_playbook"), step.playbook, max_chars=120)
        timing = _timing(page, kind, step)
        owner = first.text_input(say("playbook.step_owner"), step.owner, max_chars=120)
        audience = _audience(page, second, step)
        script = st.text_area(say("playbook.step_script"), step.script, max_chars=2000, height=100)
        enabled = st.toggle(say("playbook.step_enabled"), step.enabled)
        keep, drop = st.columns(2)
        kept = keep.form_submit_button(say("playbook.save"), type="primary", width="stretch")
        dropped = bool(step.id) and drop.form_submit_button(say("playbook.remove"), width="stretch")
    if dropped:
        playbook.remove(page.store, step, page.viewer.name)
        _done()
    if not kept:
        return
    if not name.strip():
        st.warning(say("playbook.step_name_missing"))
        return
    _save(page, step, {
        "name": name, "stage": stage, "playbook": group, "timing": timing, "owner": owner, "audience": audience,
        "script": script, "enabled": enabled,
    })  # fmt: skip


def _save(page: Page, step: Step, fields: dict[str, Any]) -> None:
    try:
        edited = Step.model_validate({**step.model_dump(), **fields})
        store = playbook.change if step.id else playbook.add
        store(page.store, edited, page.viewer.name)
    except ValidationError as refused:
        st.warning(page.say("playbook.step_refused", reason=refused.errors()[0]["msg"]))
        return
    except SopdashError as error:
        errors.show(error, page.lang)
        return
    _done()


def _done() -> None:
    _close()
    st.rerun()


def _audience(page: Page, place: Any, step: Step) -> str:
    labels = {one.name: one.label(page.lang) for one in saved(page.store)}
    options = ["", *labels]
    return str(
        place.selectbox(
            page.say("playbook.step_audience"), options,
            index=options.index(step.audience) if step.audience in options else 0,
            format_func=lambda name: labels.get(name, page.say("playbook.anyone")),
        )
    )  # fmt: skip


def _timing(page: Page, kind: str, step: Step) -> dict[str, Any]:
    one, two, three, four = st.columns(4)
    told: Any = step.timing
    at = getattr(told, "at", None) or _TEN
    if kind == "after":
        return _after(
            page,
            told if isinstance(told, After) else After(event=Event.ADDED, days=1, at=_TEN),
            (one, two, three, four),
        )
    if kind == "weekly":
        chosen = one.selectbox(
            page.say("playbook.step_weekday"), range(7), index=told.weekday if isinstance(told, Weekly) else 0,
            format_func=lambda index: weekday(index, page.lang),
        )  # fmt: skip
        return {"kind": kind, "weekday": chosen, "at": two.time_input(page.say("playbook.step_at"), at)}
    if kind == "monthly":
        number = one.number_input(
            page.say("playbook.step_day_of_month"), 1, 31, told.day_of_month if isinstance(told, Monthly) else 8
        )
        return {"kind": kind, "day_of_month": number, "at": two.time_input(page.say("playbook.step_at"), at)}
    day = told.day if isinstance(told, Once) else page.store.settings.now().date()
    chosen_day = one.date_input(page.say("playbook.step_once_day"), day, format="YYYY-MM-DD")
    return {"kind": kind, "day": chosen_day, "at": two.time_input(page.say("playbook.step_at"), at)}


def _after(page: Page, told: After, places: tuple[Any, ...]) -> dict[str, Any]:
    say = page.say
    one, two, three, four = places
    event = one.selectbox(
        say("playbook.step_event"), list(Event), index=list(Event).index(told.event),
        format_func=lambda name: say(f"playbook.event_{name}"),
    )  # fmt: skip
    days = two.number_input(say("playbook.step_days"), -30, 730, told.days)
    hours = three.number_input(say("playbook.step_hours"), 0.0, 72.0, float(told.hours), step=0.5)
    at = four.time_input(say("playbook.step_at"), told.at or _NINE)
    options: list[Event | None] = [None, *(name for name in Event if name is not Event.BIRTHDAY)]
    unless = one.selectbox(
        say("playbook.step_unless"), options, index=options.index(told.unless),
        format_func=lambda name: say("playbook.step_never") if name is None else say(f"playbook.event_{name}"),
    )  # fmt: skip
    ever = two.toggle(say("playbook.step_ever"), told.ever)
    # Hours count from the moment itself: they leave no time of day to choose.
    when = (
        {"hours": hours} if hours and not days else {"days": days, "at": at} if days or event is Event.BIRTHDAY else {}
    )
    return {"kind": "after", "event": event, "unless": unless, "ever": ever, **when}
