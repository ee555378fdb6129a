"""Which is larger? Ranked bars from zero, with intervals where samples are small and a mark for the period before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sopdash.charts.palette import ACCENT, MUTED
from sopdash.charts.template import ROW, Spec, axis, figure, labels, literal, names_axis, note, values


def bars(
    names: Sequence[Any],
    amounts: Sequence[Any],
    unit: str,
    lang: str,
    *,
    before: Sequence[Any] | None = None,
    intervals: tuple[Sequence[Any], Sequence[Any]] | None = None,
    colours: Sequence[str] | None = None,
    pale: Sequence[bool] | None = None,
    hover: Sequence[str] | None = None,
) -> Spec:
    """Horizontal bars in the order given, first on top, each with its value; `pale` for samples too small to rank.

    `intervals` = (low, high) drawn as whiskers; `before` = a thin mark at the compared period's value.
    """
    shown, words = values(amounts), [literal(name) for name in names]
    bar: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": shown,
        "y": list(range(len(words))),
        "marker": {
            "color": list(colours) if colours else ACCENT,
            "opacity": [0.35 if small else 0.9 for small in pale] if pale else 0.9,
            "cornerradius": 2,
        },
        "customdata": list(hover) if hover else labels(amounts, unit, lang),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    reach = list(shown)
    if intervals:
        low, high = values(intervals[0]), values(intervals[1])
        reach = [high_ if high_ is not None else value for high_, value in zip(high, shown, strict=True)]
        bar["error_x"] = _whiskers(shown, low, high)
    data = [bar]
    if before is not None:
        marks = values(before)
        data.append(_marks(marks))
        reach = [max((end for end in ends if end is not None), default=None) for ends in zip(reach, marks, strict=True)]
    top = max([value for value in [*reach, *values(before or [])] if value is not None], default=1.0) or 1.0
    notes = [
        note(place or 0, index, f"  {text}", xanchor="left")
        for index, (place, text) in enumerate(zip(reach, labels(amounts, unit, lang), strict=True))
    ]
    return figure(
        data,
        ROW * len(words) + 40,
        xaxis={**axis([0, top], unit, lang), "range": [0, top * 1.18]},
        yaxis=names_axis(
            type="linear",
            tickvals=list(range(len(words))),
            ticktext=words,
            range=[len(words) - 0.5, -0.5],
            zeroline=False,
        ),
        annotations=notes,
    )


def columns(
    names: Sequence[Any], amounts: Sequence[Any], unit: str, lang: str, *, unfinished: bool = False, height: int = 220
) -> Spec:
    """Upright bars over time; the last one pale and hatched while its period is unfinished."""
    shown = values(amounts)
    marker: Spec = {"color": ACCENT, "opacity": 0.9, "cornerradius": 2}
    if unfinished and shown:
        marker["opacity"] = [0.9] * (len(shown) - 1) + [0.4]
        marker["pattern"] = {"shape": [""] * (len(shown) - 1) + ["/"]}
    bar = {
        "type": "bar",
        "x": [literal(name) for name in names],
        "y": shown,
        "marker": marker,
        "customdata": labels(amounts, unit, lang),
        "hovertemplate": "%{x}<br>%{customdata}<extra></extra>",
    }
    return figure([bar], height, xaxis=names_axis(), yaxis=axis(shown, unit, lang))


def _whiskers(shown: list[float | None], low: list[float | None], high: list[float | None]) -> Spec:
    def width(side: list[float | None], sign: int) -> list[float]:
        return [
            0.0 if value is None or edge is None else max(0.0, sign * (edge - value))
            for value, edge in zip(shown, side, strict=True)
        ]

    return {
        "type": "data",
        "symmetric": False,
        "array": width(high, 1),
        "arrayminus": width(low, -1),
        "color": MUTED,
        "thickness": 1.5,
        "width": 4,
    }


def _marks(before: list[float | None]) -> Spec:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": before,
        "y": list(range(len(before))),
        "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 2, "color": MUTED}},
        "hoverinfo": "skip",
    }
