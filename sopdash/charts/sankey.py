"""Who went where? Flows between classes of two moments."""

from __future__ import annotations

from collections.abc import Sequence

from sopdash.charts.palette import BETTER, MUTED, WORSE
from sopdash.charts.template import Spec, figure, literal
from sopdash.text.formats import number

NEITHER = "#8A93A3"
_WAY = {1: BETTER, 0: NEITHER, -1: WORSE}


def sankey(
    flows: Sequence[tuple[str, str, int, int]], titles: tuple[str, str], order: Sequence[str], lang: str
) -> Spec:
    """`flows`: (before, after, customers, direction 1 better, -1 worse, 0 neither); `titles`: the two moments; `order`:
    the classes from top to bottom. The direction is in the words of a flow, too."""
    left = [name for name in order if any(flow[0] == name for flow in flows)]
    right = [name for name in order if any(flow[1] == name for flow in flows)]
    places = {
        **{("l", name): i for i, name in enumerate(left)},
        **{("r", name): i + len(left) for i, name in enumerate(right)},
    }
    sums = [sum(flow[2] for flow in flows if flow[0] == name) for name in left]
    sums += [sum(flow[2] for flow in flows if flow[1] == name) for name in right]
    names = [*(f"{name} {number(count, lang)}" for name, count in zip([*left, *right], sums, strict=True))]
    trace = {
        "type": "sankey",
        "x": [0, 1],  # what `figures.chart` looks at to know that there is something to draw
        "arrangement": "snap",
        "node": {
            "label": [literal(name) for name in names],
            "color": MUTED,
            "pad": 14,
            "thickness": 12,
            "line": {"width": 0},
            "hovertemplate": "%{label}<extra></extra>",
        },
        "link": {
            "source": [places["l", flow[0]] for flow in flows],
            "target": [places["r", flow[1]] for flow in flows],
            "value": [flow[2] for flow in flows],
            "color": [_faded(_WAY[flow[3]]) for flow in flows],
            "customdata": [
                f"{literal(flow[0])} → {literal(flow[1])} {'↑' if flow[3] > 0 else '↓' if flow[3] < 0 else ''} "
                f"{number(flow[2], lang)}"
                for flow in flows
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        "textfont": {"size": 12},
    }
    layout = {
        "annotations": [
            {"x": x, "y": 1.04, "xref": "paper", "yref": "paper", "text": literal(title), "showarrow": False,
             "xanchor": anchor, "yanchor": "bottom", "font": {"size": 12, "color": MUTED}}
            for x, title, anchor in ((0, titles[0], "left"), (1, titles[1], "right"))
        ],
        "margin": {"l": 0, "r": 0, "t": 28, "b": 8, "pad": 4},
    }  # fmt: skip
    return figure([trace], max(220, 46 * max(len(left), len(right)) + 60), **layout)


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.45)"
