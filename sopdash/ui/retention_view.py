"""Retention: who comes back after joining or first buying, how long orders lie apart, and what groups go with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.charts import Curve
from sopdash.metrics import CohortQuery, Period, cohorts, comparison
from sopdash.metrics.cohorts import ACTIVITIES, BEGINNINGS, Cohorts
from sopdash.text.formats import change, missing, number, percent
from sopdash.text.formats import period as period_words
from sopdash.ui import comparison_view, figures, tables
from sopdash.ui import people as panel
from sopdash.ui.frame import Page

MOST = {"week": dt.timedelta(weeks=26), "month": dt.timedelta(days=365)}
"""The longest stretch of cohorts that is drawn."""


def choose(page: Page) -> CohortQuery:
    """What a cohort begins with, what counts as coming back, and by week or month."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="retention_choice"):
        start = _pick(page, "start", tuple(BEGINNINGS))
        activity = _pick(page, "activity", tuple(ACTIVITIES))
        by: Any = _pick(page, "by", ("week", "month"))
    chosen = page.filters
    return CohortQuery(by, start, activity, None, span(page, by), chosen.where, page.segment)


def _pick(page: Page, key: str, options: tuple[str, ...]) -> str:
    chosen: str = st.segmented_control(
        page.say(f"retention.{key}"),
        options,
        default=options[0],
        required=True,
        format_func=lambda name: page.say(f"retention.{key}_{name}"),
        key=f"retention_{key}",
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen


def span(page: Page, by: str = "week") -> Period:
    """The cohorts to draw: twelve weeks up to the period's end, or the period itself where it is longer."""
    trend, chosen = figures.trend_period(page), page.filters.period
    first = min(trend.first, chosen.first)
    last = max(trend.last, chosen.last) if by == "week" else chosen.last
    if by == "month":
        first = min(first, last - MOST[by] + dt.timedelta(days=1)).replace(day=1)
    return Period(max(first, last - MOST[by] + dt.timedelta(days=1)) if by == "week" else first, last)


def triangle(page: Page, query: CohortQuery) -> Cohorts:
    """The triangle, and the curve of all cohorts together beside it."""
    found = page.load(cohorts.run, query)
    if found.missing:
        figures.need_step(page, found.missing)
        return found
    known = found.rows[found.rows["size"] > 0]
    if known.empty:
        st.caption(page.say("retention.nobody"))
        return found
    st.markdown(_turned(page, found))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figures.picture(
            page,
            "triangle",
            page.say(f"retention.triangle_{query.start}"),
            query,
            lambda: _cells(page, query, known),
            table=lambda: tables.show(page, "triangle", known, labels=_labels(page), units=UNITS),
            note=page.say("retention.triangle_note"),
        )
    with right:
        figures.picture(
            page,
            "pooled",
            page.say("retention.pooled"),
            query,
            lambda: _curve(page, found),
            table=lambda: tables.show(page, "pooled", found.pooled, labels=_labels(page), units=UNITS),
            note=_pooled_note(page, query, found),
        )
    return found


UNITS = {"size": "count", "active": "count", "rate": "rate"}


def _labels(page: Page) -> dict[str, str]:
    return {name: page.say(f"retention.column_{name}") for name in ("cohort", "size", "k", "active", "rate")}


def _turned(page: Page, found: Cohorts) -> str:
    """The newest cohorts against the ones before, in one sentence."""
    turn = found.turn
    unit = page.say(f"retention.unit_{found.by}")
    if turn is None:
        return page.say("retention.turn_none", unit=unit, k=cohorts.EARLY[found.by])
    values = {
        "k": turn.k, "unit": unit, "recent": turn.recent, "earlier": turn.earlier,
        "now": percent(turn.now[0] / turn.now[1], page.lang), "now_size": number(turn.now[1], page.lang),
        "before": percent(turn.before[0] / turn.before[1], page.lang),
        "before_size": number(turn.before[1], page.lang),
        "points": change(turn.test.difference, "rate", page.lang),
        "p": comparison_view.p_words(turn.test.p),
    }  # fmt: skip
    enough = min(turn.now[1], turn.before[1]) >= page.store.settings.minimum_count
    sure = enough and turn.test.p < comparison.SURE
    return page.say("retention.turn_real" if sure else "retention.turn_unclear", **values)


def _cells(page: Page, query: CohortQuery, known: pd.DataFrame) -> charts.Spec:
    names = list(dict.fromkeys(known["cohort"]))
    rows = [known[known["cohort"] == name] for name in names]
    shown = [name[2:] if query.by == "week" else name for name in names]
    sizes = [int(part["size"].iloc[0]) for part in rows]
    rates = [[None if missing(rate) else float(rate) for rate in part["rate"].astype("float64")] for part in rows]
    return charts.cohorts(shown, sizes, rates, page.lang, f"charts.{query.by}_k")


def _curve(page: Page, found: Cohorts) -> charts.Spec:
    curve = found.curve
    k, rate, low, high = figures.columns_of(curve, "k", "rate", "low", "high")
    words = [page.say(f"charts.{found.by}_k", k=place) for place in k]
    step = max(1, len(k) // 6)
    ticks = list(zip(k, words, strict=True))[::step]
    return charts.curves(
        [Curve("", k, rate, low, high)], "rate", page.lang, ticks, names=dict(zip(k, words, strict=True))
    )


def _pooled_note(page: Page, query: CohortQuery, found: Cohorts) -> str:
    assert query.period is not None
    words = period_words(query.period.first, query.period.last, page.lang)
    size = number(found.pooled["size"].max() if len(found.pooled) else 0, page.lang)
    return page.say("retention.pooled_note", period=words, size=size)


def people(page: Page, query: CohortQuery, found: Cohorts) -> None:
    """A cohort and a week of choice → who was active then, or who was not → a list."""
    known = found.rows[found.rows["active"].notna() & (found.rows["size"] > 0)]
    if known.empty:
        return
    st.markdown(f"##### {page.say('retention.people_title')}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        cohort = st.selectbox(
            page.say("retention.column_cohort"), list(dict.fromkeys(known["cohort"]))[::-1], index=None,
            key="retention_cohort", width=160, placeholder=page.say("retention.people_choose"),
            label_visibility="collapsed",
        )  # fmt: skip
        if cohort is None:
            return
        places = [int(k) for k in known.loc[known["cohort"] == cohort, "k"]]
        k = st.selectbox(
            page.say("retention.column_k"), places, index=len(places) - 1, key="retention_k", width=120,
            format_func=lambda place: page.say(f"charts.{query.by}_k", k=place), label_visibility="collapsed",
        )  # fmt: skip
        active = st.toggle(page.say("retention.people_active"), key="retention_active")
    behind = page.load(cohorts.people, query, cohort, int(k), active)
    key = "retention.people_there" if active else "retention.people_gone"
    name = page.say(key, cohort=cohort, k=page.say(f"charts.{query.by}_k", k=k))
    panel.behind(page, behind, name, key="retention")
