"""What moved it? From the period before to this one, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from sopdash.charts.palette import BETTER, MUTED, WORSE
from sopdash.charts.template import Spec, axis, figure, literal, names_axis, note, values
from sopdash.text.formats import MINUS, show


def waterfall(
    start: tuple[str, float], steps: Sequence[tuple[str, float]], end: tuple[str, float], unit: str, lang: str,
    higher_is_better: bool = True,
) -> Spec:  # fmt: skip
    """Two grey totals and the steps between them, each with sign; green and red only for better and worse."""
    level, bases, heights, colours, words = start[1], [0.0], [start[1]], [MUTED], [show(start[1], unit, lang)]
    for _, step in steps:
        bases.append(min(level, level + step))
        heights.append(abs(step))
        colours.append(BETTER if (step >= 0) == higher_is_better else WORSE)
        words.append(f"{'+' if step >= 0 else MINUS}{show(abs(step), unit, lang)}")
        level += step
    names = [literal(name) for name in (start[0], *(name for name, _ in steps), end[0])]
    bases, heights, colours = [*bases, 0.0], [*heights, end[1]], [*colours, MUTED]
    words.append(show(end[1], unit, lang))
    tops = [base + height for base, height in zip(bases, heights, strict=True)]
    low = min(base for base in bases[1:-1]) if steps else 0.0
    bar = {
        "type": "bar",
        "x": names,
        "base": values(bases),
        "y": values(heights),
        "marker": {"color": colours, "opacity": 0.9, "cornerradius": 2},
        "hoverinfo": "skip",
    }
    notes = [note(name, top, word, yanchor="bottom") for name, top, word in zip(names, tops, words, strict=True)]
    high = max(tops) * 1.12 or 1.0
    # The totals are cut off at the foot when the steps are small beside them; the axis then carries no zero line.
    foot = 0.0 if low < high * 0.6 else low * 0.9
    return figure(
        [bar],
        280,
        xaxis=names_axis(),
        yaxis={**axis([foot, high], unit, lang, zero=foot == 0), "range": [foot, high]},
        annotations=notes,
    )
