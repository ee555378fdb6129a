"""Diagnosis: what stands out, how sure it is, the step to review; dismissed, or made a task and a goal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from sopdash import playbook
from sopdash.errors import SopdashError
from sopdash.metrics import REGISTRY, Period
from sopdash.playbook import Once, Step, diagnosis, goals
from sopdash.playbook.diagnosis import Diagnosis, Finding, Strength
from sopdash.report import words
from sopdash.text.formats import span
from sopdash.text.safe import markdown
from sopdash.ui import figures
from sopdash.ui.frame import Page

COLOURS: dict[Strength, Any] = {Strength.STRONG: "red", Strength.FAIR: "orange", Strength.COUNTED: "gray"}
SHOWN = 8
WEEKS_OF_A_TASK = dt.timedelta(days=56)
AT = dt.time(10)


def show(page: Page) -> None:
    """The findings of the page's period; the rules that were silent; those without data."""
    st.markdown(f"##### {page.say('report.diagnosis')}")
    period = _period(page)
    told: Diagnosis = page.load(diagnosis.diagnose, period, page.filters.where)
    gone = diagnosis.dismissed(page.store, period)
    kept = [one for one in told.findings if (one.rule.name, one.unit or "") not in gone]
    st.caption(
        page.say(
            "report.diagnosis_note", period=span(period.first, period.last, page.lang),
            rules=len({one.rule.name for one in told.findings}) + len(told.silent),
        )
    )  # fmt: skip
    if not kept:
        st.caption(page.say("report.diagnosis_none"))
    _cards(page, kept[:SHOWN], period)
    if len(kept) > SHOWN:
        with st.expander(page.say("playbook.findings_more", count=len(kept) - SHOWN)):
            _cards(page, kept[SHOWN:], period)
    _absent(page, told)


def _cards(page: Page, shown: Sequence[Finding], period: Period) -> None:
    with st.grid(2, min_column_width=340, gap="small"):
        for one in shown:
            _finding(page, one, period)


def _period(page: Page) -> Period:
    """Four weeks up to the end of the page's period: one is too short to be sure of anything."""
    return diagnosis.span(page.filters.period)


def _finding(page: Page, one: Finding, period: Period) -> None:
    key = f"{one.rule.name}_{one.unit}"
    with st.container(border=True, gap="xsmall", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(page.say(f"playbook.stage_{one.rule.stage}"), color="blue")
            st.markdown(f"**{markdown(words.finding_title(one, page.lang))}**", width="stretch")
            st.badge(page.say(f"playbook.strength_{one.strength}"), color=COLOURS[one.strength])
        st.markdown(markdown(words.evidence(one, page.lang)))
        actions = "；".join(action.say(page.lang) for action in one.rule.actions)
        st.caption(f"{markdown(one.rule.review.say(page.lang))} · {markdown(actions)}")
        with st.container(horizontal=True, gap="small"):
            if st.button(page.say("playbook.make_task"), key=f"task_{key}", icon=":material/add_task:"):
                _make_task(page, one, period)
            if st.button(page.say("playbook.dismiss"), key=f"dismiss_{key}", icon=":material/close:"):
                diagnosis.dismiss(page.store, one, period, page.viewer.name)
                st.rerun()


def _make_task(page: Page, one: Finding, period: Period) -> None:
    """A step of the team for the next working day, and a goal: as good as the others within eight weeks."""
    day = playbook.day_of_work(page.store) + dt.timedelta(days=1)
    step = Step(
        playbook=page.say("report.diagnosis"), stage=one.rule.stage, name=words.finding_title(one, page.lang)[:120],
        timing=Once(day=day, at=AT), script=one.rule.review.say(page.lang),
    )  # fmt: skip
    playbook.add(page.store, step, page.viewer.name)
    told = "playbook.task_made"
    try:
        goals.add(page.store, goals.of_finding(page.store, one, page.viewer, period, WEEKS_OF_A_TASK), page.viewer.name)
    except SopdashError:
        told = "playbook.task_made_no_goal"  # a count or an hour of the week has no rate to aim at
    diagnosis.dismiss(page.store, one, period, page.viewer.name, status="task")
    st.toast(page.say(told))
    st.rerun()


def _absent(page: Page, told: Diagnosis) -> None:
    if not told.absent:
        return
    with st.expander(page.say("playbook.rules_absent", count=len(told.absent))):
        for name, reason in told.absent.items():
            rule = diagnosis.rules()[name]
            label = rule.review.say(page.lang)
            st.caption(f"{markdown(label)}: {markdown(REGISTRY[rule.metric].label.say(page.lang))}")
            figures.need_step(page, reason)
