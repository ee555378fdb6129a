"""What do the next weeks bring? Weekly members, active customers, orders and net sales, with intervals.

Whole weeks only. Several models are tried against the weeks that are known (rolling origins) beside the naive guess,
and what does not beat the naive guess is not shown as a forecast: see `sopdash.models.weekly`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.errors import UnknownName
from sopdash.metrics.filters import Predicate, Where
from sopdash.metrics.missing import Missing
from sopdash.metrics.notes import Note
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query
from sopdash.metrics.query import run as run_query
from sopdash.metrics.records import for_json
from sopdash.metrics.spine import DAY, after, label

if TYPE_CHECKING:
    from sopdash.models.weekly import Ahead
    from sopdash.warehouse import Store

FORECASTS = ("customers_held", "wau", "orders", "net_sales")
"""The metrics that can be forecast."""

WEEKS = 4
MOST_WEEKS = 26

HISTORY = ["week", "first", "value"]
AHEAD = ["week", "first", "value", "low", "high", "low80", "high80", "baseline"]
MODELS = ["model", "mase", "smape", "mae", "folds", "shown"]


@dataclass(frozen=True)
class ForecastQuery:
    """One question: `weeks` ahead of the last whole week of the data."""

    metric: str = "orders"
    weeks: int = WEEKS
    where: Where = ()
    segment: str | Predicate | None = None


@dataclass(frozen=True)
class Forecast:
    """`history`: week (2026-W46), its Monday, value. `ahead`: the same with the 95 % interval (`low`, `high`), the 80 %
    one, and the naive guess (`baseline`). `models`: every model tried, best first, with its error over the weeks that
    were forecast again (mase: in units of the naive one-step error; smape: a share of 1); `shown` marks the one in
    `ahead`. `shown` and `baseline` name models: naive (last week goes on), seasonal_naive (the same week of last
    year), smooth, trend, theta, and the same after taking out the yearly shape (yearly_…)."""

    metric: str
    history: pd.DataFrame
    ahead: pd.DataFrame
    models: pd.DataFrame
    shown: str | None = None
    baseline: str | None = None
    missing: Missing | None = None
    notes: tuple[Note, ...] = ()

    @property
    def beats_baseline(self) -> bool:
        """Whether a model did better than the naive guess; where not, the naive guess is what is shown."""
        return self.shown != self.baseline

    def as_json(self, lang: str = "en") -> dict[str, Any]:
        """The document of `python -m sopdash forecast --json`."""
        tables = {name: for_json(getattr(self, name)) for name in ("history", "ahead", "models")}
        document: dict[str, Any] = {"metric": self.metric, "shown": self.shown, "baseline": self.baseline, **tables}
        return document | ({"missing": {self.metric: self.missing.say(lang)}} if self.missing else {})


def lacks(store: Store, query: ForecastQuery, viewer: Viewer) -> Missing | None:
    """Why there would be no forecast, known before any model is tried."""
    history, missing, _ = _history(store, query, viewer)
    return missing or _too_short(len(history), query.weeks)


def run(store: Store, query: ForecastQuery, viewer: Viewer) -> Forecast:
    """Forecasts one metric; absent with a reason where the metric is, or where the history is too short."""
    if query.metric not in FORECASTS:
        raise UnknownName("unknown_choice", name="forecast", value=query.metric, allowed=FORECASTS)
    if not 1 <= query.weeks <= MOST_WEEKS:
        raise UnknownName("unknown_choice", name="weeks", value=query.weeks, allowed=(1, MOST_WEEKS))
    history, missing, notes = _history(store, query, viewer)
    missing = missing or _too_short(len(history), query.weeks)
    if missing:
        empty = pd.DataFrame(columns=AHEAD), pd.DataFrame(columns=MODELS)
        return Forecast(query.metric, history, *empty, missing=missing)
    from sopdash.models import weekly

    found = weekly.forecast(history["value"].to_numpy(dtype=np.float64), query.weeks)
    ahead = _ahead(found, after("week", history["first"].iloc[-1]))
    return Forecast(query.metric, history, ahead, _models(found), found.model, found.baseline, None, notes)


def _history(
    store: Store, query: ForecastQuery, viewer: Viewer
) -> tuple[pd.DataFrame, Missing | None, tuple[Note, ...]]:
    """The metric by whole weeks, from the first week that is known to the last."""
    nothing = pd.DataFrame(columns=HISTORY)
    data = Period.of_data(store)
    weeks = _whole_weeks(data) if data else None
    if weeks is None:
        return nothing, Missing("needs", {"needs": ("orders",)}), ()
    asked = Query((query.metric,), ("week",), weeks, tuple(query.where), query.segment)
    result = run_query(store, asked, viewer)
    if query.metric in result.missing:
        return nothing, result.missing[query.metric], ()
    values = result.rows[query.metric].astype("float64")
    firsts = [weeks.first + n * 7 * DAY for n in range(len(values))]
    frame = pd.DataFrame({"week": result.rows["week"], "first": firsts, "value": values})
    unknown = np.flatnonzero(values.isna())
    return frame.iloc[unknown[-1] + 1 if len(unknown) else 0 :].reset_index(drop=True), None, result.notes


def _whole_weeks(data: Period) -> Period | None:
    """From the first Monday of the data to its last Sunday."""
    first = data.first + (-data.first.weekday() % 7) * DAY
    last = Period.last_complete_week(data.last).last
    return Period(first, last) if first < last else None


def _too_short(have: int, weeks: int) -> Missing | None:
    from sopdash.models import weekly

    least = max(weekly.MIN_WEEKS, 3 * weeks)
    return Missing("forecast_short", {"ahead": weeks, "weeks": least, "have": have}) if have < least else None


def _ahead(found: Ahead, first: dt.date) -> pd.DataFrame:
    firsts = [first + n * 7 * DAY for n in range(len(found.value))]
    (low80, low), (high80, high) = found.low, found.high
    columns = {
        "week": [label("week", day) for day in firsts],
        "first": firsts,
        "value": found.value,
        "low": low,
        "high": high,
        "low80": low80,
        "high80": high80,
        "baseline": found.naive,
    }
    return pd.DataFrame(columns, columns=AHEAD)


def _models(found: Ahead) -> pd.DataFrame:
    told = [(one.model, one.mase, one.smape, one.mae, one.folds, one.model == found.model) for one in found.errors]
    return pd.DataFrame(told, columns=MODELS)
