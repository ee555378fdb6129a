"""When, and who comes back? Hour × weekday, and the cohort triangle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sopdash.charts.palette import SEQUENTIAL
from sopdash.charts.template import Spec, figure, literal, names_axis, values
from sopdash.text import say
from sopdash.text.formats import percent, short, weekday


def hours(matrix: Sequence[Sequence[Any]], lang: str) -> Spec:
    """7 × 24 counts, Monday first: when are people active? Zero stays blank."""
    rows = [[value or None for value in values(row)] for row in matrix]
    names = [weekday(index, lang) for index in range(7)]
    said = [
        [f"{names[day]} {hour:02d}:00–{hour + 1:02d}:00<br>{short(value or 0, lang)}" for hour, value in enumerate(row)]
        for day, row in enumerate(rows)
    ]
    cells = _cells([f"{hour}" for hour in range(24)], names, rows, said)
    return figure([cells], 250, xaxis=_hours_axis(), yaxis=_downwards(len(names)))


def cohorts(
    names: Sequence[str], sizes: Sequence[int], rates: Sequence[Sequence[Any]], lang: str, key: str = "charts.week_k"
) -> Spec:
    """Rows = cohorts (oldest on top) with their size, columns = periods since; immature cells are None and blank."""
    rows = [values(row) for row in rates]
    width = max((len(row) for row in rows), default=0)
    rows = [[*row, *[None] * (width - len(row))] for row in rows]
    heads = [say(key, lang, k=k) for k in range(width)]
    left = [f"{literal(name)}  {short(size, lang)}" for name, size in zip(names, sizes, strict=True)]
    said = [
        [f"{left[index]}<br>{heads[k]}<br>{percent(value, lang)}" for k, value in enumerate(row)]
        for index, row in enumerate(rows)
    ]
    words = [["" if value is None else percent(value, lang, 0) for value in row] for row in rows]
    cells = _cells(heads, left, rows, said) | {"text": words, "texttemplate": "%{text}", "textfont": {"size": 11}}
    # k = 0 is nearly always the largest: without it the scale would show nothing of the rest.
    later = [value for row in rows for value in row[1:] if value is not None]
    if later:
        cells |= {"zmin": 0, "zmax": max(later) or 1}
    return figure([cells], 26 * len(rows) + 40, xaxis=names_axis(side="top"), yaxis=_downwards(len(left)))


def _cells(across: list[str], down: list[str], rows: list[list[float | None]], said: list[list[str]]) -> Spec:
    return {
        "type": "heatmap",
        "x": across,
        "y": down,
        "z": rows,
        "colorscale": SEQUENTIAL,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "customdata": said,
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
    }


def _hours_axis() -> Spec:
    return names_axis(
        tickvals=[str(hour) for hour in range(0, 24, 3)], ticktext=[f"{hour:02d}:00" for hour in range(0, 24, 3)]
    )


def _downwards(rows: int) -> Spec:
    return names_axis(range=[rows - 0.5, -0.5])
