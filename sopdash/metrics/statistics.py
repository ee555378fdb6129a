"""How sure are we? Intervals and tests for rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import NamedTuple

from scipy.stats import chi2, norm

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
    interval = newcombe(num, den, num_other, den_other)
    if interval.low != interval.low:
        return Comparison(nan, interval, nan, nan, nan)
    pooled = (num + num_other) / (den + den_other)
    spread = sqrt(pooled * (1 - pooled) * (1 / den + 1 / den_other))
    difference = num / den - num_other / den_other
    z = difference / spread if spread > 0 else 0.0
    return Comparison(difference, interval, z, z * z, float(chi2.sf(z * z, 1)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def _z(confidence: float) -> float:
    return float(norm.ppf(0.5 + confidence / 2))
