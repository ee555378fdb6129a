"""Figures as plain dictionaries from plain columns; one template, right in light and dark."""

from sopdash.charts.bars import bars, columns
from sopdash.charts.coverage import coverage
from sopdash.charts.curves import Curve, curves
from sopdash.charts.flows import flows
from sopdash.charts.funnel import funnel
from sopdash.charts.heatmaps import cohorts, hours
from sopdash.charts.lines import lines
from sopdash.charts.sankey import sankey
from sopdash.charts.scatters import bubbles
from sopdash.charts.scores import scores
from sopdash.charts.template import CONFIG, Ready, Spec
from sopdash.charts.waterfalls import waterfall

__all__ = [
    "CONFIG",
    "Curve",
    "Ready",
    "Spec",
    "bars",
    "bubbles",
    "cohorts",
    "columns",
    "coverage",
    "curves",
    "flows",
    "funnel",
    "hours",
    "lines",
    "sankey",
    "scores",
    "waterfall",
]
