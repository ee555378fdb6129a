"""Channels: side by side in table and picture, and their weeks."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sopdash import charts
from sopdash.charts import palette
from sopdash.metrics import REGISTRY, Result, run
from sopdash.metrics.comparison import with_interval
from sopdash.text.formats import MISSING, missing, percent, show
from sopdash.ui import figures, naming, tables
from sopdash.ui import people as panel
from sopdash.ui.frame import Page, part

COLUMNS = ("reach", "customers_added", "add_rate", "channel_conversion", "spend", "cost_per_add", "cac", "net_sales",
           "spend_per_buyer", "roas", "roi", "clv_to_cac")  # fmt: skip
RATE = "channel_conversion"
TRENDS = ("customers_added", "net_sales", "channel_conversion", "spend")
MOST_LINES = 6


def result(page: Page) -> Result:
    """Every channel with its figures, the one that added most first."""
    return page.load(with_interval, page.query(*COLUMNS, by=("channel",), compare=False), RATE)


def pictures(page: Page) -> None:
    """Conversion with intervals, and cost against value."""
    found = result(page)
    rows = _ranked(page, found)
    left, right = st.columns(2, gap="medium")
    with left:
        if RATE in found.missing:
            figures.absent(page, REGISTRY[RATE], found.missing[RATE])
        else:
            figures.picture(
                page,
                "conversion",
                page.say("channels.conversion_title"),
                _key(page),
                lambda: _conversion(page, rows),
                note=page.say("ui.small_sample", count=page.store.settings.minimum_count),
            )
    with right:
        absent = next((name for name in ("cac", "spend_per_buyer") if name in found.missing), None)
        if absent is not None:
            figures.absent(page, REGISTRY[absent], found.missing[absent])
        else:
            figures.picture(page, "value", page.say("channels.bubble_title"), _key(page), lambda: _bubbles(page, rows))


def table(page: Page) -> str | None:
    """The comparison table; returns the selected channel."""
    found = result(page)
    st.markdown(f"##### {page.say('channels.table_title')}")
    frame = page.figure("channels.table", _key(page), lambda: _tabled(page, found))
    row = tables.show(
        page,
        "channels",
        frame,
        labels={"channel": page.say("ui.channel"), "interval": page.say("channels.interval")},
        bars=("customers_added", "net_sales"),
        select=True,
    )
    st.caption(" · ".join([page.say("channels.people_hint"), *_absences(page, found)]))
    return None if row is None else str(_ranked(page, found)[row]["channel"] or "")


def people(page: Page, channel: str | None) -> None:
    """The customers of the selected channel."""
    if channel is None:
        return
    where = (*(pair for pair in page.filters.where if pair[0] != "channel"), ("channel", channel))
    panel.behind(page, page.segment or panel.EVERYBODY, _name(page, channel), key="channels", where=where)


@part
def trend(page: Page) -> None:
    """One line per channel over twelve weeks, for a metric of choice."""
    measure = st.segmented_control(
        page.say("channels.trend_measure"),
        TRENDS,
        default=TRENDS[0],
        required=True,
        format_func=lambda name: REGISTRY[name].label.say(page.lang),
        key="channels_trend",
        label_visibility="collapsed",
        persist_state="session",
    )
    query = page.query(measure, by=("channel", "week"), compare=False, period=figures.trend_period(page))
    found = page.load(run, query)
    if measure in found.missing:
        figures.absent(page, REGISTRY[measure], found.missing[measure])
        return
    title = REGISTRY[measure].label.say(page.lang)
    figures.picture(
        page,
        "trend",
        title,
        query,
        lambda: _lines(page, found, measure),
        table=lambda: tables.show(page, "trend", found.rows),
    )


def _key(page: Page) -> Any:
    return page.query(*COLUMNS, by=("channel",), compare=False)


def _ranked(page: Page, found: Result) -> list[dict[str, Any]]:
    """Rows as plain values, most customers added first, channels without a name left out."""

    def build() -> list[dict[str, Any]]:
        known = [row for row in found.records() if row["channel"]]
        return sorted(known, key=lambda row: (-(row.get("customers_added") or 0), str(row["channel"])))

    return page.figure("channels.ranked", _key(page), build)


def _tabled(page: Page, found: Result) -> Any:
    shown = [name for name in COLUMNS if name not in found.missing]
    rows = [
        {
            "channel": _name(page, row["channel"]),
            **{name: row[name] for name in shown},
            "interval": _interval(page, row),
        }
        for row in _ranked(page, found)
    ]
    order = ["channel"]
    for name in shown:
        order += [name, "interval"] if name == RATE else [name]
    return tables.framed(rows, order)


def _interval(page: Page, row: dict[str, Any]) -> str:
    low, high = row.get(f"{RATE}__low"), row.get(f"{RATE}__high")
    return MISSING if missing(low) else f"{percent(low, page.lang)}–{percent(high, page.lang)}"


def _absences(page: Page, found: Result) -> list[str]:
    return [
        f"{REGISTRY[name].label.say(page.lang)}: {figures.needed(page, reason)}"
        for name, reason in found.missing.items()
    ]


def _name(page: Page, channel: Any) -> str:
    return naming.value("channel", channel, page.lang)


def _conversion(page: Page, rows: list[dict[str, Any]]) -> charts.Spec:
    known = sorted((row for row in rows if not missing(row[RATE])), key=lambda row: -row[RATE])
    small = [(row[f"{RATE}__den"] or 0) < page.store.settings.minimum_count for row in known]
    return charts.bars(
        [_name(page, row["channel"]) for row in known],
        [row[RATE] for row in known],
        "rate",
        page.lang,
        intervals=([row[f"{RATE}__low"] for row in known], [row[f"{RATE}__high"] for row in known]),
        pale=small,
        hover=[
            f"{_name(page, row['channel'])}  {percent(row[RATE], page.lang)} ({_interval(page, row)})<br>"
            f"{show(row[f'{RATE}__num'], 'count', page.lang)} / {show(row[f'{RATE}__den'], 'count', page.lang)}"
            for row in known
        ],
    )


def _bubbles(page: Page, rows: list[dict[str, Any]]) -> charts.Spec:
    return charts.bubbles(
        [_name(page, row["channel"]) for row in rows],
        [row["cac"] for row in rows],
        [row["spend_per_buyer"] for row in rows],
        [row["customers_added"] for row in rows],
        [palette.channel(row["channel"]) for row in rows],
        ("money", "money"),
        (REGISTRY["cac"].label.say(page.lang), REGISTRY["spend_per_buyer"].label.say(page.lang)),
        page.lang,
        diagonal=True,
    )


def _lines(page: Page, found: Result, measure: str) -> charts.Spec:
    rows = found.records()
    weeks = list(dict.fromkeys(row["week"] for row in rows))
    by_channel: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["channel"]:
            by_channel.setdefault(row["channel"], {})[row["week"]] = row[measure]
    size = {name: sum(value or 0 for value in values.values()) for name, values in by_channel.items()}
    largest = sorted(by_channel, key=lambda name: -size[name])[:MOST_LINES]
    return charts.lines(
        [week[5:] for week in weeks],
        {_name(page, name): [by_channel[name].get(week) for week in weeks] for name in largest},
        REGISTRY[measure].unit,
        page.lang,
        colours={_name(page, name): palette.channel(name) for name in largest},
    )
