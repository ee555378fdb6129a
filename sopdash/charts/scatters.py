"""Where should the next yuan go? Cost against value, one bubble per channel."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from sopdash.charts.palette import MUTED
from sopdash.charts.template import Spec, axis, figure, literal, values
from sopdash.text.formats import show

LARGEST = 44


def bubbles(
    names: Sequence[str],
    x: Sequence[Any],
    y: Sequence[Any],
    sizes: Sequence[Any],
    colours: Sequence[str],
    units: tuple[str, str],
    titles: tuple[str, str],
    lang: str,
    *,
    diagonal: bool = False,
) -> Spec:
    """A bubble per name (area = size), named directly; `diagonal` draws where y = x: above it, value exceeds cost."""
    points = [
        (name, across, up, size or 0.0, colour)
        for name, across, up, size, colour in zip(names, values(x), values(y), values(sizes), colours, strict=True)
        if across is not None and up is not None
    ]
    most = max((point[3] for point in points), default=1.0) or 1.0
    bubble: Spec = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point[1] for point in points],
        "y": [point[2] for point in points],
        "text": [literal(point[0]) for point in points],
        "textposition": _places(points),
        "cliponaxis": False,
        "marker": {
            "size": [max(8.0, LARGEST * sqrt(point[3] / most)) for point in points],
            "color": [point[4] for point in points],
            "opacity": 0.75,
            "line": {"width": 0},
        },
        "customdata": [
            f"{literal(name)}<br>{titles[0]} {show(across, units[0], lang)}<br>{titles[1]} {show(up, units[1], lang)}"
            for name, across, up, _, _ in points
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    right = max((point[1] for point in points), default=1.0) * 1.15
    top = max((point[2] for point in points), default=1.0) * 1.25
    layout: Spec = {
        "xaxis": {**axis([0, right], units[0], lang), "range": [0, right], "title": {"text": titles[0]}},
        "yaxis": {**axis([0, top], units[1], lang), "range": [0, top], "title": {"text": titles[1]}},
    }
    if diagonal:
        edge = min(right, top)
        line = {"color": MUTED, "width": 1, "dash": "dot"}
        layout["shapes"] = [{"type": "line", "x0": 0, "y0": 0, "x1": edge, "y1": edge, "line": line}]
    return figure([bubble], 340, **layout)


def _places(points: list[tuple[str, float, float, float, str]]) -> list[str]:
    """Names above their bubble, below it where a higher bubble is close."""
    wide = max((point[1] for point in points), default=1.0) or 1.0
    tall = max((point[2] for point in points), default=1.0) or 1.0

    def crowded(one: tuple[str, float, float, float, str]) -> bool:
        return any(
            other is not one and abs(other[1] - one[1]) < wide * 0.12 and 0 <= other[2] - one[2] < tall * 0.2
            for other in points
        )

    return ["bottom center" if crowded(point) else "top center" for point in points]
