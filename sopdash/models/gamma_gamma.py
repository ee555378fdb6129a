"""Gamma-Gamma: what is a purchase of this customer worth? (Fader and Hardie 2013)

Purchases of one customer vary around a mean of their own (gamma, shape p), the means vary between customers (gamma,
shape q and scale v of the inverse). How often somebody buys must not go with how much they spend.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy.special import gammaln, psi

from sopdash.models.likelihood import Estimate, Floats, condensed, maximise, total

START = (5.0, 4.0)
_STEPS_OF_LOG = 100
_MOST = 1 << 20


@dataclass(frozen=True)
class Spending:
    """Customers with x ≥ 1 purchases of the mean value `mean` > 0; each row stands for `count` of them."""

    x: Floats
    mean: Floats
    count: Floats

    def coarse(self) -> Spending:
        """The same customers with means rounded to one percent, to begin a search on."""
        percent = np.rint(np.log(self.mean) * _STEPS_OF_LOG) + _MOST // 2
        whole, count = condensed((self.x * _MOST + percent).astype(np.int64), self.count)
        means = np.exp((whole % _MOST - _MOST // 2) / _STEPS_OF_LOG)
        return Spending((whole // _MOST).astype(np.float64), means, count)

    def correlation(self) -> float:
        """Pearson's, between the number of purchases and their mean value; NaN where either does not vary."""
        customers = float(self.count.sum())
        dx = self.x - total(self.x, self.count) / customers
        dm = self.mean - total(self.mean, self.count) / customers
        spread = sqrt(total(dx**2, self.count) * total(dm**2, self.count))
        return total(dx * dm, self.count) / spread if spread > 0 else nan


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; q > 1 or the mean of all customers does not exist."""

    p: float
    q: float
    v: float

    @property
    def mean(self) -> float:
        """The expected value of a purchase of somebody about whom nothing is known."""
        return self.p * self.v / (self.q - 1)

    def expected(self, x: Floats, mean: Floats) -> Floats:
        """E[M | x, mean]: the customer's own mean, pulled to that of all the more, the fewer the purchases."""
        return (self.v + x * mean) * self.p / (self.p * x + self.q - 1)


def fit(spending: Spending) -> tuple[GammaGamma, Estimate]:
    """Maximum likelihood, unpenalised: first roughly, then exactly."""
    typical = float(np.median(spending.mean))
    start = (*START, typical * (START[1] - 1) / START[0])
    found = maximise(Likelihood(spending.coarse()), Likelihood(spending), start)
    return GammaGamma(*found.values), found


class Likelihood:
    """Log-likelihood (equation 1a of the note) and its gradient; gamma functions once per distinct x."""

    def __init__(self, spending: Spending) -> None:
        self.x, self.mean, self.count = spending.x, spending.mean, spending.count
        self.distinct, self.per_x = condensed(spending.x, spending.count)
        self.customers = float(self.count.sum())
        log_mean, log_x = np.log(self.mean), np.log(self.x)
        self.logs = total(self.x * (log_mean + log_x), self.count)  # what p multiplies
        self.fixed = -total(log_mean, self.count)
        self.sums = self.x * self.mean

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        p, q, v = (float(value) for value in parameters)
        n, weight = self.distinct, self.per_x
        shape = p * n + q
        spent = v + self.sums
        log_spent = np.log(spent)
        shapes = self.count * (p * self.x + q)
        height = total(gammaln(shape) - gammaln(p * n), weight) + self.customers * (q * np.log(v) - float(gammaln(q)))
        height += p * self.logs + self.fixed - total(log_spent, shapes)
        slope = np.array(
            [
                total(n * (psi(shape) - psi(p * n)), weight) + self.logs - total(log_spent, self.count * self.x),
                total(psi(shape), weight) + self.customers * (np.log(v) - psi(q)) - total(log_spent, self.count),
                self.customers * q / v - total(1 / spent, shapes),
            ]
        )
        return height, slope
