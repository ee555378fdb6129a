"""Where do they cluster? Customers by recency and frequency score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sopdash.charts.palette import ACCENT, SEQUENTIAL
from sopdash.charts.template import Spec, figure, literal, names_axis
from sopdash.text.formats import short


def scores(
    down: Sequence[str], across: Sequence[str], counts: Mapping[tuple[str, str], int],
    said: Mapping[tuple[str, str], str], titles: tuple[str, str], lang: str,
    below: Mapping[tuple[str, str], str] | None = None,
) -> Spec:  # fmt: skip
    """A grid of counts: `down` from top to bottom, `across` from left to right; empty cells stay blank.

    `said`: the words of a cell's hover; `titles`: what runs down, what runs across; `below`: a second line of a cell.
    A heat map tells nobody which cell was clicked, so an unseen square lies over each.
    """
    seconds = below or {}
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
        "text": [
            [_words(counts.get((row, column)), seconds.get((row, column), ""), lang) for column in across]
            for row in down
        ],
        "texttemplate": "%{text}",
        "customdata": [[said.get((row, column), "") for column in across] for row in down],
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
    }
    layout = {
        "xaxis": names_axis(title={"text": literal(titles[1]), "font": {"size": 12}}),
        "yaxis": names_axis(title={"text": literal(titles[0]), "font": {"size": 12}}, autorange="reversed"),
    }
    places = [(row, column) for row in down for column in across if counts.get((row, column))]
    squares = {
        "type": "scatter",
        "mode": "markers",
        "x": [literal(column) for _, column in places],
        "y": [literal(row) for row, _ in places],
        "marker": {"symbol": "square", "size": 40, "opacity": 0, "color": ACCENT},
        "selected": {"marker": {"opacity": 0.35}},
        "unselected": {"marker": {"opacity": 0}},
        "customdata": [said.get(place, "") for place in places],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return figure([cells, squares], 44 * len(down) + 70, clickmode="event+select", **layout)


def _words(count: int | None, second: str, lang: str) -> str:
    if not count:
        return ""
    return f"{short(count, lang)}<br>{literal(second)}" if second else short(count, lang)
