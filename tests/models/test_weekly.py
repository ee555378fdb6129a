"""Forecasts: a model that is no better than the naive guess is not used, and intervals hold what they promise."""

import numpy as np
import pytest

from sopdash.models import weekly
from sopdash.models.weekly import forecast


def test_a_steady_rise_is_seen():
    history = 1000 + 25 * np.arange(40) + np.random.default_rng(1).normal(0, 5, 40)
    found = forecast(history, 6)
    assert found.beats_naive
    assert found.value == pytest.approx(1000 + 25 * np.arange(40, 46), rel=0.02)
    assert list(found.naive) == [history[-1]] * 6
    best, *others = found.errors
    assert best.model == found.model
    assert all(best.mase <= other.mase for other in others)


def test_a_random_walk_is_left_to_the_naive_guess():
    history = 1000 + np.cumsum(np.random.default_rng(4).normal(0, 20, 60))
    found = forecast(history, 4)
    baseline = next(error for error in found.errors if error.model == found.baseline)
    best = found.errors[0]
    if found.beats_naive:
        assert best.mase < baseline.mase
    else:
        assert list(found.value) == list(found.naive)
        assert found.model == "naive"


def test_what_does_not_beat_the_naive_guess_is_not_used(monkeypatch):
    monkeypatch.setattr(weekly, "_smooth", lambda history, weeks: history[-1] + np.full(weeks, 50.0))
    monkeypatch.setattr(weekly, "_trend", lambda history, weeks: np.full(weeks, np.nan))
    monkeypatch.setattr(weekly, "_theta", lambda history, weeks: history[-1] - np.full(weeks, 50.0))
    found = forecast(np.tile([100.0, 101.0], 15), 4)
    assert (found.model, found.beats_naive) == ("naive", False)
    assert found.errors[0].model == "naive"
    assert found.errors[-1].model == "trend"  # could not be fitted


def test_the_year_comes_back_where_two_are_known():
    week = np.arange(130)
    history = 1000 + 300 * np.sin(week / 52 * 2 * np.pi) + np.random.default_rng(2).normal(0, 10, 130)
    found = forecast(history, 8)
    assert found.baseline == "seasonal_naive"
    assert list(found.naive) == list(history[78:86])  # the same weeks a year before
    truth = 1000 + 300 * np.sin(np.arange(130, 138) / 52 * 2 * np.pi)
    assert np.abs(found.value - truth).max() < 40


def test_intervals_widen_and_hold_the_truth():
    rng = np.random.default_rng(8)
    inside = []
    for _ in range(6):
        series = 1000 + np.cumsum(rng.normal(0, 20, 44))
        found = forecast(series[:40], 4)
        (low80, low95), (_, high95) = found.low, found.high
        assert np.all(np.diff(high95 - found.value) >= -1e-9)
        assert np.all(low95 <= low80)
        inside += list((series[40:] >= low95) & (series[40:] <= high95))
    assert np.mean(inside) > 0.8  # 24 weeks at 95 %


def test_the_error_by_hand(monkeypatch):
    # 16 weeks, the last 4 of them held out once: 10, 12, 10, 12 … forecast by the last value 12
    monkeypatch.setattr(weekly, "MAX_FOLDS", 1)
    found = forecast(np.tile([10.0, 12.0], 8), 4)
    naive = next(error for error in found.errors if error.model == "naive")
    assert naive.mae == pytest.approx((2 + 0 + 2 + 0) / 4)
    assert naive.mase == pytest.approx(1 / 2)  # mean step within the history: 2
    assert naive.smape == pytest.approx((2 / 11 + 0 + 2 / 11 + 0) / 4)
    assert naive.folds == 1


def test_nothing_goes_below_zero():
    found = forecast(np.linspace(60, 1, 30), 8)
    assert min(found.value.min(), *(low.min() for low in found.low)) >= 0
