"""Tables: columns labelled and formatted by the registry, missing values as a dash, one row selectable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from sopdash.metrics import REGISTRY, Metric
from sopdash.text.formats import MISSING, currency_sign
from sopdash.ui import naming
from sopdash.ui.frame import Page

ROW_HEIGHT = 32
DAY = "day"
"""Unit of a column of days, also where its values carry a time."""

MOST_ROWS = 14
"""Rows shown before the table scrolls inside."""


def show(
    page: Page,
    name: str,
    frame: pd.DataFrame,
    *,
    bars: Sequence[str] = (),
    wide: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    select: bool = False,
    rows: int = MOST_ROWS,
) -> int | None:
    """Draws the columns of `frame` in their order; returns the selected row's position where `select`.

    A column named like a metric takes its label, definition and unit from the registry; any other its label from
    `labels` (else the dimension's name) and its unit from `units`. `bars`: columns with a bar in the cell;
    `wide`: columns of long words, which get more room.
    """
    if frame.empty:
        st.caption(page.say("ui.no_rows"))
        return None
    shown = page.figure(
        f"table.{name}", (tuple(frame.columns), id(frame)), lambda: (frame, prepared(frame, units or {}))
    )[1]
    config = {
        column: _column(page, column, shown, labels or {}, units or {}, column in bars) for column in shown.columns
    }
    for column in wide:
        config[column]["width"] = "medium"
    # Position of a row is only good for exactly these rows: data version and filters stand in the key.
    key = f"table_{page.name}_{name}_{abs(hash((page.key, page.filters, len(frame))))}"
    event: Any = st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        placeholder=MISSING,
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (min(len(shown), rows) + 1) + 3,
        on_select="rerun" if select else "ignore",
        selection_mode="single-row",
        key=key,
    )
    if not select:
        return None
    chosen = event.selection.rows
    return int(chosen[0]) if chosen else None


def prepared(frame: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Numbers as floats, rates in percent, a plain 0-based index."""
    shown = frame.reset_index(drop=True)
    for column in shown.columns:
        unit = _unit(str(column), units)
        if unit is not None and unit != DAY:
            numbers = pd.to_numeric(shown[column], errors="coerce").astype("float64")
            shown[column] = numbers * 100 if unit == "rate" else numbers
    return shown


def _unit(column: str, units: Mapping[str, str]) -> str | None:
    if column in units:
        return units[column]
    metric = REGISTRY.get(column)
    return None if metric is None else str(metric.unit)


def _column(
    page: Page, column: str, shown: pd.DataFrame, labels: Mapping[str, str], units: Mapping[str, str], bar: bool
) -> Any:
    metric: Metric | None = REGISTRY.get(column)
    label = labels.get(column) or (metric.label.say(page.lang) if metric else naming.dimension(column, page.lang))
    unit = _unit(column, units)
    if unit == DAY:
        return st.column_config.DateColumn(label, format="YYYY-MM-DD")
    if unit is None:
        return _plain(label, shown[column])
    pattern = number_format(unit, page.lang)
    hover = metric.caption(page.lang) if metric else None
    if bar:
        most = shown[column].max()
        top = float(most) if most and most == most else 1.0
        return st.column_config.ProgressColumn(label, help=hover, format=pattern, min_value=0.0, max_value=top)
    return st.column_config.NumberColumn(label, help=hover, format=pattern)


def _plain(label: str, values: pd.Series) -> Any:
    """A column of words, days or moments."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        return st.column_config.Column(label)
    whole_days = (values.dropna() == values.dropna().dt.normalize()).all()
    if whole_days:
        return st.column_config.DateColumn(label, format="YYYY-MM-DD")
    return st.column_config.DatetimeColumn(label, format="MM-DD HH:mm")


def number_format(unit: str, lang: str) -> str:
    """How the grid writes a number of this unit (rates arrive in percent)."""
    formats = {
        "money": f"{currency_sign('CNY', lang)}%,.0f",
        "rate": "%.1f%%",
        "ratio": "%.2f",
        "number": "%.2f",
        "days": "%.1f",
        "hours": "%.1f",
        "minutes": "%.0f",
    }
    return formats.get(unit, "%,d")


def framed(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Plain rows as a frame with these columns in this order."""
    return pd.DataFrame(list(rows), columns=list(columns))


def local_times(page: Page, column: pd.Series) -> pd.Series:
    """Stored UTC times as wall time of the business zone."""
    zone = ZoneInfo(page.store.settings.timezone)
    return pd.Series(
        [None if pd.isna(at) else at.replace(tzinfo=dt.UTC).astimezone(zone).strftime("%m-%d %H:%M") for at in column],
        index=column.index,
        dtype=object,
    )
