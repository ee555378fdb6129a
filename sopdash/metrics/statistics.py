"""How sure are we? Intervals and tests for rates, means and medians.

scipy is imported where something is tested, and only its functions: all of scipy.stats takes a second to load, which
the first figures of a fresh process would wait for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, nan, sqrt
from typing import NamedTuple

import numpy as np

SMALL = 30
"""Denominators below this are greyed and not ranked."""


class Interval(NamedTuple):
    """A range for a rate or a difference of rates; NaN where there is none."""

    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """Two rates: `difference` = first − second, its Newcombe interval, and the pooled two-proportion z test."""

    difference: float
    interval: Interval
    z: float
    chi2: float
    p: float


def wilson(num: float, den: float, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of the rate num / den; NaN where there is no denominator or the rate is no share."""
    if not den > 0 or not 0 <= num <= den:
        return Interval(nan, nan)
    z = _z(confidence)
    rate, shrink = num / den, 1 + z * z / den
    middle = (rate + z * z / (2 * den)) / shrink
    half = z * sqrt(rate * (1 - rate) / den + z * z / (4 * den * den)) / shrink
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def newcombe(num: float, den: float, num_other: float, den_other: float, confidence: float = 0.95) -> Interval:
    """Newcombe's hybrid score interval (1998, method 10) of num / den − num_other / den_other."""
    one, other = wilson(num, den, confidence), wilson(num_other, den_other, confidence)
    if not (den > 0 and den_other > 0):
        return Interval(nan, nan)
    rate, rate_other = num / den, num_other / den_other
    below = sqrt((rate - one.low) ** 2 + (other.high - rate_other) ** 2)
    above = sqrt((one.high - rate) ** 2 + (rate_other - other.low) ** 2)
    return Interval(rate - rate_other - below, rate - rate_other + above)


