"""Customer lifetime value: what will each customer buy in the next year, and is the model any good on this data?

Expected purchases by BG/NBD, their value by Gamma-Gamma, discounted monthly. Time is in weeks, a purchase is a day with
orders. The check fits on the first two thirds of the weeks and predicts the last third, beside the naive guess that
everybody goes on buying at the own past rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from sopdash.models import bgnbd, gamma_gamma
from sopdash.models.bgnbd import BgNbd, Histories
from sopdash.models.gamma_gamma import GammaGamma, Spending
from sopdash.models.likelihood import Estimate, Floats, total

WEEKS_PER_MONTH = 4.345
MONTHS = 12
MONTHLY_RATE = 0.01
HORIZON = MONTHS * WEEKS_PER_MONTH
"""Weeks that expected orders and lifetime value look ahead."""

MIN_REPEAT_BUYERS = 100
MIN_WEEKS = 12
MAX_CORRELATION = 0.3
LAST_GROUP = 7
"""Customers with this many repeat purchases or more are one group of the check."""


@dataclass(frozen=True)
class Orders:
    """The model of how often, or the code of the reason why there is none."""

    model: BgNbd | None = None
    estimate: Estimate | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Money:
    """The model of how much; `correlation` of number and mean value of purchases, NaN where unknown."""

    model: GammaGamma | None = None
    estimate: Estimate | None = None
    correlation: float = nan
    refused: str | None = None


@dataclass(frozen=True)
class Holdout:
    """Customers of the calibration weeks, and what they bought in the `weeks` after: sums per history."""

    histories: Histories
    actual: Floats
    squares: Floats
    """Sum of the squared purchases of each customer behind a history."""
    weeks: float


@dataclass(frozen=True)
class Check:
    """Per group of customers (0, 1, … repeat purchases when the holdout began): purchases predicted, made, and guessed
    naively; errors are the root of the mean squared error per customer."""

    frequency: Floats
    customers: Floats
    predicted: Floats
    actual: Floats
    naive: Floats
    error_model: float
    error_naive: float


def orders(histories: Histories, weeks: float) -> Orders:
    """Fits BG/NBD, unless the history is too short or too few customers came back."""
    if weeks < MIN_WEEKS:
        return Orders(refused="short_history")
    if histories.count[histories.x > 0].sum() < MIN_REPEAT_BUYERS:
        return Orders(refused="few_repeat_buyers")
    model, estimate = bgnbd.fit(histories)
    return Orders(model, estimate) if estimate.settled else Orders(estimate=estimate, refused="orders_not_settled")


def money(spending: Spending) -> Money:
    """Fits Gamma-Gamma to repeat buyers, unless there are too few or value goes with frequency."""
    if spending.count.sum() < MIN_REPEAT_BUYERS:
        return Money(refused="few_repeat_buyers")
    correlation = spending.correlation()
    model, estimate = gamma_gamma.fit(spending)
    reason = None
    if not estimate.settled:
        reason = "money_not_settled"
    elif model.q <= 1:
        reason = "no_mean_value"
    elif abs(correlation) > MAX_CORRELATION:
        reason = "value_goes_with_frequency"
    return Money(model if reason is None else None, estimate, correlation, reason)


def discounted(model: BgNbd, x: Floats, t: Floats) -> Floats:
    """Purchases of the next `MONTHS` months of a customer who is active now, discounted by month."""
    sum_so_far, before = np.zeros_like(t), np.zeros_like(t)
    for month in range(1, MONTHS + 1):
        until = model.if_alive(month * WEEKS_PER_MONTH, x, t)
        sum_so_far += (until - before) / (1 + MONTHLY_RATE) ** month
        before = until
    return sum_so_far


def check(holdout: Holdout) -> Check | None:
    """Predicted against actual in the weeks held out; None where the weeks before are too thin to fit on."""
    seen = holdout.histories
    if not len(seen.t) or seen.count[seen.x > 0].sum() < MIN_REPEAT_BUYERS:
        return None
    model, estimate = bgnbd.fit(seen)
    if not estimate.settled:
        return None
    each = model.expected(holdout.weeks, seen.x, seen.t_x, seen.t)
    guess = np.where(seen.t > 0, seen.x / np.maximum(seen.t, 1e-9), 0.0) * holdout.weeks
    group = np.minimum(seen.x, LAST_GROUP).astype(np.int64)
    groups = np.unique(group)

    def summed(values: Floats) -> Floats:
        return np.bincount(group, weights=values).astype(np.float64)[groups]

    return Check(
        groups.astype(np.float64),
        summed(seen.count),
        summed(seen.count * each),
        summed(holdout.actual),
        summed(seen.count * guess),
        _error(holdout, each),
        _error(holdout, guess),
    )


def _error(holdout: Holdout, each: Floats) -> float:
    count = holdout.histories.count
    squared = total(each**2, count) - 2 * total(each, holdout.actual) + float(holdout.squares.sum())
    return sqrt(max(0.0, squared) / float(count.sum()))
