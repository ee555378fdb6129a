"""Who comes, who goes? Arrivals above the line, departures below it, over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sopdash.charts.palette import ACCENT, MUTED
from sopdash.charts.template import Spec, axis, figure, labels, literal, names_axis, note, values


def flows(
    places: Sequence[Any], arrivals: Sequence[Any], departures: Sequence[Any], names: tuple[str, str], lang: str,
    *, height: int = 220,
) -> Spec:  # fmt: skip
    """Two bars per place from one zero line; `names` = what came, what went, written beside their side."""
    words = [literal(place) for place in places]
    came = values(arrivals)
    went = [None if value is None else -value for value in values(departures)]
    data = [
        _bars(words, came, names[0], labels(arrivals, "count", lang), ACCENT),
        _bars(words, went, names[1], labels(departures, "count", lang), MUTED),
    ]
    known = [value for value in [*came, *went] if value is not None]
    low, high = min([0.0, *known]) * 1.2, max([0.0, *known]) * 1.2 or 1.0
    beside = {"xref": "paper", "xanchor": "left"}
    scale = axis([low, high], "count", lang)
    scale["ticktext"] = [word.lstrip("-−") for word in scale["ticktext"]]
    return figure(
        data,
        height,
        barmode="relative",
        hovermode="x unified",
        xaxis=names_axis(nticks=7, tickangle=0),
        yaxis={**scale, "range": [low, high]},
        margin={"l": 0, "r": 72, "t": 8, "b": 0, "pad": 4},
        annotations=[
            note(1, high / 2, f" {literal(names[0])}", font={"color": ACCENT, "size": 12}, **beside),
            note(1, low / 2, f" {literal(names[1])}", font={"color": MUTED, "size": 12}, **beside),
        ],
    )


def _bars(words: list[str], column: list[float | None], name: str, said: list[str], colour: str) -> Spec:
    return {
        "type": "bar",
        "name": literal(name),
        "x": words,
        "y": column,
        "marker": {"color": colour, "opacity": 0.9, "cornerradius": 2},
        "customdata": said,
        "hovertemplate": "%{customdata}<extra>" + literal(name) + "</extra>",
    }
