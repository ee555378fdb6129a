"""What moved it? The change, step by step, from zero: no cut axis, and the steps stay readable beside large totals."""

from __future__ import annotations

from collections.abc import Sequence

from sopdash.charts.palette import BETTER, MUTED, TEXT, WORSE
from sopdash.charts.template import Spec, axis, figure, names_axis, note, values, wrapped
from sopdash.text.formats import MINUS, show

MANY = 5
"""More steps than this are written smaller, so that they do not cover each other on a phone."""
SMALL = {"color": TEXT, "size": 10}


def waterfall(
    steps: Sequence[tuple[str, float]], total: str, unit: str, lang: str, higher_is_better: bool = True
) -> Spec:
    """Each step starts where the one before ends; the last bar, `total`, is their sum. Green and red only for better
    and worse, always with sign."""
    level, bases, heights, colours = 0.0, [], [], []
    for _, step in steps:
        bases.append(level)
        heights.append(step)
        colours.append(BETTER if (step >= 0) == higher_is_better else WORSE)
        level += step
    many = len(steps) > MANY
    names = [wrapped(name, 8 if many else 10) for name in (*(name for name, _ in steps), total)]
    bases, heights, colours = [*bases, 0.0], [*heights, level], [*colours, MUTED]
    tops = [max(base, base + height) for base, height in zip(bases, heights, strict=True)]
    low, high = min(0.0, *(base + height for base, height in zip(bases, heights, strict=True))), max(0.0, *tops)
    room = (high - low) * 0.14 or 1.0
    bar = {
        "type": "bar",
        "x": names,
        "base": values(bases),
        "y": values(heights),
        "marker": {"color": colours, "opacity": 0.9, "cornerradius": 2},
        "hoverinfo": "skip",
    }
    notes = [
        note(name, top, signed(height, unit, lang), yanchor="bottom", **({"font": SMALL} if many else {}))
        for name, top, height in zip(names, tops, heights, strict=True)
    ]
    return figure(
        [bar],
        280,
        xaxis=names_axis(tickangle=0, **({"tickfont": {"size": 10}} if many else {})),
        yaxis={**axis([low, high], unit, lang), "range": [low - room * 0.3, high + room]},
        annotations=notes,
    )


def signed(amount: float, unit: str, lang: str) -> str:
    """+¥1,234 or −¥1,234."""
    return f"{'+' if amount >= 0 else MINUS}{show(abs(amount), unit, lang)}"
