"""How does it develop? Lines over weeks, months or days, named at their ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sopdash.charts.palette import ACCENT, MUTED
from sopdash.charts.template import Spec, axis, figure, labels, literal, names_axis, note, values

QUIET = {"color": MUTED, "width": 1.5, "dash": "dot"}
LABEL_GAP = 0.075
"""Least distance between two end labels, as a share of the axis."""


def lines(
    places: Sequence[Any],
    series: Mapping[str, Sequence[Any]],
    unit: str,
    lang: str,
    *,
    colours: Mapping[str, str] | None = None,
    quiet: Sequence[str] = (),
    unfinished: bool = False,
    height: int = 280,
    zero: bool = True,
) -> Spec:
    """One line per entry of `series` over `places`; `quiet` ones grey and thin (a comparison), gaps stay gaps.

    `unfinished`: the last point belongs to a running period; it is drawn hollow.
    """
    words = [literal(place) for place in places]
    drawn = {name: values(column) for name, column in series.items()}
    chosen = dict(colours or {})
    if not chosen:
        chosen = dict.fromkeys(drawn, ACCENT)
    data = [
        _line(words, name, column, labels(series[name], unit, lang), chosen[name], unfinished)
        | ({"line": QUIET, "marker": {"size": 4, "color": MUTED}} if name in quiet else {})
        for name, column in drawn.items()
    ]
    every = [value for column in drawn.values() for value in column]
    layout: Spec = {"xaxis": _places(words), "yaxis": axis(every, unit, lang, zero)}
    if zero and any(every):
        layout["yaxis"]["range"] = [
            min(0.0, *(value or 0.0 for value in every)),
            max(value or 0.0 for value in every) * 1.1,
        ]
    if len(drawn) > 1:
        layout["annotations"] = _ends(drawn, chosen, quiet)
        layout["margin"] = {"l": 0, "r": 92, "t": 8, "b": 0, "pad": 4}
    return figure(data, height, hovermode="x unified" if len(drawn) > 1 else "closest", **layout)


def _places(words: list[str]) -> Spec:
    step = max(1, -(-len(words) // 7))
    shown = list(range(len(words) - 1, -1, -step))[::-1]
    return names_axis(
        type="linear",
        tickvals=shown,
        tickangle=0,
        ticktext=[words[index] for index in shown],
        zeroline=False,
        range=[-0.35, len(words) - 0.65],
    )


def _line(
    words: list[str], name: str, column: list[float | None], said: list[str], colour: str, unfinished: bool
) -> Spec:
    sizes = [5] * len(words)
    symbols = ["circle"] * len(words)
    if unfinished and words:
        symbols[-1] = "circle-open"
        sizes[-1] = 8
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": literal(name),
        "x": list(range(len(words))),
        "y": column,
        "connectgaps": False,
        "line": {"color": colour, "width": 2},
        "marker": {"size": sizes, "color": colour, "symbol": symbols},
        "customdata": [[word, text] for word, text in zip(words, said, strict=True)],
        "hovertemplate": "%{customdata[0]}  %{customdata[1]}" + (f"<extra>{literal(name)}</extra>"),
    }


def _ends(drawn: Mapping[str, list[float | None]], colours: Mapping[str, str], quiet: Sequence[str]) -> list[Spec]:
    """Names beside the last known points, pushed apart where they would cover each other."""
    ends = [
        (name, next(value for value in reversed(column) if value is not None))
        for name, column in drawn.items()
        if any(value is not None for value in column)
    ]
    ends.sort(key=lambda end: end[1])
    top = max((value or 0 for column in drawn.values() for value in column), default=1) or 1
    notes, floor = [], float("-inf")
    for name, value in ends:
        floor = max(value, floor + top * LABEL_GAP)
        colour = MUTED if name in quiet else colours[name]
        font = {"color": colour, "size": 12}
        notes.append(note(1, floor, f" {literal(name)}", xref="paper", xanchor="left", font=font))
    return notes
