"""Is what I see complete? Sources by week, how fresh they are, how much of them found its customer, what stays dark."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.metrics import REGISTRY, Period, freshness
from sopdash.text import phrases
from sopdash.text.formats import number
from sopdash.text.safe import markdown
from sopdash.ui import figures, naming, tables
from sopdash.ui.frame import Page

WEEKS = 16
"""Weeks the grid shows, the latest last."""


def show(page: Page) -> None:
    """The coverage grid, freshness and match rates below it, and the figures that wait for a file."""
    _grid(page)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown(f"##### {page.say('data.fresh_title')}")
        frame = page.figure("data.sources", page.store.warehouse.version, lambda: sources(page))
        tables.show(page, "sources", frame, labels=_labels(page), units={"rows": "count"}, rows=10)
    with right:
        st.markdown(f"##### {page.say('data.match_title')}")
        matched = page.figure("data.match", page.store.warehouse.version, lambda: _match(page))
        units = {"rows": "count", "matched": "count", "rate": "rate"}
        tables.show(page, "match", matched, labels=_labels(page), units=units, bars=("rate",), rows=10)
        st.caption(page.say("data.match_note"))
    _dark(page)


def _grid(page: Page) -> None:
    st.markdown(f"##### {page.say('data.coverage_title')}")
    found = page.load(freshness.weeks)
    if found.empty:
        st.caption(page.say("data.nothing_yet"))
        return
    figures.chart(page, "coverage", "coverage", lambda: _coverage(page, found), alt=page.say("data.coverage_title"))
    st.caption(page.say("data.coverage_note"))


def _coverage(page: Page, found: pd.DataFrame) -> charts.Spec:
    weeks = _last_weeks(str(found["week"].max()))
    rows = {
        (name, week): int(count)
        for name, week, count in zip(found["format"], found["week"], found["rows"], strict=True)
    }
    names = list(dict.fromkeys(found["format"]))
    labels = {name: naming.export_format(name, page.lang) for name in names}
    said = {
        (labels[name], week[5:]): page.say(
            "data.coverage_cell" if (name, week) in rows else "data.coverage_empty",
            source=labels[name], week=week, rows=number(rows.get((name, week), 0), page.lang),
        )
        for name in names
        for week in weeks
    }  # fmt: skip
    shown = {(labels[name], week[5:]): count for (name, week), count in rows.items() if week in weeks}
    return charts.coverage(list(labels.values()), [week[5:] for week in weeks], shown, said)


def _last_weeks(latest: str) -> list[str]:
    week = Period.named("week", latest)
    found = [latest]
    while len(found) < WEEKS:
        week = week.previous()
        year, number_of, _ = week.first.isocalendar()
        found.insert(0, f"{year}-W{number_of:02d}")
    return found


def sources(page: Page) -> pd.DataFrame:
    """Freshness of each source in the reader's words and business time."""
    frame = page.load(freshness.sources).copy()
    frame["format"] = [naming.export_format(name, page.lang) for name in frame["format"]]
    frame["fact"] = [naming.fact(name, page.lang) for name in frame["fact"]]
    frame["last_import_at"] = tables.local_times(page, frame["last_import_at"])
    return frame[["format", "fact", "first_day", "last_day", "rows", "last_import_at"]]


def _match(page: Page) -> pd.DataFrame:
    frame = page.load(freshness.match).copy()
    frame["source"] = [_word(page, f"data.match_{name}", name) for name in frame["source"]]
    return frame


def _dark(page: Page) -> None:
    """Figures that cannot be shown yet, by the file that would light them."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for name, missing in page.load(freshness.lit).items():
        if missing is not None and missing.code == "needs":
            waiting[naming.exports(missing.values["needs"], page.lang)].append(REGISTRY[name].label.say(page.lang))
    if not waiting:
        return
    with st.expander(page.say("data.dark_title", count=sum(map(len, waiting.values()))), icon=":material/lightbulb:"):
        for export, names in sorted(waiting.items(), key=lambda item: -len(item[1])):
            st.markdown(f"**{markdown(export)}** → {markdown(naming.joined(names, page.lang))}")


def _word(page: Page, key: str, otherwise: str) -> str:
    return page.say(key) if key in phrases() else otherwise


def _labels(page: Page) -> dict[str, str]:
    names = ("format", "source", "fact", "first_day", "last_day", "rows", "last_import_at", "matched", "rate")
    return {name: page.say(f"data.column_{name}") for name in names}
