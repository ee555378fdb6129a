"""Today's list: who does what for whom; a tick is stored at once, and shown to everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import playbook
from sopdash.metrics import Period
from sopdash.metrics.freshness import known
from sopdash.playbook import Done, Step
from sopdash.segments import lists
from sopdash.segments.columns import Cell, Column
from sopdash.text.formats import day as day_words
from sopdash.ui import list_panel, tables
from sopdash.ui.frame import Page

BASE = "playbook_base"
BACK = dt.timedelta(days=3)
COLUMNS = ("done", "due_at", "staff", "name", "step", "script", "store")


def show(page: Page) -> None:
    """Day, employee and store; how much is left; the list to tick."""
    steps = tuple(playbook.steps(page.store))
    if not steps:
        st.info(page.say("playbook.no_steps"), icon=":material/checklist:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        day = st.date_input(
            page.say("playbook.day"),
            playbook.day_of_work(page.store),
            format="YYYY-MM-DD",
            key="playbook_day",
            width=160,
        )
        with_left = st.toggle(page.say("playbook.overdue"), key="playbook_overdue")
        tasks = _tasks(page, steps, Period(day - BACK if with_left else day, day))
        staff = _choice(page, "staff", tasks)
        store = _choice(page, "store", tasks)
    shown = _filtered(tasks, staff, store, day)
    if shown.empty:
        st.caption(page.say("playbook.none_due"))
        return
    _counts(page, shown)
    _take(page, shown, {step.id: step for step in steps}, day)
    _grid(page, (page.key, day, with_left, staff, store, steps), shown, {step.id: step for step in steps})


def _tasks(page: Page, steps: tuple[Step, ...], period: Period) -> pd.DataFrame:
    return playbook.ticked(page.store, page.load(playbook.falling, period, steps))


def _choice(page: Page, name: str, tasks: pd.DataFrame) -> str | None:
    values = sorted(tasks[name].dropna().unique())
    chosen: str | None = st.selectbox(
        page.say(f"playbook.{name}"), [None, *values], key=f"playbook_{name}", width=180,
        format_func=lambda value: page.say("playbook.anyone") if value is None else str(value),
    )  # fmt: skip
    return chosen


def _filtered(tasks: pd.DataFrame, staff: str | None, store: str | None, day: dt.date) -> pd.DataFrame:
    """The chosen employee's and store's; of earlier days only what nobody did."""
    kept: pd.Series = (tasks["due_at"].dt.date == day) | (tasks["status"] == str(Done.OPEN))
    for name, value in (("staff", staff), ("store", store)):
        kept &= (tasks[name] == value) if value is not None else True
    return pd.DataFrame(tasks[kept].reset_index(drop=True))


def _counts(page: Page, shown: pd.DataFrame) -> None:
    facts = page.load(known)
    done = int((shown["status"] != str(Done.OPEN)).sum())
    until = day_words(facts.days.last, page.lang) if facts.days else ""
    st.caption(page.say("playbook.count", due=len(shown), done=done, open=len(shown) - done, until=until))


_LIST = tuple(
    Column(name, Cell.MOMENT if name == "due_at" else Cell.TEXT, "")
    for name in ("due_at", "staff", "store", "name", "step", "script")
)
"""What a list of tasks carries: no phone, and nothing that is not on the screen."""


def _take(page: Page, shown: pd.DataFrame, steps: dict[str, Step], day: dt.date) -> None:
    """What is left of the list as a file, under an address that is good once."""
    left = shown[shown["status"] == str(Done.OPEN)]
    if left.empty or not st.button(page.say("playbook.take"), icon=":material/download:", key="playbook_take"):
        return
    told = left.assign(
        script=[steps[step].script for step in left["step"]], step=[steps[step].name for step in left["step"]]
    )
    name = page.say("playbook.list_name", day=day.isoformat())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for form in ("xlsx", "csv"):
            list_panel.link(page, lists.of_frame(name, _LIST, told, page.lang), form)
        st.caption(page.say("ui.people_link_once"), width="content")


def _grid(page: Page, scope: Hashable, shown: pd.DataFrame, steps: dict[str, Step]) -> None:
    """The grid lives on the frame it began with: ticks come back as edits of it."""
    kept = st.session_state.get(BASE)
    if kept is None or kept[0] != scope:
        life = st.session_state.get("playbook_life", 0) + 1
        st.session_state["playbook_life"] = life
        kept = (scope, f"playbook_grid_{life}", shown)
        st.session_state[BASE] = kept
    _, key, base = kept
    frame = pd.DataFrame(
        {
            "done": base["status"] != str(Done.OPEN),
            "due_at": base["due_at"],
            "staff": base["staff"].fillna(page.say("playbook.nobody")),
            "name": base["name"],
            "step": [steps[step].name for step in base["step"]],
            "script": [steps[step].script for step in base["step"]],
            "store": base["store"],
        },
        columns=list(COLUMNS),
    )
    st.data_editor(
        frame, key=key, hide_index=True, disabled=COLUMNS[1:], column_config=_columns(page), on_change=_store,
        args=(page, key, base), row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (min(len(frame), 18) + 1) + 3,
    )  # fmt: skip


def _store(page: Page, key: str, base: pd.DataFrame) -> None:
    """Stores the ticks the grid reports (a callback); an edit that changes nothing is stored the same again."""
    for place, changed in st.session_state[key]["edited_rows"].items():
        if "done" in changed:
            task = {str(name): value for name, value in base.iloc[int(place)].to_dict().items()}
            playbook.tick(page.store, task, Done.DONE if changed["done"] else Done.OPEN, page.viewer)


def _columns(page: Page) -> dict[str, Any]:
    words = {name: page.say(f"playbook.column_{'due' if name == 'due_at' else name}") for name in COLUMNS}
    return {
        "done": st.column_config.CheckboxColumn(words["done"], width=60),
        "due_at": st.column_config.DatetimeColumn(words["due_at"], format="MM-DD HH:mm", width=110),
        "staff": st.column_config.TextColumn(words["staff"], width=110),
        "name": st.column_config.TextColumn(words["name"], width=130),
        "step": st.column_config.TextColumn(words["step"], width=190),
        "script": st.column_config.TextColumn(words["script"], width=360),
        "store": st.column_config.TextColumn(words["store"], width=100),
    }
