"""Time to an event, with customers who are still waiting (censored): Kaplan-Meier and the log-rank test.

Both by statsmodels (lifelines, which the catalogue names, cannot be installed beside pandas 3). Callers count customers
per time in SQL: a million of them are a few hundred rows. Who is censored at a time is at risk at that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from sopdash.models.likelihood import Floats


@dataclass(frozen=True)
class Waiting:
    """Per distinct time, in rising order: how many had the event then, and how many were last seen then without it."""

    time: Floats
    events: Floats
    censored: Floats

    @property
    def at_risk(self) -> Floats:
        """How many were still waiting just before each time."""
        leaving = self.events + self.censored
        return np.asarray(leaving[::-1].cumsum()[::-1], dtype=np.float64)


@dataclass(frozen=True)
class Curve:
    """`survival`: the share still waiting after each time, with its interval (Greenwood's variance on log(−log S))."""

    time: Floats
    survival: Floats
    low: Floats
    high: Floats

    def at(self, time: float) -> float:
        """The share still waiting at `time`; NaN where nobody was watched that long."""
        if not len(self.time) or time > self.time[-1]:
            return nan
        index = int(np.searchsorted(self.time, time, side="right")) - 1
        return float(self.survival[index]) if index >= 0 else 1.0

    @property
    def median(self) -> float:
        """The first time at which at most half are still waiting; NaN while more are."""
        reached = np.flatnonzero(self.survival <= 0.5)
        return float(self.time[reached[0]]) if len(reached) else nan


@dataclass(frozen=True)
class LogRank:
    """Whether groups differ: χ², degrees of freedom, p."""

    chi2: float
    df: int
    p: float


def kaplan_meier(waiting: Waiting, confidence: float = 0.95) -> Curve:
    """The product-limit estimate."""
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    if not waiting.events.any():
        still = np.ones(len(waiting.time))
        return Curve(waiting.time, still, still, still)
    # One row per customer: with weights statsmodels gives Tsiatis' error of the hazard in place of Greenwood's.
    with np.errstate(all="ignore"):
        found = SurvfuncRight(*_each(waiting))
        at = np.searchsorted(found.surv_times, waiting.time, side="right")
        survival = np.append(1.0, found.surv_prob)[at]
        error = np.append(0.0, found.surv_prob_se)[at]
        half = float(norm.ppf(0.5 + confidence / 2)) * error / (survival * np.abs(np.log(survival)))
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    certain, gone = survival >= 1, survival <= 0
    low, high = (np.where(certain, 1.0, np.where(gone, 0.0, bound)) for bound in (low, high))
    return Curve(waiting.time, survival, low, high)


def log_rank(groups: Sequence[Waiting]) -> LogRank | None:
    """Tests whether the groups wait alike; None where there is nothing to compare."""
    from scipy.stats import chi2
    from statsmodels.duration.survfunc import survdiff

    groups = [group for group in groups if len(group.time)]
    if len(groups) < 2 or not any(group.events.any() for group in groups):
        return None
    times, happened = (np.concatenate(parts) for parts in zip(*(_each(group) for group in groups), strict=True))
    whose = np.repeat(np.arange(len(groups)), [int(group.at_risk[0]) for group in groups])
    try:
        with np.errstate(all="ignore"):
            statistic = float(survdiff(times, happened, whose)[0])
    except np.linalg.LinAlgError:  # nobody's event happened while somebody of another group was waiting
        return None
    df = len(groups) - 1
    return LogRank(statistic, df, float(chi2.sf(statistic, df))) if np.isfinite(statistic) else None


def _each(waiting: Waiting) -> tuple[Floats, Floats]:
    """Time and event (1) or censoring (0) of every single customer."""
    count = np.concatenate([waiting.events, waiting.censored]).astype(np.int64)
    times = np.concatenate([waiting.time, waiting.time])
    happened = np.concatenate([np.ones(len(waiting.time)), np.zeros(len(waiting.time))])
    return np.repeat(times, count), np.repeat(happened, count)
