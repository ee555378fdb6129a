"""Groups: which live, fill up, die; when they talk; who comes and goes; one of them over time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.metrics import REGISTRY, Query, Result, heatmap, run
from sopdash.metrics.group_health import Health, Mark, health
from sopdash.metrics.heatmap import HeatmapQuery
from sopdash.text.formats import MISSING
from sopdash.text.safe import markdown
from sopdash.ui import figures, naming, people, tables
from sopdash.ui.frame import Page

HEADLINE = ("groups", "group_members", "joins", "leaves", "speakers", "silent_groups")
"""The figures of the page; asked for together, so that they are computed once."""

OF_ONE = ("group_members", "joins", "leaves", "speakers", "messages", "speaking_rate")
MARK_COLOURS = {Mark.FULL: "red", Mark.NEARLY_FULL: "orange", Mark.SILENT: "gray", Mark.SMALL: "blue"}


def pictures(page: Page) -> None:
    """When they talk, and who comes and goes, side by side."""
    left, right = st.columns(2, gap="medium")
    with left:
        _hours(page)
    with right:
        _flow(page)


def _hours(page: Page) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="groups_hours"):
        st.markdown(f"##### {page.say('groups.hours_title')}")
        measure = st.segmented_control(
            page.say("groups.measure"), ["messages", "speakers"], key="groups_measure", required=True,
            default="messages", label_visibility="collapsed", persist_state="session",
            format_func=lambda name: REGISTRY[name].label.say(page.lang),
        )  # fmt: skip
    chosen = page.filters
    query = HeatmapQuery(str(measure), chosen.period, chosen.where, chosen.segment)
    found = page.load(heatmap.run, query)
    if found.missing:
        figures.need_step(page, found.missing)
        return
    figures.chart(
        page, "hours", query, lambda: charts.hours(found.matrix, page.lang), alt=page.say("groups.hours_title")
    )
    st.caption(page.say("groups.hours_note"))


def _flow(page: Page) -> None:
    query = figures.weekly(page, *HEADLINE)
    result = page.load(run, query)
    st.markdown(f"##### {page.say('groups.flow_title')}")
    if "joins" in result.missing:
        figures.need_step(page, result.missing["joins"])
    else:
        figures.chart(page, "flow", query, lambda: _flows(page, result), alt=page.say("groups.flow_title"))
    if "group_members" not in result.missing:
        st.caption(REGISTRY["group_members"].label.say(page.lang))
        figures.chart(page, "members", query, lambda: _members(page, result))


def _flows(page: Page, result: Result) -> charts.Spec:
    weeks, joins = figures.columns_of(result.rows, "week", "joins")
    # Some exports name who joined and never who left: then the side below the line stays empty.
    leaves = figures.columns_of(result.rows, "leaves")[0] if "leaves" in result.rows else [None] * len(weeks)
    names = (REGISTRY["joins"].label.say(page.lang), REGISTRY["leaves"].label.say(page.lang))
    return charts.flows([name[5:] for name in weeks], joins, leaves, names, page.lang, height=170)


def _members(page: Page, result: Result) -> charts.Spec:
    weeks, members = figures.columns_of(result.rows, "week", "group_members")
    label = REGISTRY["group_members"].label.say(page.lang)
    return charts.lines([name[5:] for name in weeks], {label: members}, "count", page.lang, height=110, zero=False)


def table(page: Page) -> str | None:
    """Every group with its marks and figures; marks narrow the table. Returns the selected group, else the first."""
    found: Health = page.load(health, page.query("group_members"), figures.trend_period(page))
    st.markdown(f"##### {page.say('groups.health_title')}")
    if "group_members" in found.missing:
        figures.need_step(page, found.missing["group_members"])
        return None
    mark = _choose_mark(page, found)
    shown = found.marked(mark)
    if mark:
        st.caption(page.say(f"groups.advice_{mark}"))
    place = _grid(page, found, shown, mark)
    return None if shown.empty else str(shown["group"].iloc[place])


def _choose_mark(page: Page, found: Health) -> Mark | None:
    counts = found.counts()
    chosen = st.pills(
        page.say("groups.marks"), list(counts), key="groups_mark", label_visibility="collapsed",
        format_func=lambda mark: page.say(
            "groups.mark_count", mark=page.say(f"groups.mark_{mark}"), count=counts[mark]
        ),
        persist_state="session",
    )  # fmt: skip
    return chosen if chosen in counts else None


def _grid(page: Page, found: Health, shown: pd.DataFrame, mark: Mark | None) -> int:
    """Draws the table; the position of the selected row in `shown`, 0 when none is."""
    frame = tables.prepared(shown, {})
    frame["marks"] = [[page.say(f"groups.mark_{one}") for one in marks] for marks in shown["marks"]]
    event: Any = st.dataframe(
        frame, hide_index=True, column_config=_columns(page, found), placeholder=MISSING, row_height=tables.ROW_HEIGHT,
        height=tables.ROW_HEIGHT * (min(len(frame), 10) + 1) + 3, on_select="rerun", selection_mode="single-row",
        # A row's place is good for exactly these rows: data, filters and mark stand in the key.
        key=f"groups_table_{abs(hash((page.key, page.filters, mark)))}",
    )  # fmt: skip
    return int(event.selection.rows[0]) if event.selection.rows else 0


def _columns(page: Page, found: Health) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "group": st.column_config.TextColumn(naming.dimension("group", page.lang), pinned=True),
        "marks": st.column_config.MultiselectColumn(
            page.say("groups.marks"), options=[page.say(f"groups.mark_{mark}") for mark in Mark],
            color=[MARK_COLOURS[mark] for mark in Mark],
        ),
        "weeks": st.column_config.BarChartColumn(page.say("groups.weeks"), help=page.say("groups.weeks_help"), y_min=0),
    }  # fmt: skip
    for name in found.rows.columns:
        if name in REGISTRY:
            metric = REGISTRY[name]
            columns[name] = st.column_config.NumberColumn(
                metric.label.say(page.lang), help=metric.caption(page.lang),
                format=tables.number_format(metric.unit, page.lang),
            )  # fmt: skip
    columns["capacity_used"] = st.column_config.ProgressColumn(
        REGISTRY["capacity_used"].label.say(page.lang), help=REGISTRY["capacity_used"].caption(page.lang),
        format="%.0f%%", min_value=0, max_value=100,
    )  # fmt: skip
    return columns


def one(page: Page, group: str | None) -> None:
    """The selected group: its figures against the period before, each with its last weeks."""
    if group is None:
        return
    st.markdown(f"##### {page.say('groups.one_title', group=markdown(group))}")
    weekly = page.query(*OF_ONE, by=("week",), compare=False, period=figures.trend_period(page))
    result = page.load(run, _of(group, page.query(*OF_ONE)))
    trend = page.load(run, _of(group, weekly))
    known = [name for name in OF_ONE if name not in result.missing]
    with st.grid(len(known), min_column_width=figures.CARD_WIDTH, gap="small"):
        for name in known:
            figures.card(page, REGISTRY[name], result, trend)
    if "messages" not in trend.missing and any(trend.rows["messages"].dropna()):
        st.caption(REGISTRY["messages"].label.say(page.lang))
        figures.chart(page, "one", _of(group, weekly), lambda: _one_trend(page, trend))
    people.of_group(page, group)


def _of(group: str, query: Query) -> Query:
    return replace(query, where=(*query.where, ("group", group)))


def _one_trend(page: Page, trend: Result) -> charts.Spec:
    weeks, messages = figures.columns_of(trend.rows, "week", "messages")
    return charts.columns([name[5:] for name in weeks], messages, "count", page.lang, height=180)
