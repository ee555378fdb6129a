"""Repurchase: how soon customers buy again, how long orders lie apart, and what being in a group goes with."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.charts import Curve
from sopdash.charts.palette import ACCENT
from sopdash.metrics import REGISTRY, Missing, Period, SurvivalQuery, comparison, gaps, joining, survival
from sopdash.metrics.gaps import GapQuery, Gaps
from sopdash.metrics.joining import JoinQuery
from sopdash.metrics.survival import Survival
from sopdash.text.formats import MISSING, change, days, missing, number, percent, show
from sopdash.text.formats import period as period_words
from sopdash.ui import comparison_view, figures, tables
from sopdash.ui.frame import Page
from sopdash.ui.retention_view import span

LEAST_DAYS = 28
"""In groups against not: over this many days at least, since a week holds few second orders."""

OF_MEMBERS = ("conversion_rate", "purchase_frequency", "repurchase_rate", "returning_buyer_rate", "spend_per_buyer")


def repurchase(page: Page) -> None:
    """The share of customers that bought again by day, and the days between one order and the next."""
    left, right = st.columns(2, gap="medium")
    with left:
        _second(page)
    with right:
        _between(page)


def _second(page: Page) -> None:
    st.markdown(f"##### {page.say('retention.second_title')}")
    within = span(page)
    query = SurvivalQuery(within, None, page.filters.where, page.segment)
    found = page.load(survival.run, query)
    if found.missing:
        figures.need_step(page, found.missing)
        return
    whole = found.groups.iloc[0]
    words = {
        "n": number(whole["customers"], page.lang),
        "period": period_words(within.first, within.last, page.lang),
        "share": percent(whole["returned_30d"], page.lang),
        "median": days(whole["median_days"], page.lang),
    }
    key = "retention.second" if not missing(whole["median_days"]) else "retention.second_few"
    st.markdown(page.say("retention.second_early" if missing(whole["returned_30d"]) else key, **words))
    figures.chart(page, "second", query, lambda: _returned(page, found), alt=page.say("retention.second_title"))
    st.caption(page.say("retention.second_note", **words))


def _returned(page: Page, found: Survival) -> charts.Spec:
    """Curves of the share that bought again, one per group, from 0 on."""
    lines = []
    for place, group in enumerate(found.groups["group"]):
        part = found.curves[found.curves["group"].isna() if missing(group) else found.curves["group"] == group]
        day, low, high, returned = figures.columns_of(part, "day", "low", "high", "returned")
        name = "" if missing(group) else page.say(f"retention.group_{group}")
        least, most = ([0.0, *(1 - end for end in ends)] for ends in (high, low))  # waiting less is returning more
        colour = COLOURS[place % len(COLOURS)]
        lines.append(Curve(name, [0, *day], [0.0, *returned], least, most, colour))
    last = max((line.x[-1] for line in lines), default=0)
    step = next((step for step in (7, 14, 30, 60, 90) if last / step <= 6), 180)
    ticks = [(place, f"{place}") for place in range(0, int(last) + 1, step)]
    return charts.curves(lines, "rate", page.lang, ticks, steps=True, height=240)


COLOURS = (ACCENT, "#D9772B")


def _between(page: Page) -> None:
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
    _joining(page)
    _second_of_members(page)


def _joining(page: Page) -> None:
    """The same customers before and after they joined their first group."""
    within = span(page)
    found = page.load(joining.run, JoinQuery(within, page.filters.where, page.segment))
    if found.missing or not found.customers:
        return
    small = found.customers < page.store.settings.minimum_count
    said = []
    for step in found.steps:
        unit = "rate" if step.name == "buyers" else "ratio"
        values = {
            "before": show(step.before, unit, page.lang),
            "after": show(step.after, unit, page.lang),
            "relative": change(step.relative, "count", page.lang),
            "p": comparison_view.p_words(step.p) if not missing(step.p) else MISSING,
        }
        said.append(page.say(f"retention.joining_{step.name}", **values))
    words = {
        "n": number(found.customers, page.lang),
        "days": joining.DAYS,
        "period": period_words(within.first, within.last, page.lang),
    }
    key = "retention.joining_small" if small else "retention.joining"
    st.markdown(page.say(key, steps=page.say("retention.joining_and").join(said), **words))
    st.caption(page.say("retention.joining_note", **words))


def _second_of_members(page: Page) -> None:
    """Time to the second order of those who were in a group when they first bought against the others."""
    within = span(page)
    query = SurvivalQuery(within, survival.IN_GROUP, page.filters.where, page.segment)
    found = page.load(survival.run, query)
    if found.missing or len(found.groups) < 2:
        return
    test = found.test
    sure = test is not None and test.p < comparison.SURE
    key = "retention.group_untested" if test is None else "retention.group_real" if sure else "retention.group_unclear"
    values = {"p": comparison_view.p_words(test.p), "chi2": number(test.chi2, page.lang, 2)} if test else {}
    rows = found.groups.to_dict("records")
    sizes = {f"n_{row['group']}": number(row["customers"], page.lang) for row in rows}
    st.markdown(page.say(key, **{"p": "", "chi2": "", **values}, **sizes))
    figures.chart(page, "second_members", query, lambda: _returned(page, found), alt=page.say("retention.second_title"))


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
