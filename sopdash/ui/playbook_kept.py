"""How well is the playbook kept: by employee, store or step, and what came of it."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from sopdash import playbook
from sopdash.metrics import Period
from sopdash.playbook.adherence import BY, Adherence, Outcome, adherence
from sopdash.text.formats import change, missing, percent
from sopdash.ui import tables
from sopdash.ui.frame import Page

SPANS = (7, 28)


def show(page: Page) -> None:
    """The choice, the totals, the table, the outcome."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        by = st.segmented_control(
            page.say("playbook.kept_by"), BY, default=BY[0], required=True, key="playbook_by",
            format_func=lambda name: page.say(f"playbook.by_{name}"),
        )  # fmt: skip
        days = st.segmented_control(
            page.say("playbook.kept_period"), SPANS, default=SPANS[0], required=True, key="playbook_span",
            format_func=lambda span: page.say(f"playbook.kept_{span}"),
        )  # fmt: skip
    today = playbook.day_of_work(page.store)
    told = adherence(page.store, Period(today - dt.timedelta(days=days - 1), today), by, page.viewer)
    if not told.due:
        st.caption(page.say("playbook.kept_nothing"))
        return
    st.markdown(
        page.say(
            "playbook.kept_total",
            due=told.due, done=told.done, rate=percent(told.rate, page.lang), on_time=told.on_time,
        )
    )  # fmt: skip
    _table(page, told, by)
    st.caption(_outcome(page, told.outcome))


def _table(page: Page, told: Adherence, by: str) -> None:
    rows = told.rows.copy()
    if by == "step":
        names = {step.id: step.name for step in playbook.steps(page.store)}
        rows[by] = [names.get(step, step) for step in rows[by]]
    rows[by] = rows[by].fillna(page.say("playbook.nobody"))
    columns = [by, "due", "done", "done_rate", "on_time_rate", "skipped", "open"]
    labels = {
        by: page.say(f"playbook.by_{by}"),
        "due": page.say("playbook.column_adherence_due"),
        "done": page.say("playbook.column_adherence_done"),
        "done_rate": page.say("playbook.column_adherence_rate"),
        "on_time_rate": page.say("playbook.column_adherence_on_time"),
        "skipped": page.say("playbook.column_adherence_skipped"),
        "open": page.say("playbook.column_adherence_open"),
    }
    units = dict.fromkeys(("due", "done", "skipped", "open"), "count") | {"done_rate": "rate", "on_time_rate": "rate"}
    tables.show(page, f"kept_{by}", rows[columns], labels=labels, units=units, bars=("done_rate",), wide=(by,))


def _outcome(page: Page, outcome: Outcome | None) -> str:
    if outcome is None or missing(outcome.compared.difference):
        return page.say("playbook.outcome_thin")
    test = outcome.compared
    return page.say(
        "playbook.outcome",
        done=outcome.done, done_ordered=outcome.done_ordered, left=outcome.left, left_ordered=outcome.left_ordered,
        done_rate=percent(outcome.done_ordered / outcome.done, page.lang),
        left_rate=percent(outcome.left_ordered / outcome.left, page.lang),
        difference=change(test.difference, "rate", page.lang),
        low=change(test.interval.low, "rate", page.lang), high=change(test.interval.high, "rate", page.lang),
    )  # fmt: skip
