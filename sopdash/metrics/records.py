"""Frames as plain rows: what JSON can carry and what tests can compare."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with Python values; empty cells (NULL, NaN, NaT) are None, midnights are days."""
    blank = frame.isna().to_numpy()
    rows = frame.astype(object).to_numpy()
    names = [str(name) for name in frame.columns]
    return [
        {name: None if blank[i, j] else _plain(rows[i, j]) for j, name in enumerate(names)} for i in range(len(frame))
    ]


def for_json(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON writes them: days and times in ISO form."""
    return [
        {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in row.items()}
        for row in records(frame)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.date() if value == value.normalize() else value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value
