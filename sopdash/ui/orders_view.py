"""Orders: when they are placed, and through which sales channel."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.metrics import HeatmapQuery, Result, heatmap, run
from sopdash.metrics.heatmap import Heatmap
from sopdash.text.formats import missing, percent, weekday
from sopdash.ui import figures, naming, tables
from sopdash.ui.frame import Page


def pictures(page: Page) -> None:
    """Hours and sales channels, side by side."""
    left, right = st.columns(2, gap="medium")
    with left:
        _hours(page)
    with right:
        _channels(page)


def _hours(page: Page) -> None:
    chosen = page.filters
    query = HeatmapQuery("orders", chosen.period, chosen.where, page.segment)
    found = page.load(heatmap.run, query)
    if found.missing:
        st.markdown(f"##### {page.say('orders.hours_title')}")
        figures.need_step(page, found.missing)
        return
    figures.picture(
        page,
        "order_hours",
        _peak(page, found),
        query,
        lambda: charts.hours(found.matrix, page.lang),
        note=page.say("orders.hours_note"),
    )


def _peak(page: Page, found: Heatmap) -> str:
    busiest = found.busiest
    if busiest is None:
        return page.say("orders.hours_title")
    return page.say(
        "orders.hours_peak",
        weekday=weekday(busiest.weekday, page.lang),
        hour=busiest.hour,
        from_hour=busiest.since,
        to_hour=busiest.until,
        share=percent(busiest.share, page.lang, 0),
    )


def _channels(page: Page) -> None:
    query = page.query("net_sales", "orders", "aov", by=("sales_channel",))
    found = page.load(run, query)
    whole = page.load(run, page.query("net_sales", "private_sales_share", compare=False))
    absent = found.missing.get("net_sales")
    if absent is not None:
        st.markdown(f"##### {page.say('orders.channels_title')}")
        figures.need_step(page, absent)
        return
    frame = page.figure("funnel.contributions", query, lambda: _contributions(page, found, whole.value("net_sales")))
    private = whole.value("private_sales_share")
    figures.picture(
        page,
        "sales_channels",
        _title(page, frame),
        query,
        lambda: _bars(page, frame),
        table=lambda: _table(page, frame),
        note=None if private is None else page.say("orders.channels_note", private=percent(private, page.lang)),
    )


def _contributions(page: Page, found: Result, whole: float | None) -> pd.DataFrame:
    """One row per sales channel, the largest first: figures and share of all net sales."""
    rows: list[dict[str, Any]] = []
    for row in found.records():
        if row["net_sales"] is None:
            continue
        share = float(row["net_sales"]) / whole if whole else None
        name = naming.value("sales_channel", row["sales_channel"], page.lang)
        rows.append({**row, "sales_channel": name, "share": share})
    rows.sort(key=lambda row: -float(row["net_sales"]))
    return tables.framed(rows, ("sales_channel", "net_sales", "share", "orders", "aov", "net_sales__before"))


def _title(page: Page, frame: pd.DataFrame) -> str:
    if frame.empty or missing(frame["share"].iloc[0]):
        return page.say("orders.channels_title")
    first, share = frame["sales_channel"].iloc[0], percent(frame["share"].iloc[0], page.lang, 0)
    return page.say("orders.channels_top", first=first, share=share)


def _bars(page: Page, frame: pd.DataFrame) -> charts.Spec:
    names, amounts, before = figures.columns_of(frame, "sales_channel", "net_sales", "net_sales__before")
    known = [None if value is None else float(value) for value in before]
    return charts.bars(
        names, amounts, "money", page.lang, before=known if any(value is not None for value in known) else None
    )


def _table(page: Page, frame: pd.DataFrame) -> None:
    labels = {"share": page.say("orders.share"), "sales_channel": naming.dimension("sales_channel", page.lang)}
    shown = page.figure(
        "funnel.sales_channels_shown", id(frame), lambda: (frame, frame.drop(columns="net_sales__before"))
    )
    tables.show(page, "sales_channels", shown[1], labels=labels, units={"share": "rate"}, bars=("share",))
