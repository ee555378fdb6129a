"""Is what I see complete? Sources × weeks, strong where a source has its usual rows, pale where it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sopdash.charts.palette import SEQUENTIAL
from sopdash.charts.template import Spec, figure, literal, names_axis

ROW = 26
NONE = SEQUENTIAL[0][1]
EDGE = 0.0001
"""Share of the largest week that still counts as empty."""


def coverage(
    down: Sequence[str],
    weeks: Sequence[str],
    rows: Mapping[tuple[str, str], int],
    said: Mapping[tuple[str, str], str],
) -> Spec:
    """One row per source, one column per week; a cell is as strong as its share of the source's largest week.

    `rows`: (source, week) → rows; `said`: the words of every cell's hover, empty cells too.
    """
    most = {
        name: max((count for (source, _), count in rows.items() if source == name), default=0) or 1 for name in down
    }
    cells = {
        "type": "heatmap",
        "x": [literal(week) for week in weeks],
        "y": [literal(name) for name in down],
        "z": [[rows.get((name, week), 0) / most[name] for week in weeks] for name in down],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, NONE], [EDGE, NONE], [EDGE, SEQUENTIAL[3][1]], [1, SEQUENTIAL[7][1]]],
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "customdata": [[said[(name, week)] for week in weeks] for name in down],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = {"xaxis": names_axis(side="top"), "yaxis": names_axis(autorange="reversed")}
    return figure([cells], ROW * len(down) + 34, **layout)
