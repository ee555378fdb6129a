"""From the statement's measures to figures: 0 where the source covers the days, else unknown; ratios; comparison.

On plain arrays: a page asks for many small results, and a data frame of a few rows costs as much as one of many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sopdash.metrics.compile import Plan, flag_column
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.definition import Combine, Measure, Metric, Unit
from sopdash.metrics.sources import PARTLY, Source, When

NOWHERE = -1
"""The place of a row that is not there."""


def nothing(columns: Sequence[str]) -> pd.DataFrame:
    """No rows, but the columns."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})


def rows(
    metrics: Sequence[Metric], plan: Plan, coverage: Coverage, now: pd.DataFrame, then: pd.DataFrame | None
) -> pd.DataFrame:
    """One row per bucket × keys; `then` is the same query over the earlier period, bucket for bucket."""
    if then is None:
        everywhere = np.arange(len(now))
        this = _Side(plan, coverage, now, everywhere, everywhere)
        return _frame({name: now[name] for name in plan.by}, [_figures(metric, this, "") for metric in metrics])
    this, that = _aligned(plan, coverage, now, then)
    figures = []
    for metric in metrics:
        current, earlier = _figures(metric, this, ""), _figures(metric, that, "__before")
        change = _change(metric, current[metric.name], earlier[f"{metric.name}__before"])
        change[_partly(metric, this) | _partly(metric, that)] = np.nan
        figures.append({**current, **earlier, f"{metric.name}__change": change})
    return _frame(_named(this, that), figures)


@dataclass
class _Side:
    """The statement's rows of one period in the order of the result: `at` the place of each, `bucket` the place of one
    in the same bucket, which has its days and labels also where a key has no row."""

    plan: Plan
    coverage: Coverage
    frame: pd.DataFrame
    at: np.ndarray
    bucket: np.ndarray
    _known: dict[Source, np.ndarray] = field(default_factory=dict)

    def column(self, name: str) -> np.ndarray:
        """A measure or flag as float, NaN where there is no row."""
        values = pd.to_numeric(self.frame[name]).to_numpy("float64", na_value=np.nan)
        placed: np.ndarray = np.append(values, np.nan)[self.at]
        return placed

    def known(self, source: Source) -> np.ndarray:
        """Which rows lie in days that the source covers."""
        if source not in self._known:
            self._known[source] = self.coverage.covers(source, self._day("first"), self._day("last"))
        return self._known[source]

    def _day(self, name: str) -> np.ndarray:
        days = self.frame[name].to_numpy("datetime64[s]")
        placed: np.ndarray = np.append(days, np.datetime64("NaT"))[self.bucket]
        return placed


def _frame(named: Mapping[str, Any], figures: Sequence[Mapping[str, np.ndarray]]) -> pd.DataFrame:
    return pd.DataFrame({**named, **{name: values for part in figures for name, values in part.items()}})


def _figures(metric: Metric, side: _Side, suffix: str) -> dict[str, np.ndarray]:
    name = f"{metric.name}{suffix}"
    num = _measured(metric.numerator, side)
    if metric.denominator is None:
        return {name: _whole(num) if metric.unit is Unit.COUNT else num}
    den = _measured(metric.denominator, side)
    if metric.combine is Combine.DIFFERENCE:
        return {name: _whole(num - den) if metric.unit is Unit.COUNT else num - den}
    value = _over(num, den) - 1 if metric.combine is Combine.GROWTH else _over(num, den)
    return {name: value, f"{name}__num": num, f"{name}__den": den}


def _measured(measure: Measure, side: _Side) -> np.ndarray:
    """The measure as float: NaN where unknown, 0 where nothing happened on days the source covers."""
    values = side.column(side.plan.measures[measure])
    known = side.known(measure.source)
    if measure.zero:
        values[np.isnan(values) & known] = 0.0
    if measure.source.when is not When.DURING:
        values[~known] = np.nan
    return values


def _over(num: np.ndarray, den: np.ndarray) -> np.ndarray:
    """The quotient, unknown where the denominator is 0."""
    quotient: np.ndarray = num / np.where(den == 0, np.nan, den)
    return quotient


def _whole(values: np.ndarray) -> np.ndarray:
    return values if np.isnan(values).any() else values.round().astype("int64")


def _change(metric: Metric, now: np.ndarray, then: np.ndarray) -> np.ndarray:
    """Rates: their difference (0.05 = 5 points); everything else: fraction of the earlier value."""
    moved: np.ndarray = now - then if metric.unit is Unit.RATE else _over(now, then.astype("float64")) - 1
    return moved


def _partly(metric: Metric, side: _Side) -> np.ndarray:
    """Which rows rest on reports of some of their days only."""
    partly = np.zeros(len(side.at), dtype=bool)
    for source in metric.sources:
        if PARTLY in source.flags:
            partly |= side.column(flag_column(source, PARTLY)) > 0
    return partly


def _aligned(plan: Plan, coverage: Coverage, now: pd.DataFrame, then: pd.DataFrame) -> tuple[_Side, _Side]:
    """Both periods over the same rows: the n-th bucket of one beside the n-th of the other, keys that either has."""
    here, there = _places(now, plan), _places(then, plan)
    buckets, earlier = ({row[0]: place for row, place in places.items()} for places in (here, there))
    both = list(dict.fromkeys((*here, *(row for row in there if row[0] in buckets))))
    if plan.keys:
        both.sort(key=lambda row: (row[0], *((value is None, value or "") for value in row[1:])))
    return (
        _Side(plan, coverage, now, *_found(both, here, buckets)),
        _Side(plan, coverage, then, *_found(both, there, earlier)),
    )


def _places(frame: pd.DataFrame, plan: Plan) -> dict[tuple[Any, ...], int]:
    """(bucket, keys) → the row's place; an unknown key is None."""
    keys = [[None if unknown else value for value, unknown in zip(frame[name], frame[name].isna(), strict=True)]
            for name in plan.keys]  # fmt: skip
    return {row: place for place, row in enumerate(zip(frame["bucket_no"].tolist(), *keys, strict=True))}


def _found(
    rows: list[tuple[Any, ...]], places: dict[tuple[Any, ...], int], buckets: dict[Any, int]
) -> tuple[np.ndarray, np.ndarray]:
    at = [places.get(row, NOWHERE) for row in rows]
    return np.array(at, dtype="int64"), np.array([buckets.get(row[0], NOWHERE) for row in rows], dtype="int64")


def _named(this: _Side, that: _Side) -> dict[str, Any]:
    """The dimensions of the rows: labels of time are those of the period itself."""
    plan = this.plan
    named: dict[str, Any] = {name: this.frame[name].take(this.bucket).array for name in plan.times}
    places = np.where(this.at == NOWHERE, len(this.frame) + that.at, this.at)
    for name in plan.keys:
        named[name] = pd.concat([this.frame[name], that.frame[name]]).take(places).array
    return {name: named[name] for name in plan.by}
