"""From the statement's measures to figures: 0 where the source covers the days, else unknown; ratios; comparison."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sopdash.metrics.compile import Plan, flag_column
from sopdash.metrics.coverage import Coverage
from sopdash.metrics.definition import Combine, Measure, Metric, Unit
from sopdash.metrics.sources import PARTLY, When

BUCKET = ["bucket_no", "first", "last"]


def nothing(columns: Sequence[str]) -> pd.DataFrame:
    """No rows, but the columns."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in columns})


def rows(
    metrics: Sequence[Metric], plan: Plan, coverage: Coverage, now: pd.DataFrame, then: pd.DataFrame | None
) -> pd.DataFrame:
    """One row per bucket × keys; `then` is the same query over the earlier period, bucket for bucket."""
    if then is None:
        figures = [_figures(metric, plan, coverage, now, "") for metric in metrics]
        return _frame(now, plan, figures)
    now, then = _aligned(now, then, plan)
    figures = []
    for metric in metrics:
        current, earlier = _figures(metric, plan, coverage, now, ""), _figures(metric, plan, coverage, then, "__before")
        change = _change(metric, current[metric.name], earlier[f"{metric.name}__before"])
        change = change.mask(_partly(metric, now) | _partly(metric, then))
        figures.append({**current, **earlier, f"{metric.name}__change": change})
    return _frame(now, plan, figures)


def _frame(base: pd.DataFrame, plan: Plan, figures: Sequence[dict[str, pd.Series]]) -> pd.DataFrame:
    columns = {name: base[name] for name in plan.by} | {name: s for part in figures for name, s in part.items()}
    return pd.DataFrame(columns, index=base.index).reset_index(drop=True)


def _figures(metric: Metric, plan: Plan, coverage: Coverage, frame: pd.DataFrame, suffix: str) -> dict[str, pd.Series]:
    name = f"{metric.name}{suffix}"
    num = _measured(metric.numerator, plan, coverage, frame)
    if metric.denominator is None:
        return {name: _whole(num) if metric.unit is Unit.COUNT else num}
    den = _measured(metric.denominator, plan, coverage, frame)
    match metric.combine:
        case Combine.DIFFERENCE:
            return {name: _whole(num - den) if metric.unit is Unit.COUNT else num - den}
        case Combine.GROWTH:
            value = num / den.where(den != 0) - 1
        case _:
            value = num / den.where(den != 0)
    return {name: value, f"{name}__num": num, f"{name}__den": den}


def _measured(measure: Measure, plan: Plan, coverage: Coverage, frame: pd.DataFrame) -> pd.Series:
    """The measure as float: NaN where unknown, 0 where nothing happened on days the source covers."""
    values = pd.to_numeric(frame[plan.measures[measure]]).to_numpy("float64", copy=True, na_value=np.nan)
    known = coverage.covers(measure.source, frame["first"], frame["last"]).to_numpy()
    if measure.zero:
        values[np.isnan(values) & known] = 0.0
    if measure.source.when is not When.DURING:
        values[~known] = np.nan
    return pd.Series(values, index=frame.index)


def _whole(values: pd.Series) -> pd.Series:
    return values if values.isna().any() else values.round().astype("int64")


def _change(metric: Metric, now: pd.Series, then: pd.Series) -> pd.Series:
    """Rates: their difference (0.05 = 5 points); everything else: fraction of the earlier value."""
    if metric.unit is Unit.RATE:
        return now - then
    earlier = then.astype("float64")
    return now / earlier.where(earlier != 0) - 1


def _partly(metric: Metric, frame: pd.DataFrame) -> pd.Series:
    """Which rows rest on reports of some of their days only."""
    partly = pd.Series(False, index=frame.index)
    for source in metric.sources:
        if PARTLY in source.flags:
            partly |= pd.to_numeric(frame[flag_column(source, PARTLY)]).fillna(0) > 0
    return partly


def _aligned(now: pd.DataFrame, then: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both frames over the same rows: the n-th bucket of one beside the n-th of the other, keys that either has."""
    keys = ["bucket_no", *plan.keys]
    both = pd.concat([now[keys], then.loc[then["bucket_no"].isin(now["bucket_no"].unique()), keys]])
    both = both.drop_duplicates().reset_index(drop=True)
    if plan.keys:
        both = both.sort_values(keys, kind="stable", na_position="last").reset_index(drop=True)
    return _over(both, now, plan), _over(both, then, plan)


def _over(both: pd.DataFrame, frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """`frame` over the rows of `both`; the days and labels of a bucket are known also where a key has no row."""
    buckets = frame[[*BUCKET, *plan.times]].drop_duplicates("bucket_no")
    figures = frame.drop(columns=["first", "last", *plan.times])
    return both.merge(buckets, on="bucket_no", how="left").merge(figures, on=["bucket_no", *plan.keys], how="left")
