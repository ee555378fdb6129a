"""Kaplan-Meier and log-rank: Freireich's leukaemia data, and an independent implementation."""

import numpy as np
import pytest

from sopdash.models.survival import Waiting, kaplan_meier, log_rank

# Freireich et al. (1963): weeks of remission; 6-MP: 21 children, 9 relapses (1), 12 censored (0); placebo: all relapsed
SIX_MP = [
    (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0),
    (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
]  # fmt: skip
PLACEBO = [(time, 1) for time in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def waiting(rows):
    times = sorted({time for time, _ in rows})
    events = [sum(1 for at, happened in rows if at == time and happened) for time in times]
    censored = [sum(1 for at, happened in rows if at == time and not happened) for time in times]
    return Waiting(np.array(times, float), np.array(events, float), np.array(censored, float))


def test_freireich():
    curve = kaplan_meier(waiting(SIX_MP))
    assert round(curve.at(6), 3) == 0.857  # 18 / 21: 3 of 21 relapse, the one censored at 6 is still at risk
    assert round(curve.at(23), 3) == 0.448
    assert curve.median == 23
    assert kaplan_meier(waiting(PLACEBO)).median == 8
    found = log_rank([waiting(SIX_MP), waiting(PLACEBO)])
    assert round(found.chi2, 2) == 16.79
    assert found.df == 1
    assert found.p < 0.0001


def test_the_interval_is_greenwoods_on_the_log_log_scale():
    curve = kaplan_meier(waiting(SIX_MP))
    at = list(curve.time).index(23)
    assert (round(curve.low[at], 3), round(curve.high[at], 3)) == (0.188, 0.680)  # as printed by SAS and R
    assert curve.low[at] < curve.survival[at] < curve.high[at]


def test_before_the_first_time_everybody_waits_and_after_the_last_nobody_knows():
    curve = kaplan_meier(waiting(SIX_MP))
    assert curve.at(3) == 1
    assert np.isnan(curve.at(36))
    assert np.isnan(kaplan_meier(waiting([(5, 0), (9, 0)])).median)


def test_three_groups_by_the_textbook():
    """Mantel-Haenszel with the hypergeometric covariance, time by time."""
    rng = np.random.default_rng(3)
    groups = [
        [(int(time), bool(happened)) for time, happened in zip(rng.geometric(p, 80), rng.random(80) < 0.7, strict=True)]
        for p in (0.05, 0.06, 0.09)
    ]
    surplus, covariance = np.zeros(3), np.zeros((3, 3))
    for time in sorted({at for rows in groups for at, happened in rows if happened}):
        risk = np.array([sum(at >= time for at, _ in rows) for rows in groups], float)
        events = np.array([sum(at == time and happened for at, happened in rows) for rows in groups], float)
        n, d = risk.sum(), events.sum()
        surplus += events - d * risk / n
        spread = d * (n - d) / (n - 1) / n**2 if n > 1 else 0
        covariance += spread * (np.diag(risk) * n - np.outer(risk, risk))
    chi2 = surplus[:2] @ np.linalg.inv(covariance[:2, :2]) @ surplus[:2]
    found = log_rank([waiting(rows) for rows in groups])
    assert (found.chi2, found.df) == (pytest.approx(chi2), 2)


def test_one_group_or_no_event_is_no_comparison():
    assert log_rank([waiting(SIX_MP)]) is None
    assert log_rank([waiting([(3, 0)]), waiting([(4, 0)])]) is None
    assert log_rank([]) is None
