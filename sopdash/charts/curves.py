"""How does it run, and how sure is that? Lines over a number axis, each with the band of its interval."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sopdash.charts.palette import ACCENT, GRID
from sopdash.charts.template import Spec, axis, figure, literal, note, values
from sopdash.text.formats import show

STAND_INS = re.compile(r"#0000\d\d")
"""Colours that the browser replaces by the theme's; they carry no transparency of their own."""


@dataclass(frozen=True)
class Curve:
    """One line: a name for its end, its points, the ends of its intervals (empty: none), and how it is drawn."""

    name: str
    x: Sequence[float]
    y: Sequence[Any]
    low: Sequence[Any] = field(default=())
    high: Sequence[Any] = field(default=())
    colour: str = ACCENT
    dashed: bool = False


def curves(
    lines: Sequence[Curve],
    unit: str,
    lang: str,
    ticks: Sequence[tuple[float, str]],
    *,
    steps: bool = False,
    height: int = 280,
    zero: bool = True,
    names: Mapping[float, str] | None = None,
) -> Spec:
    """Curves over one axis with `ticks` (place, word); `steps`: a value holds until the next point (survival).

    `names`: what the hover calls the places; the words of the ticks, else the number itself.
    """
    named = dict(ticks) | dict(names or {})
    data: list[Spec] = []
    for line in lines:
        if len(line.low):
            data += _band(line, steps)
        data.append(_line(line, unit, lang, steps, named))
    every = [value for line in lines for column in (line.y, line.low, line.high) for value in values(column)]
    ends = [line.x[-1] for line in lines if len(line.x)]
    first, last = min((line.x[0] for line in lines if len(line.x)), default=0), max(ends, default=1)
    room = (last - first) * 0.02 or 0.5
    layout: Spec = {
        "xaxis": {
            "tickvals": [place for place, _ in ticks],
            "ticktext": [literal(word) for _, word in ticks],
            "range": [first - room, last + room],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {**axis(every, unit, lang, zero), "gridcolor": GRID},
    }
    if len(lines) > 1:
        layout["annotations"] = _names(lines, every)
        layout["margin"] = {"l": 0, "r": 108, "t": 8, "b": 0, "pad": 4}
    return figure(data, height, hovermode="x unified" if len(lines) > 1 else "closest", **layout)


def _line(line: Curve, unit: str, lang: str, steps: bool, named: dict[float, str]) -> Spec:
    shown = values(line.y)
    return {
        "type": "scatter",
        "mode": "lines" if steps or len(shown) > 40 else "lines+markers",
        "name": literal(line.name),
        "x": list(line.x),
        "y": shown,
        "connectgaps": False,
        "line": {
            "color": line.colour,
            "width": 2,
            **({"shape": "hv"} if steps else {}),
            **({"dash": "dot"} if line.dashed else {}),
        },
        "marker": {"size": 5, "color": line.colour},
        "customdata": [
            [literal(named.get(place, f"{place:g}")), _said(line, index, unit, lang)]
            for index, place in enumerate(line.x)
        ],
        "hovertemplate": f"%{{customdata[0]}}  %{{customdata[1]}}<extra>{literal(line.name)}</extra>",
    }


def _said(line: Curve, index: int, unit: str, lang: str) -> str:
    words = show(line.y[index], unit, lang)
    if not len(line.low):
        return words
    return f"{words} ({show(line.low[index], unit, lang)}–{show(line.high[index], unit, lang)})"


def _band(line: Curve, steps: bool) -> list[Spec]:
    """The interval as an area: an invisible lower edge, and the upper one filled down to it."""
    edge: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": list(line.x),
        "hoverinfo": "skip",
        "line": {"width": 0, **({"shape": "hv"} if steps else {})},
        "showlegend": False,
    }
    # The theme's stand-in colours cannot be made transparent here: their band is a neutral one.
    fill = "rgba(128, 140, 160, 0.2)" if STAND_INS.fullmatch(line.colour) else _pale(line.colour)
    low, high = values(line.low), values(line.high)
    return [{**edge, "y": low}, {**edge, "y": high, "fill": "tonexty", "fillcolor": fill}]


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.15)"


def _names(lines: Sequence[Curve], every: Sequence[float | None]) -> list[Spec]:
    """Names beside the last known points, pushed apart where they would cover each other."""
    top = max((value for value in every if value is not None), default=1.0) or 1.0
    ends = []
    for line in lines:
        known = [value for value in values(line.y) if value is not None]
        if known and line.name:
            ends.append((known[-1], line))
    notes, floor = [], float("-inf")
    for value, line in sorted(ends, key=lambda end: end[0]):
        floor = max(value, floor + top * 0.09)
        font = {"color": line.colour, "size": 12}
        notes.append(note(1, floor, f" {literal(line.name)}", xref="paper", xanchor="left", align="left", font=font))
    return notes
