"""The demo's calendar: fixed dates, so that the same seed always gives the same files."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Times = NDArray[Any]
"""datetime64 or timedelta64 values; numpy's stubs lose the difference in arithmetic."""

FIRST = date(2026, 8, 24)
"""Monday the private domain was started: first follow, first group."""
LAST = date(2026, 11, 15)
"""Sunday the exports end: the last complete ISO week before the demo's fixed today, 2026-11-16."""
HISTORY = date(2026, 6, 29)
"""First day of the shops' order exports: eight weeks of orders before anybody was added."""

START = np.datetime64(FIRST, "s")
END = np.datetime64(LAST, "s") + np.timedelta64(1, "D")
ORDERS_START = np.datetime64(HISTORY, "s")
LAST_WEEK = END - np.timedelta64(7, "D")

DAY, HOUR, MINUTE = 86_400, 3_600, 60

_HOURS = np.array([3, 1, 0.5, 0.3, 0.3, 0.6, 2, 4, 6, 7, 8, 8, 10, 8, 6, 6, 6, 7, 9, 13, 19, 20, 13, 6])
"""Relative activity by hour: a bump at noon, the peak at 20–22 h."""
_WEEKDAYS = np.array([0.95, 0.9, 1.0, 0.95, 1.05, 1.15, 1.2])


def clock(rng: np.random.Generator, size: int) -> Times:
    """Times of day drawn from the hourly profile."""
    hours = rng.choice(24, size=size, p=_HOURS / _HOURS.sum())
    return (hours * HOUR + rng.integers(0, HOUR, size)).astype("timedelta64[s]")


def at_clock(rng: np.random.Generator, times: Times) -> Times:
    """The same days at times of day drawn from the hourly profile."""
    return times.astype("datetime64[D]").astype("datetime64[s]") + clock(rng, len(times))


def seconds(values: NDArray[np.float64]) -> Times:
    """Float seconds as whole-second durations."""
    return np.rint(values).astype("int64").astype("timedelta64[s]")


def programme_days() -> Times:
    """Every day from FIRST to LAST."""
    return np.arange(np.datetime64(FIRST, "D"), np.datetime64(LAST, "D") + 1)


def day_weights(growth: float) -> NDArray[np.float64]:
    """Chance of each programme day: weekday pattern, the member day on the 8th, growing by `growth` over the weeks."""
    days = programme_days()
    weekday = (days.astype("int64") + 3) % 7
    trend = np.linspace(1, 1 + growth, len(days))
    of_month = (days - days.astype("datetime64[M]")).astype("int64") + 1
    weights = _WEEKDAYS[weekday] * trend * np.where(of_month == 8, 1.5, 1.0)
    return np.asarray(weights / weights.sum())
