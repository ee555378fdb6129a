"""Pictures of the review as SVG: sharp on paper, no script, readable without a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sopdash.text.formats import missing, show

ACCENT, QUIET, GOOD, BAD, GRID, TEXT = "#2a5bd7", "#9aa3b2", "#2f855a", "#c0392b", "#e3e6eb", "#4b5563"
FONT = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_VERSION = "5.20"


def line(
    places: Sequence[str], values: Sequence[Any], unit: str, lang: str, width: int = 330, height: int = 120
) -> str:
    """One line over weeks; the last point carries its figure. Unknown weeks are gaps."""
    rows = [
        {"at": place, "value": None if missing(value) else float(value), "said": show(value, unit, lang)}
        for place, value in zip(places, values, strict=True)
    ]
    if all(row["value"] is None for row in rows):
        return ""
    places_of = {"field": "at", "type": "ordinal", "sort": None, "title": None}
    x = places_of | {"axis": {"labelAngle": 0, "labelOverlap": "parity", "ticks": False, "domain": False}}
    y = {"field": "value", "type": "quantitative", "title": None, "axis": None, "scale": {"zero": False, "nice": True}}
    stroke = {"type": "line", "color": ACCENT, "point": {"size": 18, "color": ACCENT}, "strokeWidth": 2}
    last = {"type": "text", "align": "right", "dx": 2, "dy": -9, "fontWeight": "bold", "fontSize": 12, "color": TEXT}
    layers = [
        {"mark": stroke, "encoding": {"x": x, "y": y}},
        {"mark": last, "transform": [{"filter": {"field": "at", "equal": places[-1]}}],
         "encoding": {"x": x, "y": y, "text": {"field": "said"}}},
    ]  # fmt: skip
    return _svg({"data": {"values": rows}, "layer": layers, "width": width, "height": height})


def bars(
    names: Sequence[str], values: Sequence[Any], said: Sequence[str], signed: bool = False, width: int = 420
) -> str:
    """One bar per name in the given order with its figure at the end; `signed`: green up, red down."""
    known = [0.0 if missing(value) else float(value) for value in values]
    if not known:
        return ""
    rows = [
        {"name": name, "value": value, "said": words} for name, value, words in zip(names, known, said, strict=True)
    ]
    most = max(map(abs, known)) or 1.0
    y = {"field": "name", "type": "nominal", "sort": None, "title": None,
         "axis": {"labelLimit": 150, "ticks": False, "domain": False}}  # fmt: skip
    x = {"field": "value", "type": "quantitative", "title": None, "axis": None,
         "scale": {"domain": [-1.35 * most if signed else 0, 1.35 * most]}}  # fmt: skip
    colour: dict[str, Any] = {"value": ACCENT}
    if signed:
        colour = {"condition": {"test": "datum.value < 0", "value": BAD}, "value": GOOD}
    text = {"type": "text", "fontSize": 11, "color": TEXT}
    layers = [
        {"mark": {"type": "bar", "height": 14}, "encoding": {"x": x, "y": y, "color": colour}},
        {"mark": text | {"align": "left", "dx": 4}, "transform": [{"filter": "datum.value >= 0"}],
         "encoding": {"x": x, "y": y, "text": {"field": "said"}}},
        {"mark": text | {"align": "right", "dx": -4}, "transform": [{"filter": "datum.value < 0"}],
         "encoding": {"x": x, "y": y, "text": {"field": "said"}}},
    ]  # fmt: skip
    return _svg({"data": {"values": rows}, "layer": layers, "width": width, "height": {"step": 24}})


def _svg(spec: dict[str, Any]) -> str:
    # Rust with an engine of its own, some 30 MB: only where a report is made.
    import vl_convert

    config = {
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "axis": {"grid": False, "labelColor": TEXT, "labelFontSize": 11, "domainColor": GRID},
    }
    return str(vl_convert.vegalite_to_svg({"$schema": _SCHEMA, "config": config, **spec}, vl_version=_VERSION))
