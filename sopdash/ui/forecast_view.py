"""What do the next weeks bring? One figure forecast, with its interval and the naive guess it has to beat."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.charts import Curve
from sopdash.charts.palette import MUTED
from sopdash.metrics import FORECASTS, REGISTRY, ForecastQuery, forecast
from sopdash.metrics.forecast import Forecast
from sopdash.text.formats import number, percent, show
from sopdash.ui import figures, tables
from sopdash.ui.frame import Page, part

WEEKS_SHOWN = 16
"""Weeks of history beside the forecast."""


@part
def ahead(page: Page) -> None:
    """The next weeks of a figure of choice; worked out when opened: trying all models takes longer than the page."""
    st.markdown(f"##### {page.say('overview.forecast_title')}")
    metric = st.segmented_control(
        page.say("overview.forecast_metric"),
        FORECASTS,
        default="net_sales",
        required=True,
        format_func=lambda name: REGISTRY[name].label.say(page.lang),
        key="overview_forecast",
        label_visibility="collapsed",
        persist_state="session",
    )
    query = ForecastQuery(str(metric), where=page.filters.where, segment=page.segment)
    missing = page.load(forecast.lacks, query)
    if missing:
        figures.need_step(page, missing)
        return
    title = page.say("overview.forecast_open")
    with st.expander(title, icon=":material/timeline:", key="overview_ahead", on_change="rerun") as place:
        if place.open:
            _shown(page, query)


def _shown(page: Page, query: ForecastQuery) -> None:
    found = page.load(forecast.run, query)
    st.markdown(_said(page, found))
    figures.chart(page, "forecast", query, lambda: _drawn(page, found), alt=page.say("overview.forecast_title"))
    st.caption(page.say("overview.forecast_note"))
    st.markdown(f"**{page.say('overview.forecast_models')}**")
    frame = page.figure("overview.models", query, lambda: _models(page, found))
    labels = {name: page.say(f"overview.model_{name}") for name in frame.columns}
    units = {"mase": "number", "smape": "rate", "mae": str(REGISTRY[found.metric].unit), "folds": "count"}
    tables.show(page, "models", frame, labels=labels, units=units)


def _said(page: Page, found: Forecast) -> str:
    unit = REGISTRY[found.metric].unit
    first = found.ahead.iloc[0]
    best = found.models[found.models["shown"]].iloc[0]
    naive = found.models[found.models["model"] == found.baseline].iloc[0]
    values = {
        "week": first["week"][5:],
        "value": show(first["value"], unit, page.lang),
        "low": show(first["low"], unit, page.lang),
        "high": show(first["high"], unit, page.lang),
        "error": percent(best["smape"], page.lang),
        "naive": percent(naive["smape"], page.lang),
        "folds": number(best["folds"], page.lang),
    }
    return page.say("overview.forecast_better" if found.beats_baseline else "overview.forecast_naive", **values)


def _drawn(page: Page, found: Forecast) -> charts.Spec:
    past = found.history.tail(WEEKS_SHOWN)
    weeks = [*past["week"], *found.ahead["week"]]
    last = len(past) - 1
    ahead = [last, *range(len(past), len(weeks))]
    today = past["value"].iloc[-1]

    def onwards(column: str) -> list[float]:
        return [today, *found.ahead[column]]

    words = [week[5:] for week in weeks]
    ticks = [(place, words[place]) for place in range(len(weeks) - 1, -1, -3)][::-1]
    drawn = [
        Curve("", [*range(len(past))], list(past["value"])),
        Curve(page.say("overview.forecast_line"), ahead, onwards("value"), onwards("low"), onwards("high")),
    ]
    if found.beats_baseline:
        line = page.say("overview.forecast_naive_line")
        drawn.append(Curve(line, ahead, onwards("baseline"), colour=MUTED, dashed=True))
    unit = REGISTRY[found.metric].unit
    return charts.curves(drawn, unit, page.lang, ticks, height=240, names=dict(enumerate(words)))


def _models(page: Page, found: Forecast) -> pd.DataFrame:
    named = [page.say(f"overview.method_{name}") for name in found.models["model"]]
    chosen = [page.say("overview.forecast_shown") if shown else "" for shown in found.models["shown"]]
    shown: pd.DataFrame = found.models.assign(model=named, shown=chosen)
    return shown
