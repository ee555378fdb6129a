"""What is known, how fresh, how complete: days of the data, sources, match rates, metrics that are lit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sopdash.access import Viewer
from sopdash.metrics.definition import Metric
from sopdash.metrics.missing import Missing, covered, lacking
from sopdash.metrics.period import Period
from sopdash.metrics.query import filled
from sopdash.metrics.registry import REGISTRY

if TYPE_CHECKING:
    from sopdash.warehouse import Store


@dataclass(frozen=True)
class Known:
    """The days of the data (None: nothing was imported), and the share of orders with a known customer."""

    days: Period | None
    order_match: float | None


def known(store: Store, viewer: Viewer) -> Known:
    """What the title line of every page says."""
    sql = """
        -- How many orders name a customer? One row: all platforms.
        select sum(matched) / nullif(sum(rows), 0) from mart.match where source like 'orders%'
    """
    found = store.warehouse.rows(sql)
    share = found[0][0] if found else None
    return Known(Period.of_data(store), None if share is None else float(share))


def sources(store: Store, viewer: Viewer) -> pd.DataFrame:
    """Freshness, one row per format and fact: format, fact, first_day, last_day, rows, last_import_at."""
    return store.warehouse.frame(
        "select format, fact, first_day, last_day, rows, last_import_at from mart.sources "
        "order by last_day desc, format, fact"
    )


def supplying(known_sources: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """Of the rows of `sources`, those whose facts the metric needs."""
    facts = {part.split(".")[0] for need in metric.needs for part in need.split("|")}
    return known_sources[known_sources["fact"].isin(facts)]


def match(store: Store, viewer: Viewer) -> pd.DataFrame:
    """Rows and rows with a known customer by source, all platforms together: source, rows, matched, rate."""
    return store.warehouse.frame(
        "select source, sum(rows)::bigint as rows, sum(matched)::bigint as matched, "
        "sum(matched) / nullif(sum(rows), 0) as rate from mart.match group by source order by rows desc"
    )


def weeks(store: Store, viewer: Viewer) -> pd.DataFrame:
    """Which weeks each source covers, one row per format and week with rows: format, week (2026-W46), rows."""
    return store.warehouse.frame("select format, week, rows from mart.week_sources order by format, week")


def lit(store: Store, viewer: Viewer) -> dict[str, Missing | None]:
    """Every metric → why the data cannot show it, None where it can."""
    needs = (need for metric in REGISTRY.values() for need in metric.needs)
    have = covered(store) | filled(store, needs)
    return {name: lacking(have, metric.needs) for name, metric in REGISTRY.items()}
