"""Which form and which hour worked, from the team's own posts and customers; one click plans it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts, content
from sopdash.content import Entry, Form, Outlet, words
from sopdash.metrics import Period, publishing
from sopdash.metrics.freshness import known
from sopdash.segments import predicate_of, saved
from sopdash.text import formats, safe
from sopdash.ui import calendar_saving, figures, tables
from sopdash.ui.calendar_period import VIEW_KEY, go
from sopdash.ui.frame import Page

WEEKS = 12
_COLUMN = {"form": "calendar.field.form"}


def show(page: Page) -> None:
    """The choice of channel and segment, what worked there, and the suggestion."""
    facts = page.load(known)
    missing = page.load(publishing.lacks, "posts.views")
    if facts.days is None or missing is not None:
        st.caption(page.say("calendar.best_none"))
        if missing is not None:
            figures.need_step(page, missing)
        return
    period = Period(facts.days.last - dt.timedelta(weeks=WEEKS) + dt.timedelta(days=1), facts.days.last)
    channel, segment = _choose(page, period)
    forms = page.load(publishing.posts_by, "form", period, channel)
    hours = page.load(publishing.posts_by, "hour", period, channel)
    active = page.load(publishing.active_hours, predicate_of(page.store, segment) if segment else None, None, period)
    _suggest(page, channel, segment, forms, hours, active)
    left, right = st.columns(2, gap="medium")
    with left:
        _bars(page, "form", forms, "click_rate", (period, channel))
    with right:
        _bars(page, "hour", hours, "click_rate", (period, channel))
    _bars(page, "active", active, "active_share", (period, segment))
    span = formats.span(period.first, period.last, page.lang)
    st.caption(page.say("calendar.best_note", span=span, few=publishing.FEW_POSTS))


def _choose(page: Page, period: Period) -> tuple[str | None, str | None]:
    channels = list(page.load(publishing.posts_by, "channel", period, None)["channel"])
    segments = {one.name: one.label(page.lang) for one in saved(page.store)}
    with st.container(horizontal=True, key="calendar_best_bar"):
        channel = st.selectbox(
            page.say("calendar.field.channel"), channels, index=0 if channels else None, width=180,
            key="calendar_best_channel", placeholder=page.say("calendar.best_channels"), label_visibility="collapsed",
        )  # fmt: skip
        segment = st.selectbox(
            page.say("calendar.field.segment"), list(segments), index=None, width=220, key="calendar_best_segment",
            format_func=lambda name: segments.get(name, name), placeholder=page.say("calendar.best_segments"),
            label_visibility="collapsed",
        )  # fmt: skip
    return channel, segment


def _suggest(
    page: Page, channel: str | None, segment: str | None, forms: pd.DataFrame, hours: pd.DataFrame, active: pd.DataFrame
) -> None:
    """The best well-founded form and hour as a sentence, with the button that plans it tomorrow."""
    form, hour = _best(forms), _best(active if segment else hours)
    if form is None or hour is None:
        st.caption(page.say("calendar.best_too_few", few=publishing.FEW_POSTS))
        return
    said = {
        "form": safe.markdown(form["form"]), "rate": _range(page, form, "click_rate"), "posts": int(form["posts"]),
        "hour": int(hour["hour"]),
    }  # fmt: skip
    if segment:
        hour_words = page.say(
            "calendar.best_hour_segment",
            hour=said["hour"],
            share=_range(page, hour, "active_share"),
            of=int(hour["of"]),
        )
    else:
        hour_words = page.say(
            "calendar.best_hour_posts",
            hour=said["hour"],
            rate=_range(page, hour, "click_rate"),
            posts=int(hour["posts"]),
        )
    ranked = (("form", forms), ("hour", active if segment else hours))
    close = [page.say(f"calendar.close_{name}") for name, rows in ranked if _is_close(rows)]
    with st.container(horizontal=True, vertical_alignment="center", key="calendar_suggestion"):
        st.markdown(page.say("calendar.best_form", **said) + hour_words + "".join(close), width="stretch")
        st.button(
            page.say("calendar.plan_it"), type="primary", icon=":material/event:", key="calendar_plan_it",
            on_click=_plan, args=(page, channel, segment, str(form["form"]), int(hour["hour"])),
        )  # fmt: skip


def _plan(page: Page, channel: str | None, segment: str | None, form: str, hour: int) -> None:
    """Plans the suggestion tomorrow and shows the month it stands in (a callback)."""
    day = page.store.settings.now().date() + dt.timedelta(days=1)
    draft = Entry(
        day=day, time=dt.time(hour, 0), theme=page.say("calendar.suggested", form=form, hour=hour),
        form=words.codes("form").get(form.lower(), Form.PICTURE),
        channel=words.codes("channel").get((channel or "").lower(), Outlet.PRIVATE if segment else Outlet.GROUP),
        segment=_label(page, segment), note=page.say("calendar.suggested_note"),
    )  # fmt: skip
    content.add(page.store, draft, page.viewer.name)
    calendar_saving.tell("calendar.suggestion_planned", day=formats.day(day, page.lang), hour=hour)
    st.session_state[VIEW_KEY] = "month"
    go(day)


def _label(page: Page, segment: str | None) -> str:
    return next((one.label(page.lang) for one in saved(page.store) if one.name == segment), "")


def _best(rows: pd.DataFrame) -> Any:
    """The first row, when it stands on enough; rows come best first."""
    return None if rows.empty or rows.iloc[0]["few"] else rows.iloc[0]


def _is_close(rows: pd.DataFrame) -> bool:
    """Whether the second best may be as good: its interval reaches into the best one's."""
    return len(rows) > 1 and not rows.iloc[1]["few"] and bool(rows.iloc[1]["high"] >= rows.iloc[0]["low"])


def _range(page: Page, row: Any, figure: str) -> str:
    low, high = (formats.percent(row[name], page.lang) for name in ("low", "high"))
    return page.say("calendar.range", value=formats.percent(row[figure], page.lang), low=low, high=high)


def _bars(page: Page, name: str, rows: pd.DataFrame, figure: str, question: Any) -> None:
    """Forms as they rank; hours by the clock, those of customers as columns (24 of them)."""
    by = "form" if name == "form" else "hour"
    shown = rows if by == "form" else rows.sort_values(by)
    names = [page.say("calendar.hour", hour=int(one)) if by == "hour" else str(one) for one in shown[by]]

    def build() -> charts.Spec:
        if name == "active":
            return charts.columns(names, list(shown[figure]), "rate", page.lang)
        ends = figures.columns_of(shown, "low", "high")
        return charts.bars(
            names, list(shown[figure]), "rate", page.lang, intervals=(ends[0], ends[1]), pale=list(shown["few"])
        )

    def table() -> None:
        labels = {one: page.say(_COLUMN.get(one, f"calendar.best_{one}")) for one in shown.columns}
        units = {one: "rate" for one in ("click_rate", "low", "high", "reaction_rate", "active_share") if one in shown}
        tables.show(page, f"best_{name}", shown.drop(columns="few"), labels=labels, units=units)

    figures.picture(page, f"best_{name}", page.say(f"calendar.best_by_{name}"), (question, page.lang), build, table)
