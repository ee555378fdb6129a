"""What is a customer worth? Lifetime value by group, and how far the models behind it can be trusted."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.charts import Curve
from sopdash.charts.palette import MUTED
from sopdash.metrics import run, value
from sopdash.metrics.value import Fitted
from sopdash.text.formats import change, missing, number, show
from sopdash.ui import figures, naming, tables
from sopdash.ui.frame import Page

METRICS = ("clv", "clv_expected_orders", "p_alive")
DIMENSIONS = ("channel", "tier", "store", "life_cycle", "region")


def worth(page: Page) -> None:
    """Value by group, and the holdout check beside it."""
    st.markdown(f"##### {page.say('clv_page.title')}")
    fitted = page.load(value.run)
    reason = fitted.orders_missing or fitted.money_missing
    if reason is not None:
        figures.need_step(page, reason)
    if fitted.orders_missing is not None:
        return
    st.markdown(_checked(page, fitted))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _by(page)
    with right:
        _check(page, fitted)
    with st.expander(page.say("clv_page.parameters"), key="clv_parameters"):
        labels = {name: page.say(f"clv_page.column_{name}") for name in fitted.parameters.columns}
        units = {"value": "number", "error": "number"}
        tables.show(page, "parameters", fitted.parameters, labels=labels, units=units)
        st.caption(_fit(page, fitted))


def _by(page: Page) -> None:
    by = st.selectbox(
        page.say("clv_page.by"), DIMENSIONS, key="clv_by", width=150, label_visibility="collapsed",
        format_func=lambda name: naming.dimension(name, page.lang), persist_state="session",
    )  # fmt: skip
    found = page.load(run, page.query(*METRICS, by=(str(by),), compare=False))
    shown = [name for name in METRICS if name not in found.missing]
    if not shown or found.rows.empty:
        st.caption(page.say("ui.no_rows"))
        return
    frame = page.figure("retention.clv_by", (str(by), page.filters), lambda: _named(page, str(by), shown, found.rows))
    labels = {"buyers": page.say("clv_page.buyers")}
    tables.show(page, "value", frame, bars=shown[:1], labels=labels, units={"buyers": "count"}, rows=8)
    st.caption(" · ".join(note.say(page.lang) for note in found.notes))


def _named(page: Page, by: str, shown: list[str], rows: pd.DataFrame) -> pd.DataFrame:
    first = shown[0]
    parts = rows[rows[first].notna()].sort_values(first, ascending=False, ignore_index=True)
    names = [naming.value(by, None if missing(one) else one, page.lang) for one in parts[by]]
    kept = parts[[by, *shown]].assign(**{by: names})
    return kept.assign(buyers=parts[f"{first}__den"]) if f"{first}__den" in parts else kept


def _check(page: Page, fitted: Fitted) -> None:
    if fitted.check.empty:
        return
    figures.picture(
        page,
        "holdout",
        page.say("clv_page.check_title", weeks=number(fitted.holdout_weeks, page.lang)),
        "holdout",
        lambda: _drawn(page, fitted.check),
        table=lambda: tables.show(page, "holdout", fitted.check, labels=_labels(page), units=UNITS),
        note=page.say("clv_page.check_note"),
    )


UNITS = {"frequency": "count", "customers": "count", "predicted": "number", "actual": "number", "naive": "number"}


def _labels(page: Page) -> dict[str, str]:
    return {name: page.say(f"clv_page.check_{name}") for name in UNITS}


def _drawn(page: Page, check: pd.DataFrame) -> charts.Spec:
    groups, predicted, actual, naive = figures.columns_of(check, "frequency", "predicted", "actual", "naive")
    last = groups[-1]
    names = {place: f"{place:g}+" if place == last else f"{place:g}" for place in groups}
    lines = [
        Curve(page.say("clv_page.check_actual"), groups, actual),
        Curve(page.say("clv_page.check_predicted"), groups, predicted, colour="#D9772B"),
        Curve(page.say("clv_page.check_naive"), groups, naive, colour=MUTED, dashed=True),
    ]
    return charts.curves(lines, "number", page.lang, list(names.items()), height=240)


def _checked(page: Page, fitted: Fitted) -> str:
    """What the holdout says of the model, in one sentence."""
    better = fitted.better_than_naive
    if better is None or fitted.off_by is None:
        return page.say("clv_page.unchecked")
    return page.say(
        "clv_page.checked_better" if better else "clv_page.checked_worse",
        weeks=number(fitted.holdout_weeks, page.lang),
        predicted=number(fitted.holdout_predicted, page.lang),
        actual=number(fitted.holdout_actual, page.lang),
        off=change(fitted.off_by, "count", page.lang),
        error=number(fitted.error_model, page.lang, 2),
        naive=number(fitted.error_naive, page.lang, 2),
    )


def _fit(page: Page, fitted: Fitted) -> str:
    return page.say(
        "clv_page.fit",
        buyers=number(fitted.buyers, page.lang),
        repeat=number(fitted.repeat_buyers, page.lang),
        weeks=number(fitted.weeks, page.lang),
        likelihood=show(fitted.log_likelihood, "number", page.lang),
        correlation=show(fitted.correlation, "number", page.lang),
    )
