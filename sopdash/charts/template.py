"""The one template: what every figure shares, and how a figure reaches the browser without plotly's validation.

A figure is a plain dictionary ``{"data": [...], "layout": {...}}`` of Python numbers, strings and lists. Colours of
text, grid and ground come from the browser's theme. Titles stand above the figure in the page, not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape
from math import ceil, floor, isfinite, log10
from typing import Any

from plotly.basedatatypes import BaseFigure

from sopdash.charts.palette import GRID, TEXT
from sopdash.text.formats import missing, show

Spec = dict[str, Any]

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showTips": False, "responsive": True}
"""plotly.js options: no toolbar, no zoom by accident."""

ROW = 34
"""Height of one bar in pixels."""


class Ready(BaseFigure):  # type: ignore[misc]  # plotly is untyped
    """A finished figure that is handed over as it is: building a `go.Figure` would cost 5–20 ms of checks per run."""

    def __init__(self, spec: Spec) -> None:
        object.__setattr__(self, "_spec", spec)

    def to_dict(self) -> Spec:
        """The figure's own dictionary; whoever takes it only reads it."""
        spec: Spec = object.__getattribute__(self, "_spec")
        return spec


def figure(data: list[Spec], height: int, **layout: Any) -> Spec:
    """A figure of `data` with the shared layout; `layout` adds to it."""
    base: Spec = {
        "height": height,
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0, "pad": 4},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "bargap": 0.32,
        "uirevision": True,
    }
    return {"data": data, "layout": {**base, **layout}}


def values(column: Iterable[Any]) -> list[float | None]:
    """Plain numbers for JSON: None where a value is absent or not finite."""
    return [None if missing(value) or not isfinite(value) else float(value) for value in column]


def literal(value: object) -> str:
    """A name from outside as plotly shows it literally: plotly reads a little HTML in labels."""
    return escape(str(value), quote=False)


def labels(column: Iterable[Any], unit: str, lang: str) -> list[str]:
    """Every value in its unit, short."""
    return [show(value, unit, lang) for value in column]


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round axis values from `low` to `high`, about `count` of them: steps of 1, 2, 2.5 or 5 times a power of ten."""
    spread = high - low
    if spread <= 0:
        return [low]
    rough = spread / count
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.75)
    first = ceil(low / step - 1e-9)
    return [index * step for index in range(first, floor(high / step + 1e-9) + 1)]


def axis(shown: Sequence[float | None], unit: str, lang: str, zero: bool = True) -> Spec:
    """A value axis with labels in the unit; from zero for bars."""
    known = [value for value in shown if value is not None] or [0.0]
    low, high = (min(0.0, *known), max(0.0, *known)) if zero else (min(known), max(known))
    places = ticks(low, high or 1.0)
    words = [_tick(place, unit, lang) for place in places]
    return {
        "tickvals": places,
        "ticktext": words,
        "gridcolor": GRID,
        "zeroline": zero,
        "zerolinecolor": GRID,
        "fixedrange": True,
        "showline": False,
    }


def _tick(place: float, unit: str, lang: str) -> str:
    """A round value without the zeros behind the point: 20%, ¥1万, ¥1.5万."""
    words = show(Decimal(repr(place)), unit, lang)
    return re.sub(r"(\.\d*?)0+(?!\d)", lambda found: found[1].rstrip("."), words)


def wrapped(words: str, width: int) -> str:
    """A label over several lines, about `width` columns each (a Chinese character counts two)."""
    lines: list[str] = []
    line, used = "", 0
    for piece in re.findall(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+|\s+", words):
        size = 2 * len(piece) if piece > "\u3000" else len(piece)
        if used and used + size > width and piece.strip():
            lines, line, used = [*lines, line.strip()], "", 0
        line, used = line + piece, used + size
    return "<br>".join(literal(part) for part in [*lines, line.strip()] if part)


def names_axis(**more: Any) -> Spec:
    """An axis of names: no grid, no zoom."""
    return {"type": "category", "showgrid": False, "fixedrange": True, "ticks": "", **more}


def note(x: Any, y: Any, text: str, **more: Any) -> Spec:
    """A direct label in the quiet text colour."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"color": TEXT, "size": 12}, **more}
