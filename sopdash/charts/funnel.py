"""Where do we lose people? One bar per stage: who came so far, and in pale who was lost since the stage before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sopdash.charts.palette import ACCENT, MUTED
from sopdash.charts.template import Spec, figure, literal, names_axis, note, values
from sopdash.text.formats import short

STAGE = 54


def funnel(
    stages: Sequence[str], customers: Sequence[Any], said: Sequence[str], lang: str, *, beside: Sequence[bool] = ()
) -> Spec:
    """Stages from the top; `said` stands beside each bar (share of the stage before, median time).

    `beside`: stages that are an aggregate beside the funnel (people reached), drawn grey and never the base of a loss.
    """
    shown = [value or 0.0 for value in values(customers)]
    apart = list(beside) or [False] * len(shown)
    inside = [value for value, aside in zip(shown, apart, strict=True) if not aside] or [1.0]
    widest = max(inside) or 1.0
    drawn = [min(value, widest) for value in shown]
    lost = [
        0.0 if index == 0 or apart[index] or apart[index - 1] else max(0.0, drawn[index - 1] - value)
        for index, value in enumerate(drawn)
    ]
    places = list(range(len(shown)))
    kept: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": drawn,
        "y": places,
        "marker": {"color": [MUTED if aside else ACCENT for aside in apart], "opacity": 0.9, "cornerradius": 2},
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
        note(value, index, f" <b>{short(count, lang)}</b>  {literal(text)}", xanchor="left", align="left")
        for index, (value, count, text) in enumerate(zip(drawn, shown, said, strict=True))
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
