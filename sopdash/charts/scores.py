"""Where do they cluster? Customers by recency and frequency score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sopdash.charts.palette import SEQUENTIAL
from sopdash.charts.template import Spec, figure, literal, names_axis
from sopdash.text.formats import short


def scores(
    down: Sequence[str], across: Sequence[str], counts: Mapping[tuple[str, str], int],
    said: Mapping[tuple[str, str], str], titles: tuple[str, str], lang: str,
) -> Spec:  # fmt: skip
    """A grid of counts: `down` from top to bottom, `across` from left to right; empty cells stay blank.

    `said`: the words of a cell's hover; `titles`: what runs down, what runs across.
    """
    rows = [[counts.get((row, column)) or None for column in across] for row in down]
    cells = {
        "type": "heatmap",
        "x": [literal(name) for name in across],
        "y": [literal(name) for name in down],
        "z": rows,
        "colorscale": SEQUENTIAL,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "text": [["" if count is None else short(count, lang) for count in row] for row in rows],
        "texttemplate": "%{text}",
        "customdata": [[said.get((row, column), "") for column in across] for row in down],
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
    }
    layout = {
        "xaxis": names_axis(title={"text": literal(titles[1]), "font": {"size": 12}}),
        "yaxis": names_axis(title={"text": literal(titles[0]), "font": {"size": 12}}, autorange="reversed"),
    }
    return figure([cells], 44 * len(down) + 70, **layout)
