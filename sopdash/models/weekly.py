"""Forecasts of a weekly series: a few well-known models, measured by rolling origins beside the naive guess.

The last weeks are forecast again and again from the weeks before them; the model with the smallest error (MASE) wins,
and a model that does not beat the naive guess is not used. Intervals come from the errors made that way, so they
say how wrong the forecasts were on this series and not how right a formula thinks they are.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from typing import Any

import numpy as np

from sopdash.models.likelihood import Floats

SEASON = 52
MIN_WEEKS = 16
MAX_FOLDS = 10
LEVELS = (0.8, 0.95)
LEAST_GAIN = 0.01
"""A model is better than the naive guess when its error is smaller by this share at least."""

Forecaster = Callable[[Floats, int], Floats]
"""A history and how many weeks → the weeks ahead."""


@dataclass(frozen=True)
class Error:
    """How far the forecasts of one model were off over all folds and weeks ahead. `mase`: mean absolute error in units
    of the one-step naive guess within the history (NaN where that never erred); `smape`: symmetric, a share of 1."""

    model: str
    mase: float
    smape: float
    mae: float
    folds: int

    @property
    def size(self) -> float:
        """What models are compared by: mase, or mae where the history never moved; a model that failed is infinitely
        far off."""
        told = self.mase if isfinite(self.mase) else self.mae
        return told if isfinite(told) else inf


@dataclass(frozen=True)
class Ahead:
    """The weeks ahead by the model in use; `low` and `high` by level of `LEVELS`; `baseline`: the naive guess."""

    model: str
    baseline: str
    value: Floats
    low: tuple[Floats, ...]
    high: tuple[Floats, ...]
    naive: Floats
    errors: tuple[Error, ...]
    """Of the best model, the baseline and the others, the smallest first."""

    @property
    def beats_naive(self) -> bool:
        """Whether a model does better than the naive guess; where not, the naive guess is the forecast."""
        return self.model != self.baseline


def forecast(history: Floats, weeks: int) -> Ahead:
    """Chooses, measures and forecasts; the history has at least `MIN_WEEKS` weeks and at least 3 × `weeks`."""
    models = _candidates(len(history))
    baseline = next(iter(models))
    folds = _origins(len(history), weeks)
    misses = {name: _misses(model, history, folds, weeks) for name, model in models.items()}
    errors = {name: _error(name, missed, history, folds) for name, missed in misses.items()}
    order = sorted(errors, key=lambda name: errors[name].size)
    best = order[0] if errors[order[0]].size < errors[baseline].size * (1 - LEAST_GAIN) else baseline
    value = models[best](history, weeks)
    halves = [_half_widths(misses[best], level) for level in LEVELS]
    return Ahead(
        best,
        baseline,
        np.maximum(value, 0.0),
        tuple(np.maximum(value - half, 0.0) for half in halves),
        tuple(value + half for half in halves),
        models[baseline](history, weeks),
        tuple(errors[name] for name in order),
    )


def _candidates(weeks: int) -> dict[str, Forecaster]:
    """The naive guess first: the same week of last year where two years are known, else the last week."""
    models: dict[str, Forecaster] = {"smooth": _smooth, "trend": _trend, "theta": _theta}
    if weeks >= 2 * SEASON:
        yearly = {"seasonal_naive": _seasonal_naive, "naive": _naive}
        return yearly | models | {f"yearly_{name}": _with_season(model) for name, model in models.items()}
    return {"naive": _naive} | models


def _naive(history: Floats, weeks: int) -> Floats:
    return np.full(weeks, history[-1])


def _seasonal_naive(history: Floats, weeks: int) -> Floats:
    return np.asarray(np.resize(history[-SEASON:], weeks), dtype=np.float64)


def _smooth(history: Floats, weeks: int) -> Floats:
    """Simple exponential smoothing."""
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing

    return _fitted(lambda: SimpleExpSmoothing(history, initialization_method="estimated").fit(use_brute=False), weeks)


def _trend(history: Floats, weeks: int) -> Floats:
    """Holt's damped trend."""
    from statsmodels.tsa.holtwinters import Holt

    model = Holt(history, damped_trend=True, initialization_method="estimated")
    return _fitted(lambda: model.fit(use_brute=False), weeks)


def _theta(history: Floats, weeks: int) -> Floats:
    """The theta method of Assimakopoulos and Nikolopoulos."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    return _fitted(lambda: ThetaModel(history, period=1, deseasonalize=False).fit(), weeks)


def _with_season(model: Forecaster) -> Forecaster:
    """The model on the series without its mean yearly shape, which is then put back."""

    def forecast_with_season(history: Floats, weeks: int) -> Floats:
        week = np.arange(len(history)) % SEASON
        shape = np.bincount(week, weights=history - _level(history)) / np.bincount(week)
        ahead = (len(history) + np.arange(weeks)) % SEASON
        return model(history - shape[week], weeks) + shape[ahead]

    return forecast_with_season


def _level(history: Floats) -> Floats:
    """The mean of the year around each week: trailing at the start and the end."""
    sums = np.concatenate([[0.0], history.cumsum()])
    first = np.clip(np.arange(len(history)) - SEASON // 2, 0, len(history) - SEASON)
    return np.asarray((sums[first + SEASON] - sums[first]) / SEASON, dtype=np.float64)


def _fitted(fit: Callable[[], Any], weeks: int) -> Floats:
    """The forecast of a model of statsmodels; NaN where it cannot be fitted."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # it warns of every search that stopped early; the backtest judges the result
        try:
            return np.asarray(fit().forecast(weeks), dtype=np.float64)
        except (ValueError, np.linalg.LinAlgError, FloatingPointError):
            return np.full(weeks, nan)


def _origins(length: int, weeks: int) -> list[int]:
    """Where each fold ends its history: the last `MAX_FOLDS` origins with a whole horizon after them."""
    last = length - weeks
    first = max(length // 2, 8, last - MAX_FOLDS + 1)
    return list(range(min(first, last), last + 1))


def _misses(model: Forecaster, history: Floats, folds: list[int], weeks: int) -> Floats:
    """Actual minus forecast, fold × week ahead."""
    return np.array([history[origin : origin + weeks] - model(history[:origin], weeks) for origin in folds])


def _error(name: str, misses: Floats, history: Floats, folds: list[int]) -> Error:
    actual = np.array([history[origin : origin + misses.shape[1]] for origin in folds])
    scale = np.array([np.abs(np.diff(history[:origin])).mean() for origin in folds])
    mae = float(np.abs(misses).mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        mase = float((np.abs(misses).mean(axis=1) / scale).mean()) if (scale > 0).all() else nan
        both = (np.abs(actual) + np.abs(actual - misses)) / 2
        smape = float(np.where(both > 0, np.abs(misses) / both, 0.0).mean())
    return Error(name, mase, smape, mae, len(folds))


def _half_widths(misses: Floats, level: float) -> Floats:
    """Half the interval per week ahead: Student's quantile × root mean squared error, never narrower than before."""
    from scipy.stats import t

    folds = len(misses)
    spread = np.sqrt((misses**2).mean(axis=0))
    quantile = float(t.ppf(0.5 + level / 2, max(folds - 1, 1)))
    return np.asarray(np.maximum.accumulate(spread) * quantile * sqrt(1 + 1 / folds), dtype=np.float64)
