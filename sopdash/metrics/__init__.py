"""The shared metrics module: every figure of every page, chart, list and command comes from here.

from sopdash.metrics import Period, Query, run
run(store, Query(("orders", "aov"), by=("week",), compare="previous"), viewer).rows
"""

from sopdash.metrics import cohorts, funnel, heatmap, statistics
from sopdash.metrics.choices import choices
from sopdash.metrics.cohorts import CohortQuery
from sopdash.metrics.definition import Better, Combine, Grain, Metric, Room, Unit
from sopdash.metrics.funnel import FunnelQuery
from sopdash.metrics.heatmap import HeatmapQuery
from sopdash.metrics.missing import Missing
from sopdash.metrics.notes import Note
from sopdash.metrics.period import Period
from sopdash.metrics.query import Query, Result, run
from sopdash.metrics.registry import DIMENSIONS, REGISTRY, catalogue_rows, metric

__all__ = [
    "DIMENSIONS",
    "REGISTRY",
    "Better",
    "CohortQuery",
    "Combine",
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
    "Unit",
    "catalogue_rows",
    "choices",
    "cohorts",
    "funnel",
    "heatmap",
    "metric",
    "run",
    "statistics",
]
