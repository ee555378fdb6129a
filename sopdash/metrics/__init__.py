"""The shared metrics module: every figure of every page, chart, list and command comes from here.

from sopdash.metrics import Period, Query, run
run(store, Query(("orders", "aov"), by=("week",), compare="previous"), viewer).rows
"""

from sopdash.metrics import cohorts, forecast, funnel, heatmap, statistics, survival, value
from sopdash.metrics.choices import choices
from sopdash.metrics.cohorts import CohortQuery
from sopdash.metrics.definition import Better, Combine, Grain, Metric, Room, Unit
from sopdash.metrics.forecast import FORECASTS, ForecastQuery
from sopdash.metrics.funnel import FunnelQuery
from sopdash.metrics.heatmap import HeatmapQuery
from sopdash.metrics.missing import Missing
from sopdash.metrics.notes import Note
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result, run
from sopdash.metrics.registry import DIMENSIONS, REGISTRY, catalogue_rows, metric
from sopdash.metrics.survival import SurvivalQuery

__all__ = [
    "DIMENSIONS",
    "FORECASTS",
    "REGISTRY",
    "Better",
    "CohortQuery",
    "Combine",
    "ForecastQuery",
    "FunnelQuery",
    "Grain",
    "HeatmapQuery",
    "Metric",
    "Missing",
    "Note",
    "Period",
    "Query",
    "Result",
    "Room",
    "SurvivalQuery",
    "Unit",
    "catalogue_rows",
    "choices",
    "cohorts",
    "forecast",
    "funnel",
    "heatmap",
    "metric",
    "run",
    "statistics",
    "survival",
    "value",
]
