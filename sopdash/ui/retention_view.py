"""Retention: who comes back after joining or first buying, how long orders lie apart, and what groups go with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.charts import Curve
from sopdash.metrics import REGISTRY, CohortQuery, Missing, Period, cohorts, comparison, gaps
from sopdash.metrics.cohorts import ACTIVITIES, BEGINNINGS, Cohorts
from sopdash.metrics.gaps import GapQuery, Gaps
from sopdash.text.formats import MISSING, change, days, missing, number, percent, show
from sopdash.text.formats import period as period_words
from sopdash.ui import comparison_view, figures, tables
from sopdash.ui import people as panel
from sopdash.ui.frame import Page

MOST = {"week": dt.timedelta(weeks=26), "month": dt.timedelta(days=365)}
"""The longest stretch of cohorts that is drawn."""

LEAST_DAYS = 28
"""In groups against not: over this many days at least, since a week holds few second orders."""

OF_MEMBERS = ("conversion_rate", "purchase_frequency", "repurchase_rate", "returning_buyer_rate", "spend_per_buyer")


def choose(page: Page) -> CohortQuery:
    """What a cohort begins with, what counts as coming back, and by week or month."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="retention_choice"):
        start = _pick(page, "start", tuple(BEGINNINGS))
        activity = _pick(page, "activity", tuple(ACTIVITIES))
        by: Any = _pick(page, "by", ("week", "month"))
    chosen = page.filters
    return CohortQuery(by, start, activity, None, _span(page, by), chosen.where, page.segment)


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


def _span(page: Page, by: str) -> Period:
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
    return charts.curves([Curve("", k, rate, low, high)], "rate", page.lang, ticks, places=words)


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


def repurchase(page: Page) -> None:
    """The days between one order and the next."""
    query = GapQuery(page.filters.period, page.filters.where, page.segment)
    found = page.load(gaps.run, query)
    st.markdown(f"##### {page.say('retention.gaps_title')}")
    if found.missing:
        figures.need_step(page, found.missing)
        return
    if not found.n:
        st.caption(page.say("retention.no_gaps"))
        return
    words = {
        "n": number(found.n, page.lang),
        "median": days(found.median, page.lang),
        "p90": days(found.p90, page.lang),
    }
    st.markdown(page.say("retention.gaps", **words))
    figures.chart(page, "gaps", query, lambda: _gaps(page, found), alt=page.say("retention.gaps_title"))
    st.caption(page.say("retention.gaps_note"))


def _gaps(page: Page, found: Gaps) -> charts.Spec:
    names = []
    for row in found.bins.itertuples():
        last = "+" if missing(row.to_day) else f"–{row.to_day:.0f}"
        names.append(f"{row.from_day}{last}")
    return charts.columns(names, list(found.bins["gaps"]), "count", page.lang)


def membership(page: Page) -> None:
    """Row R2: what customers in groups do against those in none, each with its test."""
    st.markdown(f"##### {page.say('retention.members_title')}")
    period = page.filters.period
    if period.days < LEAST_DAYS:
        period = Period(period.last - dt.timedelta(days=LEAST_DAYS - 1), period.last)
    query = page.query(*OF_MEMBERS, compare=False, period=period)
    sides = comparison.in_a_group(period), comparison.in_a_group(period, False)
    found = page.load(comparison.together, query, *sides)
    rows = page.figure("retention.members", query, lambda: _compared(page, dict(found)))
    absent = next((one for _, one in found if isinstance(one, Missing)), None)
    if rows.empty:
        if absent is not None:
            figures.need_step(page, absent)
        else:
            st.caption(page.say("retention.members_none"))
        return
    columns = ("metric", "in_group", "not_in_group", "difference", "relative", "p", "verdict", "sample")
    labels = {name: page.say(f"retention.members_{name}") for name in columns}
    tables.show(page, "members", rows, labels=labels)
    words = period_words(period.first, period.last, page.lang)
    st.caption(page.say("retention.members_note", period=words, first=f"{period.first:%m-%d}"))


def _compared(page: Page, found: dict[str, comparison.Difference | Missing]) -> pd.DataFrame:
    rows = []
    for name, one in found.items():
        if isinstance(one, Missing) or not one.first.size or not one.second.size:
            continue
        metric = REGISTRY[name]
        first, second = (show(side.value, metric.unit, page.lang) for side in (one.first, one.second))
        rows.append(
            {
                "metric": metric.label.say(page.lang),
                "in_group": first,
                "not_in_group": second,
                "difference": comparison_view.difference_words(page, one),
                "relative": change(one.relative, "count", page.lang),
                "p": MISSING if missing(one.p) else comparison_view.p_words(one.p).removeprefix("= "),
                "verdict": page.say(f"retention.members_{_verdict(one)}"),
                "sample": f"{show(one.first.size, 'count', page.lang)} / {show(one.second.size, 'count', page.lang)}",
            }
        )
    return tables.framed(
        rows, ("metric", "in_group", "not_in_group", "difference", "relative", "p", "verdict", "sample")
    )


def _verdict(one: comparison.Difference) -> str:
    if not one.enough:
        return "small"
    if not one.real:
        return "unclear"
    return "higher" if one.difference > 0 else "lower"
