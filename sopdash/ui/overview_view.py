"""Overview: what moved, where the change comes from, how far the data goes."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.metrics import REGISTRY, Period, Result, freshness, run
from sopdash.metrics.drivers import OUTCOMES, Drivers, moved
from sopdash.metrics.mix import OUTSIDE, Split, split
from sopdash.report.words import headline
from sopdash.text.formats import is_month, is_week, missing, period_name, week
from sopdash.ui import completeness_view, figures, naming, tables
from sopdash.ui.frame import Page, part

HEADLINE = ("net_sales", "orders", "buyers", "aov", "customers_added", "repurchase_rate")
"""The figures of the page; asked for together, so that they are computed once."""


def sentence(page: Page) -> None:
    """The week in one sentence: how net sales moved, and what moved it most."""
    result = page.load(run, page.query(*HEADLINE))
    compared = page.filters.compared is not None
    drivers = page.load(moved, page.query("net_sales"), "net_sales") if compared else None
    if words := headline(result, drivers, page.lang):
        st.markdown(words)


def pictures(page: Page) -> None:
    """Two pictures side by side: the drivers of the change, and the weeks."""
    left, right = st.columns(2, gap="medium")
    with left:
        _drivers(page)
    with right:
        _trend(page)


@part
def _drivers(page: Page) -> None:
    """What moved net sales or the number of buyers: by its drivers, or by channel, store, tier …"""
    compared = page.filters.compared
    if compared is None:
        return
    st.markdown(f"##### {page.say('overview.drivers_title')}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="overview_moved"):
        outcome = st.segmented_control(
            page.say("overview.outcome"), OUTCOMES, default=OUTCOMES[0], required=True, key="overview_outcome",
            format_func=lambda name: REGISTRY[name].label.say(page.lang), label_visibility="collapsed",
            persist_state="session",
        )  # fmt: skip
        by = st.selectbox(
            page.say("overview.moved_by_what"), ("drivers", *SPLITS[str(outcome)]), key=f"overview_by_{outcome}",
            format_func=lambda name: page.say("overview.by_drivers") if name == "drivers"
            else naming.dimension(name, page.lang), label_visibility="collapsed", width=150, persist_state="session",
        )  # fmt: skip
    query = page.query("net_sales")
    if by != "drivers":
        _by_unit(page, str(outcome), str(by), compared)
        return
    drivers = page.load(moved, query, str(outcome))
    if drivers is None or not drivers.steps:
        st.caption(page.say("overview.drivers_unknown"))
        return
    unit = REGISTRY[str(outcome)].unit
    figures.chart(
        page, "drivers", (query, outcome), lambda: _waterfall(page, drivers, compared, str(unit)),
        alt=page.say("overview.drivers_title"),
    )  # fmt: skip
    st.caption(page.say(f"overview.drivers_note_{_formula(drivers, str(outcome))}"))


SPLITS = {
    "net_sales": ("channel", "store", "staff", "tier", "platform", "sales_channel", "region"),
    "buyers": ("channel", "store", "staff", "tier", "region"),
}
"""Outcome → what its change can be split by: sales by what orders have, buyers by what customers have."""

MOST_UNITS = 8


def _formula(drivers: Drivers, outcome: str) -> str:
    """Which product the steps are those of."""
    names = {name for name, _ in drivers.steps}
    if "buyers" in names:
        return "orders"
    return outcome if "reach" in names else f"{outcome}_unreached"


def _by_unit(page: Page, outcome: str, by: str, compared: Period) -> None:
    query = page.query("net_sales")
    found = page.load(split, query, outcome, by)
    if found.missing is not None:
        figures.need_step(page, found.missing)
        return
    whole = found.whole
    if whole is None or found.rows.empty:
        st.caption(page.say("overview.drivers_unknown"))
        return
    unit = str(REGISTRY[outcome].unit)
    figures.chart(
        page, "mix", (query, outcome, by), lambda: _waterfall(page, whole, compared, unit),
        alt=page.say("overview.drivers_title"),
    )  # fmt: skip
    frame = page.figure("overview.units", (query, outcome, by), lambda: _units(page, found))
    columns = ("before", "after", "change", "volume", "mix", "rate")
    labels = {"unit": naming.dimension(by, page.lang)} | {name: page.say(f"overview.unit_{name}") for name in columns}
    tables.show(page, "units", frame, labels=labels, units=dict.fromkeys(columns, unit), rows=MOST_UNITS)
    st.caption(page.say(f"overview.mix_note_{outcome}"))


def _units(page: Page, found: Split) -> pd.DataFrame:
    names = [
        page.say("overview.outside") if unit == OUTSIDE else naming.value(found.by, None if missing(unit) else unit,
                                                                          page.lang)
        for unit in found.rows["unit"]
    ]  # fmt: skip
    shown = ["unit", "before", "after", "change", "volume", "mix", "rate"]
    return found.rows.assign(unit=names)[shown]


def _waterfall(page: Page, drivers: Drivers, compared: Period, unit: str) -> charts.Spec:
    against = period_name(compared.first, compared.last, page.lang)
    brief = is_week(compared.first, compared.last) or is_month(compared.first, compared.last)
    whole = page.say("overview.whole_change", period=against) if brief else page.say("overview.whole")
    steps = [(page.say(f"drivers.{name}"), effect) for name, effect in drivers.steps]
    return charts.waterfall(steps, whole, unit, page.lang)


def _trend(page: Page) -> None:
    query = figures.weekly(page, *HEADLINE)
    result = page.load(run, query)
    if "net_sales" in result.missing or result.rows.empty:
        return
    figures.picture(
        page,
        "trend",
        page.say("overview.trend_title"),
        query,
        lambda: _weeks(page, result),
        table=lambda: tables.show(page, "trend", result.rows[["week", "net_sales"]]),
    )


def _weeks(page: Page, result: Result) -> charts.Spec:
    names, amounts = figures.columns_of(result.rows, "week", "net_sales")
    running = week(page.filters.period.last) if page.filters.period.last.weekday() < 6 else None
    return charts.columns(
        [name[5:] for name in names],
        amounts,
        "money",
        page.lang,
        unfinished=bool(names) and names[-1] == running,
        height=280,
    )


@part
def completeness(page: Page) -> None:
    """Freshness of each source and match rate, side by side."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(f"##### {page.say('overview.freshness_title')}")
        frame = page.figure("overview.sources", (), lambda: completeness_view.sources(page).drop(columns="first_day"))
        tables.show(page, "sources", frame, labels=_labels(page), units={"rows": "count"}, rows=8)
    with right:
        st.markdown(f"##### {page.say('overview.match_title')}")
        frame = page.figure("overview.match", (), lambda: _named_match(page))
        units = {"rows": "count", "matched": "count", "rate": "rate"}
        tables.show(page, "match", frame, labels=_labels(page), units=units, bars=("rate",), rows=8)


def _labels(page: Page) -> dict[str, str]:
    names = {
        "format": "source",
        "source": "source",
        "fact": "fact",
        "last_day": "last_day",
        "rows": "rows",
        "matched": "matched",
        "rate": "rate",
        "last_import_at": "last_import",
    }
    return {column: page.say(f"overview.{key}") for column, key in names.items()}


def _named_match(page: Page) -> pd.DataFrame:
    frame = page.load(freshness.match)
    return frame.assign(source=[naming.fact(name, page.lang) for name in frame["source"]])