def two_proportions(num: float, den: float, num_other: float, den_other: float) -> Comparison:
    """Tests whether two rates differ (pooled z, without continuity correction; χ² = z²); NaN without denominators."""
    from scipy.special import chdtrc

    interval = newcombe(num, den, num_other, den_other)
    if interval.low != interval.low:
        return Comparison(nan, interval, nan, nan, nan)
    pooled = (num + num_other) / (den + den_other)
    spread = sqrt(pooled * (1 - pooled) * (1 / den + 1 / den_other))
    difference = num / den - num_other / den_other
    z = difference / spread if spread > 0 else 0.0
    return Comparison(difference, interval, z, z * z, float(chdtrc(1, z * z)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def sample_size(rate: float, other: float, power: float = 0.8, confidence: float = 0.95) -> int:
    """How many per arm an A/B test needs to find a difference between two rates (two-sided, pooled z).

    10 % against 12 % at 80 % power: 3,841. Raises ValueError for equal rates or shares outside 0 to 1.
    """
    if rate == other or not (0 <= rate <= 1 and 0 <= other <= 1 and 0 < power < 1):
        raise ValueError(f"no sample size for {rate} against {other} at power {power}")
    pooled = (rate + other) / 2
    by_chance = _z(confidence) * sqrt(2 * pooled * (1 - pooled))
    by_effect = _normal(power) * sqrt(rate * (1 - rate) + other * (1 - other))
    return ceil(((by_chance + by_effect) / (rate - other)) ** 2)


def _z(confidence: float) -> float:
    return _normal(0.5 + confidence / 2)


def _normal(share: float) -> float:
    """The standard normal value that `share` of all lie below."""
    from scipy.special import ndtri

    return float(ndtri(share))


def _student(share: float, free: float) -> float:
    """Student's value that `share` of all lie below."""
    from scipy.special import stdtrit

    return float(stdtrit(free, share))


@dataclass(frozen=True)
class Moments:
    """What a mean stands on: how many values, their mean and sample variance. Two sets add up with `+`."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of(cls, values: Sequence[float] | np.ndarray) -> Moments:
        """Of the values; NaN where there are too few."""
        n = len(values)
        return cls(n, float(np.mean(values)) if n else nan, float(np.var(values, ddof=1)) if n > 1 else nan)

    def __add__(self, other: Moments) -> Moments:
        parts = [part for part in (self, other) if part.n]
        if len(parts) < 2:
            return parts[0] if parts else self
        n = self.n + other.n
        apart = other.mean - self.mean
        squares = _squares(self) + _squares(other) + apart * apart * self.n * other.n / n
        return Moments(n, self.mean + apart * other.n / n, squares / (n - 1))


def _squares(part: Moments) -> float:
    return part.variance * (part.n - 1) if part.n > 1 else 0.0


def welch(one: Moments, other: Moments, confidence: float = 0.95) -> tuple[Interval, float]:
    """Interval of the difference of two means and p of Welch's t test (unequal variances); NaN below two values."""
    from scipy.special import stdtr

    if min(one.n, other.n) < 2:
        return Interval(nan, nan), nan
    shares = one.variance / one.n, other.variance / other.n
    spread, difference = sqrt(sum(shares)), one.mean - other.mean
    if spread == 0:
        return Interval(difference, difference), 1.0 if difference == 0 else 0.0
    free = sum(shares) ** 2 / (shares[0] ** 2 / (one.n - 1) + shares[1] ** 2 / (other.n - 1))
    half = _student(0.5 + confidence / 2, free) * spread
    return Interval(difference - half, difference + half), float(2 * stdtr(free, -abs(difference) / spread))


def mean_interval(part: Moments, confidence: float = 0.95) -> Interval:
    """Student's interval of a mean; NaN below two values."""
    if part.n < 2:
        return Interval(nan, nan)
    half = _student(0.5 + confidence / 2, part.n - 1) * sqrt(part.variance / part.n)
    return Interval(part.mean - half, part.mean + half)


RESAMPLES = 2_000
_SEED = 20_261_122
"""Resampling starts from a fixed seed: the same data gives the same interval."""


def resampled_means(values: np.ndarray, resamples: int = RESAMPLES, seed: int = _SEED) -> np.ndarray:
    """Bootstrap distribution of the mean."""
    random = np.random.default_rng(seed)
    # A resample is how often each value is drawn; block by block, so that memory stays small.
    step = max(1, 2_000_000 // max(1, len(values)))
    blocks = [
        values[random.integers(0, len(values), (min(step, resamples - done), len(values)))].mean(axis=1)
        for done in range(0, resamples, step)
    ]
    return np.concatenate(blocks)


def resampled_quantiles(values: np.ndarray, share: float = 0.5, resamples: int = RESAMPLES, seed: int = _SEED
                        ) -> np.ndarray:  # fmt: skip
    """Bootstrap distribution of a quantile, drawn exactly: a resample's k-th value is the value at a Beta(k, n + 1 − k)
    share of the sorted ones, so that no resample has to be made."""
    ordered, n = np.sort(values), len(values)
    rank = min(n, int(share * (n - 1)) + 1)
    places = np.random.default_rng(seed).beta(rank, n + 1 - rank, resamples)
    drawn: np.ndarray = ordered[np.minimum((places * n).astype(int), n - 1)]
    return drawn


def percentiles(drawn: np.ndarray, confidence: float = 0.95) -> Interval:
    """The middle of a bootstrap distribution as interval."""
    low, high = np.quantile(drawn, (0.5 - confidence / 2, 0.5 + confidence / 2))
    return Interval(float(low), float(high))


def two_sided(drawn: np.ndarray) -> float:
    """p of "no difference" from a bootstrap distribution of differences: twice the smaller tail."""
    below, above = int((drawn <= 0).sum()), int((drawn >= 0).sum())
    return min(1.0, 2 * (min(below, above) + 1) / (len(drawn) + 1))
