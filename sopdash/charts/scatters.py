"""Where should the next yuan go? Cost against value, one bubble per channel."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from sopdash.charts.palette import MUTED
from sopdash.charts.template import Spec, axis, figure, literal, values
from sopdash.text.formats import show

LARGEST = 44

Point = tuple[str, float, float, float, str]
"""Name, x, y, size, colour."""


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
        "xaxis": {**axis([0, right], units[0], lang), "range": [-right * 0.06, right], "title": {"text": titles[0]}},
        "yaxis": {**axis([0, top], units[1], lang), "range": [0, top], "title": {"text": titles[1]}},
    }
    if diagonal:
        edge = min(right, top)
        line = {"color": MUTED, "width": 1, "dash": "dot"}
        layout["shapes"] = [{"type": "line", "x0": 0, "y0": 0, "x1": edge, "y1": edge, "line": line}]
    return figure([bubble], 340, **layout)


def _places(points: list[Point]) -> list[str]:
    """Where each name stands: the side of its bubble where it covers least, large bubbles first."""
    wide = max((point[1] for point in points), default=1.0) * 1.15 or 1.0
    tall = max((point[2] for point in points), default=1.0) * 1.25 or 1.0
    taken = [(x / wide - 0.02, y / tall - 0.03, x / wide + 0.02, y / tall + 0.03) for _, x, y, _, _ in points]
    chosen: dict[int, str] = {}
    for index in sorted(range(len(points)), key=lambda index: -points[index][3]):
        name, x, y = points[index][:3]
        width = 0.026 * sum(2 if letter > "\u2e80" else 1 for letter in name) / 2 + 0.01
        boxes = _boxes(x / wide, y / tall, width)
        others = [box for place, box in enumerate(taken) if place != index]
        side = min(boxes, key=lambda side: sum(_covers(boxes[side], box) for box in others))
        chosen[index] = side
        taken.append(boxes[side])
    return [chosen[index] for index in range(len(points))]


Box = tuple[float, float, float, float]


def _boxes(x: float, y: float, width: float) -> dict[str, Box]:
    """The space a name takes on each side of (x, y), in shares of the plot; the preferred side first."""
    return {
        "top center": (x - width / 2, y + 0.05, x + width / 2, y + 0.12),
        "bottom center": (x - width / 2, y - 0.12, x + width / 2, y - 0.05),
        "middle right": (x + 0.035, y - 0.035, x + 0.035 + width, y + 0.035),
        "middle left": (x - 0.035 - width, y - 0.035, x - 0.035, y + 0.035),
    }


def _covers(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
