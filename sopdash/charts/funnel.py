"""Where do we lose people? One bar per stage: who came so far, and in pale who was lost since the stage before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sopdash.charts.palette import ACCENT, MUTED
from sopdash.charts.template import Spec, figure, literal, note, values
from sopdash.text.formats import short

STAGE = 56
"""Height of a stage in pixels: a line of words, and the bar under it."""


def funnel(stages: Sequence[str], customers: Sequence[Any], said: Sequence[str], lang: str) -> Spec:
    """Stages from the top; `said` stands beside each name (share of the stage before, median time)."""
    shown = [value or 0.0 for value in values(customers)]
    widest = max(shown, default=1.0) or 1.0
    lost = [0.0, *(max(0.0, before - value) for before, value in pairwise(shown))]
    places = list(range(len(shown)))
    notes = [
        note(0, index, _words(stage, value, text, lang), xanchor="left", align="left", yshift=21, xshift=-2)
        for index, (stage, value, text) in enumerate(zip(stages, shown, said, strict=True))
    ]
    return figure(
        [
            _bars(shown, places, {"color": ACCENT, "opacity": 0.9}),
            _bars(lost, places, {"color": MUTED, "opacity": 0.22}),
        ],
        STAGE * len(shown) + 20,
        barmode="stack",
        bargap=0.6,
        annotations=notes,
        margin={"l": 2, "r": 2, "t": 14, "b": 0},
        xaxis={"visible": False, "range": [0, widest], "fixedrange": True},
        yaxis={"visible": False, "range": [len(shown) - 0.5, -0.5], "fixedrange": True},
    )


def _words(stage: str, customers: float, said: str, lang: str) -> str:
    return f"{literal(stage)}  <b>{short(customers, lang)}</b>  {literal(said)}"


def _bars(lengths: list[float], places: list[int], marker: Spec) -> Spec:
    return {"type": "bar", "orientation": "h", "x": lengths, "y": places, "marker": marker, "hoverinfo": "skip"}
