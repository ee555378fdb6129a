"""BG/NBD: how often do customers buy, and have they stopped? (Fader, Hardie and Lee 2005)

A customer is x repeat purchases, the last of them t_x after the first purchase, watched until t after it, all in one
unit of time (weeks). While active they buy at a rate that varies by a gamma distribution (r, α); after every purchase
they stop with a probability that varies by a beta distribution (a, b).

The expectation is written by Euler's transformation of the paper's ₂F₁, so that it neither overflows nor cancels for
customers with hundreds of purchases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, hyp2f1, psi

from sopdash.models.likelihood import Estimate, Floats, condensed, maximise, total

START = (1.0, 4.0, 1.0, 2.0)
_NUDGE = 1e-7
_MOST = 1 << 20


@dataclass(frozen=True)
class Histories:
    """Distinct histories, each standing for `count` customers: repeat purchases, time of the last one, time watched."""

    x: Floats
    t_x: Floats
    t: Floats
    count: Floats

    @property
    def customers(self) -> int:
        """How many customers stand behind them."""
        return int(self.count.sum())

    def coarse(self) -> Histories:
        """The same customers with times rounded to whole units: few distinct histories, to begin a search on."""
        key = (self.x * _MOST + np.rint(self.t_x)) * _MOST + np.rint(self.t)
        whole, count = condensed(key.astype(np.int64), self.count)
        x, t_x, t = whole // _MOST**2, whole // _MOST % _MOST, whole % _MOST
        return Histories(x.astype(np.float64), t_x.astype(np.float64), t.astype(np.float64), count)


@dataclass(frozen=True)
class BgNbd:
    """A fitted model."""

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, x: Floats, t_x: Floats, t: Floats) -> Floats:
        """P(still active at t | x, t_x, t); 1 for customers without a repeat purchase."""
        with np.errstate(divide="ignore", invalid="ignore"):
            odds = self.a / (self.b + x - 1) * np.exp((self.r + x) * np.log((self.alpha + t) / (self.alpha + t_x)))
        return 1 / (1 + np.where(x > 0, odds, 0.0))

    def expected(self, horizon: float, x: Floats, t_x: Floats, t: Floats) -> Floats:
        """E[Y(horizon) | x, t_x, t]: purchases in the `horizon` after t (equation 10)."""
        return self.if_alive(horizon, x, t) * self.alive(x, t_x, t)

    def if_alive(self, horizon: float, x: Floats, t: Floats) -> Floats:
        """The same for a customer known to be active at t; t_x does not matter then."""
        a = self.a if abs(self.a - 1) > _NUDGE else 1 + _NUDGE
        top = a + self.b + x - 1
        top = np.where(np.abs(top) > _NUDGE, top, _NUDGE)
        z = horizon / (self.alpha + t + horizon)
        series = hyp2f1(a + self.b - 1 - self.r, a - 1, top, z)
        return np.asarray(top / (a - 1) * (1 - (1 - z) ** (a - 1) * series), dtype=np.float64)


def fit(histories: Histories) -> tuple[BgNbd, Estimate]:
    """Maximum likelihood, unpenalised: first roughly, on times rounded to whole units, then exactly."""
    found = maximise(Likelihood(histories.coarse()), Likelihood(histories), START)
    return BgNbd(*found.values), found


class Likelihood:
    """Log-likelihood (equation 6 of the paper) and its gradient; gamma functions once per distinct x."""

    def __init__(self, histories: Histories) -> None:
        self.distinct, self.per_x = condensed(histories.x, histories.count)
        self.x, self.t_x, self.t, self.count = histories.x, histories.t_x, histories.t, histories.count
        self.repeated = self.x > 0
        self.customers = float(self.count.sum())

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = (float(value) for value in parameters)
        x, watched, bought = self.x, alpha + self.t, alpha + self.t_x
        log_watched, log_bought = np.log(watched), np.log(bought)
        after = np.where(self.repeated, b + x - 1, 1.0)
        staying = -(r + x) * log_watched
        leaving = np.where(self.repeated, np.log(a) - np.log(after) - (r + x) * log_bought, -np.inf)
        either = np.logaddexp(staying, leaving)
        left = np.exp(leaving - either)
        height = total(either, self.count) + self._constant(r, alpha, a, b)
        mixed_log = (1 - left) * log_watched + left * log_bought
        mixed = (r + x) * ((1 - left) / watched + left / bought)
        slope = np.array(
            [
                -total(mixed_log, self.count),
                -total(mixed, self.count),
                total(left, self.count) / a,
                -total(left / after, self.count),
            ]
        )
        return height, slope + self._constant_slope(r, alpha, a, b)

    def _constant(self, r: float, alpha: float, a: float, b: float) -> float:
        n = self.distinct
        each = gammaln(r + n) - gammaln(r) + r * np.log(alpha)
        each += gammaln(a + b) + gammaln(b + n) - gammaln(b) - gammaln(a + b + n)
        return total(each, self.per_x)

    def _constant_slope(self, r: float, alpha: float, a: float, b: float) -> Floats:
        n, weight = self.distinct, self.per_x
        both = psi(a + b) - psi(a + b + n)
        return np.array(
            [
                total(psi(r + n) - psi(r), weight) + self.customers * np.log(alpha),
                self.customers * r / alpha,
                total(both, weight),
                total(both + psi(b + n) - psi(b), weight),
            ]
        )
