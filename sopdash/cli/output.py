"""How data leaves on stdout: one JSON document, or a plain aligned table."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import click

MISSING = "-"
_WIDE = 40
"""Longest cell of a table; longer ones are cut with an ellipsis."""


def document(value: Any) -> None:
    """Print one JSON document: NaN as null, decimals as numbers, days and times in ISO form."""
    click.echo(json.dumps(_plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None = None, cut: int = _WIDE) -> None:
    """Print rows under their column names: text to the left, numbers to the right, no cell longer than `cut`."""
    rows = list(rows)
    names = list(columns or (rows[0] if rows else []))
    cells = [[_cell(row.get(name), cut) for name in names] for row in rows]
    numeric = [all(_is_number(row.get(name)) for row in rows) for name in names]
    widths = [max([_width(name), *(_width(line[at]) for line in cells)]) for at, name in enumerate(names)]
    for line in [names, ["-" * width for width in widths], *cells]:
        shown = [_pad(text, width, right) for text, width, right in zip(line, widths, numeric, strict=True)]
        click.echo("  ".join(shown).rstrip())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return _plain(float(value))
    if hasattr(value, "item"):
        return _plain(value.item())
    if value is None or value != value:  # NaN and NaT differ from themselves
        return None
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _cell(value: Any, cut: int) -> str:
    value = _plain(value)
    if value is None:
        return MISSING
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 10 else f"{value:,.2f}"
    text = (", ".join(map(str, value)) if isinstance(value, list) else str(value)).replace("\n", " ")
    return text if len(text) <= cut else text[: cut - 1] + "…"


def _is_number(value: Any) -> bool:
    return _plain(value) is None or (isinstance(_plain(value), int | float) and not isinstance(value, bool))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
