"""Where do we lose people? One bar per stage: who came so far, and in pale who was lost since the stage before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sopdash.charts.palette import ACCENT, MUTED
from sopdash.charts.template import Spec, figure, literal, names_axis, note, values
from sopdash.text.formats import short

STAGE = 54


def funnel(stages: Sequence[str], customers: Sequence[Any], said: Sequence[str], lang: str) -> Spec:
    """Stages from the top; `said` stands beside each bar (share of the stage before, median time)."""
    shown = [value or 0.0 for value in values(customers)]
    widest = max(shown, default=1.0) or 1.0
    lost = [0.0, *(max(0.0, before - value) for before, value in pairwise(shown))]
    places = list(range(len(shown)))
    kept: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": shown,
        "y": places,
        "marker": {"color": ACCENT, "opacity": 0.9},
        "hoverinfo": "skip",
    }
    gone: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": lost,
        "y": places,
        "marker": {"color": MUTED, "opacity": 0.22},
        "hoverinfo": "skip",
    }
    notes = [
        note(value, index, f" <b>{short(value, lang)}</b>  {literal(text)}", xanchor="left", align="left")
        for index, (value, text) in enumerate(zip(shown, said, strict=True))
    ]
    return figure(
        [kept, gone],
        STAGE * len(shown) + 16,
        barmode="stack",
        bargap=0.42,
        annotations=notes,
        xaxis={"visible": False, "range": [0, widest * 1.42], "fixedrange": True},
        yaxis=names_axis(
            type="linear",
            tickvals=places,
            ticktext=[literal(stage) for stage in stages],
            range=[len(shown) - 0.5, -0.5],
            zeroline=False,
        ),
    )
