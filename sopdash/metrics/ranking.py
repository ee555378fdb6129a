"""Who really stands out among many? Each store, channel, code or staff member against all the others together.

Of twenty stores one is far from the rest by chance alone at p < .05. So the p values of all units are adjusted by
Holm's step-down method: the chance of even one false alarm in the whole table stays at 5 %. Units below the least
count of the settings are shown, but neither tested nor ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics import samples, statistics
from sopdash.metrics.comparison import SURE, Method, method
from sopdash.metrics.definition import Better, Metric
from sopdash.metrics.missing import Missing
from sopdash.metrics.query import Query, run
from sopdash.metrics.registry import metric as registered
from sopdash.metrics.statistics import Moments

if TYPE_CHECKING:
    from sopdash.warehouse import Store


class Standing(StrEnum):
    """Where a unit stands against the rest; above and below are said as better and worse where a direction is."""

    ABOVE = "above"
    BELOW = "below"
    UNCLEAR = "unclear"
    SMALL = "small"


COLUMNS = ("unit", "value", "size", "numerator", "low", "high", "rest", "difference", "p", "p_holm", "standing")


@dataclass(frozen=True)
class Ranking:
    """`rows`: one per unit, best first (small ones last): value with 95 % interval, what it stands on (`size`), the
    figure of all other units together (`rest`), difference, p, Holm's p over all tested units, standing."""

    metric: str
    by: str
    rows: pd.DataFrame
    tested: int = 0
    missing: Missing | None = None


def ranking(store: Store, query: Query, viewer: Viewer) -> Ranking:
    """Ranks the values of the query's one dimension by its one metric: a rate or a mean."""
    metric, by = registered(query.metrics[0]), query.by[0]
    how = method(metric)
    if how not in (Method.RATES, Method.MEANS, Method.MONEY) or _pads(metric):
        return Ranking(metric.name, by, _framed([]), missing=Missing("not_testable"))
    result = run(store, Query((metric.name,), (by,), query.period, query.where, query.segment), viewer)
    if metric.name in result.missing:
        return Ranking(metric.name, by, _framed([]), missing=result.missing[metric.name])
    least = store.settings.minimum_count
    if how is Method.RATES:
        counts = {row[by]: (row[f"{metric.name}__num"], row[f"{metric.name}__den"]) for row in result.records()}
        rows = rates_ranked({unit: part for unit, part in counts.items() if None not in part}, least)
    elif result.period is None:
        rows = []
    else:
        found = samples.moments_by(store, metric.name, by, result.period, query.where, query.segment, viewer)
        rows = means_ranked({unit: part for unit, part in found.items() if part.n}, least)
    frame = _framed(_judged(rows, least))
    return Ranking(metric.name, by, _sorted(frame, metric.better), int(frame["p_holm"].notna().sum()))


def _pads(metric: Metric) -> bool:
    declared = samples.VALUES.get(metric.name)
    return declared is not None and declared.held_at_end


def rates_ranked(counts: dict[str | None, tuple[float, float]], least: float) -> list[dict[str, object]]:
    """One row per unit from (numerator, denominator), each tested against the sum of the others."""
    whole = [sum(part[place] for part in counts.values()) for place in (0, 1)]
    rows = []
    for unit, (top, bottom) in counts.items():
        if not bottom:
            continue
        rest = (whole[0] - top, whole[1] - bottom)
        p = statistics.two_proportions(top, bottom, *rest).p if bottom >= least and rest[1] > 0 else None
        rest_rate = rest[0] / rest[1] if rest[1] else nan
        rows.append(_row(unit, top / bottom, bottom, top, statistics.wilson(top, bottom), rest_rate, p))
    return rows


def means_ranked(parts: dict[str | None, Moments], least: float) -> list[dict[str, object]]:
    """One row per unit from the moments of its values, each tested against the others' values taken together."""
    rows = []
    for unit, own in parts.items():
        rest = Moments(0, nan, nan)
        for other, moments in parts.items():
            rest = rest + moments if other != unit else rest
        p = statistics.welch(own, rest)[1] if own.n >= least else None
        rows.append(_row(unit, own.mean, own.n, own.mean * own.n, statistics.mean_interval(own), rest.mean, p))
    return rows


def _row(
    unit: str | None, value: float, size: float, numerator: float, interval: statistics.Interval, rest: float,
    p: float | None,
) -> dict[str, object]:  # fmt: skip
    low, high = interval
    return {
        "unit": unit, "value": value, "size": size, "numerator": numerator, "low": low, "high": high, "rest": rest,
        "difference": value - rest, "p": nan if p is None else p,
    }  # fmt: skip


def _judged(rows: list[dict[str, object]], least: float) -> list[dict[str, object]]:
    """The rows with Holm's p and the standing it gives."""
    tested = [row for row in rows if not np.isnan(float(row["p"]))]  # type: ignore[arg-type]
    adjusted = statistics.holm([float(row["p"]) for row in tested])  # type: ignore[arg-type]
    for row, p in zip(tested, adjusted, strict=True):
        above = float(row["difference"]) > 0  # type: ignore[arg-type]
        sure = Standing.ABOVE if above else Standing.BELOW
        row |= {"p_holm": p, "standing": sure if p < SURE else Standing.UNCLEAR}
    for row in rows:
        small = float(row["size"]) < least  # type: ignore[arg-type]
        row.setdefault("p_holm", nan)
        row.setdefault("standing", Standing.SMALL if small else Standing.UNCLEAR)
    return rows


def _framed(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _sorted(frame: pd.DataFrame, better: Better) -> pd.DataFrame:
    small = (frame["standing"] == Standing.SMALL).to_numpy()
    order = frame.assign(small=small).sort_values(
        ["small", "value"], ascending=[True, better is Better.LOWER], kind="stable"
    )
    return order.drop(columns="small").reset_index(drop=True)
