"""Time to an event, with customers who are still waiting (censored): Kaplan-Meier and the log-rank test.

Everything is computed from counts per time, so that a million customers are a few hundred rows. Of those who are
censored at a time, all are at risk at that time.
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

    at_risk, events = waiting.at_risk, waiting.events
    with np.errstate(divide="ignore", invalid="ignore"):
        survival: Floats = np.cumprod(1 - events / at_risk).astype(np.float64)
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        half = float(norm.ppf(0.5 + confidence / 2)) * np.sqrt(variance) / np.abs(np.log(survival))
        low, high = survival ** np.exp(half), survival ** np.exp(-half)
    certain = survival >= 1
    gone = survival <= 0
    low, high = (np.where(certain, 1.0, np.where(gone, 0.0, bound)) for bound in (low, high))
    return Curve(waiting.time, survival, low, high)


def log_rank(groups: Sequence[Waiting]) -> LogRank | None:
    """Tests whether the groups wait alike; None where there is nothing to compare."""
    groups = [group for group in groups if len(group.time)]
    times = np.unique(np.concatenate([group.time[group.events > 0] for group in groups])) if groups else np.empty(0)
    if len(groups) < 2 or not len(times):
        return None
    events = np.array([_at(group.time, group.events, times) for group in groups])
    at_risk = np.array([_waiting_at(group, times) for group in groups])
    all_events, all_at_risk = events.sum(axis=0), at_risk.sum(axis=0)
    shares = at_risk / all_at_risk
    surplus = (events - shares * all_events).sum(axis=1)
    spread = all_events * (all_at_risk - all_events) / np.maximum(all_at_risk - 1, 1)
    covariance = np.diag((shares * spread).sum(axis=1)) - (shares * spread) @ shares.T
    return _tested(surplus, covariance)


def _tested(surplus: Floats, covariance: Floats) -> LogRank | None:
    from scipy.stats import chi2

    inverse = np.linalg.pinv(covariance)
    df = len(surplus) - 1
    if not np.isfinite(inverse).all() or not covariance.any():
        return None
    statistic = float(surplus @ inverse @ surplus)
    return LogRank(statistic, df, float(chi2.sf(statistic, df)))


def _at(own: Floats, values: Floats, times: Floats) -> Floats:
    """The values of a group at common times, 0 where it has none."""
    found = np.zeros(len(times))
    inside = np.isin(own, times)
    found[np.searchsorted(times, own[inside])] = values[inside]
    return found


def _waiting_at(group: Waiting, times: Floats) -> Floats:
    at_risk = np.append(group.at_risk, 0.0)
    return np.asarray(at_risk[np.searchsorted(group.time, times, side="left")], dtype=np.float64)
