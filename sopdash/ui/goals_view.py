"""Goals: where each stands, its line to the deadline, and a dialog to set one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st
from pydantic import ValidationError

from sopdash import charts
from sopdash.errors import SopdashError
from sopdash.metrics import REGISTRY, Combine, Unit
from sopdash.playbook import goals
from sopdash.playbook.goals import Goal, Progress, Standing
from sopdash.report import words
from sopdash.text.formats import day, missing
from sopdash.text.safe import markdown
from sopdash.ui import errors, figures
from sopdash.ui.frame import Page

OPEN = "goal_open"
WINDOWS = (7, 14, 28, 91)
HALF_A_YEAR = dt.timedelta(days=182)
COLOURS: dict[Standing, Any] = {
    Standing.REACHED: "green",
    Standing.ON_TRACK: "green",
    Standing.AT_RISK: "orange",
    Standing.OFF: "red",
    Standing.MISSED: "red",
    Standing.UNKNOWN: "gray",
}


def standings(page: Page) -> list[Progress]:
    """How all goals stand; computed once per data version and goal."""
    return [page.load(goals.progress, goal) for goal in goals.goals(page.store)]


def brief(page: Page) -> None:
    """One line per goal, for other pages; nothing where there are none."""
    for told in standings(page):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(
                page.say(f"playbook.standing_{told.standing}"), color=COLOURS[told.standing], icon=":material/flag:"
            )
            st.markdown(markdown(words.goal_title(told, page.lang)), width="content")
            st.caption(markdown(words.goal_line(told, page.lang)), width="stretch")


def show(page: Page) -> None:
    """The goals as cards with their line, and the button for a new one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"##### {page.say('playbook.goals')}", width="stretch")
        st.button(page.say("playbook.goal_add"), icon=":material/add:", on_click=_open)
    told = standings(page)
    if not told:
        st.caption(page.say("playbook.goals_none"))
    with st.grid(2, min_column_width=340, gap="small"):
        for one in told:
            _card(page, one)
    if st.session_state.get(OPEN):
        st.dialog(page.say("playbook.goal_add"), width="large", on_dismiss=_close)(_form)(page)


def _card(page: Page, told: Progress) -> None:
    with st.container(border=True, gap="xsmall", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{markdown(words.goal_title(told, page.lang))}**", width="stretch")
            st.badge(page.say(f"playbook.standing_{told.standing}"), color=COLOURS[told.standing])
            if st.button(":material/delete:", key=f"goal_drop_{told.goal.id}", help=page.say("playbook.remove")):
                _remove(page, told.goal)
        st.caption(markdown(words.goal_line(told, page.lang)))
        if told.missing is not None:
            figures.need_step(page, told.missing)
            return
        figures.chart(
            page, f"goal_{told.goal.id}", (told.goal, told.until), lambda: _line(page, told),
            alt=words.goal_title(told, page.lang),
        )  # fmt: skip


def _line(page: Page, told: Progress) -> charts.Spec:
    """The windows, and the even pace from the baseline to the target."""
    goal = told.goal
    ends = [*told.windows["last"], *([goal.deadline] if told.until and goal.deadline > told.until else [])]
    values: list[Any] = [None if missing(value) else value for value in told.windows["value"]]
    values += [None] * (len(ends) - len(values))
    return charts.lines(
        [day(end, page.lang) for end in ends],
        {page.say("playbook.goal_actual"): values, page.say("playbook.goal_pace"): goals.pace(goal, ends)},
        str(REGISTRY[goal.metric].unit), page.lang, quiet=(page.say("playbook.goal_pace"),), height=170, zero=False,
    )  # fmt: skip


def _remove(page: Page, goal: Goal) -> None:
    try:
        goals.remove(page.store, goal)
    except SopdashError as error:
        errors.show(error, page.lang)
        return
    st.rerun()


def _open() -> None:
    st.session_state[OPEN] = True


def _close() -> None:
    st.session_state.pop(OPEN, None)


def _form(page: Page) -> None:
    say = page.say
    names = [name for name, one in REGISTRY.items() if one.combine is not Combine.DIFFERENCE]
    with st.form("goal", border=False):
        metric = st.selectbox(
            say("playbook.goal_metric"), names, index=names.index("repurchase_rate"),
            format_func=lambda name: REGISTRY[name].label.say(page.lang),
        )  # fmt: skip
        one, two, three = st.columns(3)
        percent = one.number_input(say("playbook.goal_change"), -95.0, 1_000.0, 20.0, step=1.0, format="%.1f")
        target = two.number_input(say("playbook.goal_or_target"), value=None, min_value=0.0)
        window = three.selectbox(
            say("playbook.goal_window"), WINDOWS, index=2, format_func=lambda days: say("playbook.goal_days", days=days)
        )
        last = page.filters.period.last
        starts_on = one.date_input(say("playbook.goal_start"), last + dt.timedelta(days=1), format="YYYY-MM-DD")
        deadline = two.date_input(say("playbook.goal_deadline"), last + HALF_A_YEAR, format="YYYY-MM-DD")
        owner = three.text_input(say("playbook.column_owner"), max_chars=120)
        st.caption(say("playbook.goal_scope"))
        saved = st.form_submit_button(say("playbook.save"), type="primary")
    if not saved:
        return
    rate = REGISTRY[metric].unit is Unit.RATE
    try:
        goal = goals.draft(
            page.store, metric, page.viewer, starts_on=starts_on, deadline=deadline, change=percent / 100,
            target=target / 100 if target is not None and rate else target, window_days=window,
            where=page.filters.where, segment=page.filters.segment, owner=owner,
        )  # fmt: skip
        goals.add(page.store, goal, page.viewer.name)
    except SopdashError as error:
        errors.show(error, page.lang)
        return
    except ValidationError as refused:
        st.warning(say("playbook.step_refused", reason=refused.errors()[0]["msg"]))
        return
    _close()
    st.rerun()
