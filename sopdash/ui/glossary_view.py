"""Glossary: every metric of the registry, and what it needs to be lit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sopdash.metrics import REGISTRY, Metric, Room, freshness
from sopdash.metrics.freshness import lit
from sopdash.metrics.registry import dimensions
from sopdash.text import formats
from sopdash.text.safe import markdown
from sopdash.ui import figures, naming, navigation, tables, used_on
from sopdash.ui.frame import Page, part

ALL = "all"
ROW = 48


@part
def catalogue(page: Page) -> None:
    """All metrics in a table; the selected one with formula and files."""
    states = page.load(lit)
    room = st.segmented_control(
        page.say("glossary.room"),
        [ALL, *Room],
        default=ALL,
        required=True,
        format_func=lambda name: page.say("glossary.all_rooms" if name == ALL else f"metrics.room.{name}"),
        key="glossary_room",
        label_visibility="collapsed",
    )
    able = [name for name in REGISTRY if states[name] is None]
    st.caption(page.say("glossary.summary", count=len(REGISTRY), lit=len(able)))
    metrics = [metric for metric in REGISTRY.values() if room in (ALL, metric.room)]
    frame = page.figure("glossary.table", room, lambda: _frame(page, metrics, states))
    chosen = _table(page, frame, str(room))
    if chosen is not None:
        _one(page, metrics[chosen], states[metrics[chosen].name])


def _frame(page: Page, metrics: list[Metric], states: dict[str, Any]) -> Any:
    rows = [
        {
            "label": metric.label.say(page.lang),
            "definition": metric.definition.say(page.lang),
            "unit": page.say(f"metrics.unit.{metric.unit}"),
            "state": page.say("glossary.lit")
            if states[metric.name] is None
            else figures.needed(page, states[metric.name]),
        }
        for metric in metrics
    ]
    return tables.framed(rows, ["label", "definition", "unit", "state"])


def _table(page: Page, frame: Any, room: str) -> int | None:
    widths = {"label": 150, "definition": 640, "unit": 70, "state": 220}
    event = st.dataframe(
        frame,
        hide_index=True,
        row_height=ROW,
        height=ROW * 13,
        column_config={
            name: st.column_config.TextColumn(page.say(f"glossary.{name}"), width=width)
            for name, width in widths.items()
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"glossary_{room}_{page.store.warehouse.version}",
    )
    rows = event.selection.rows
    return int(rows[0]) if rows else None


def _one(page: Page, metric: Metric, reason: Any) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{markdown(metric.label.say(page.lang))}** `{metric.name}`")
        st.markdown(markdown(metric.definition.say(page.lang)))
        lines = {
            "formula": metric.formula,
            "grain": page.say(f"metrics.grain.{metric.grain}"),
            "better": page.say(f"metrics.better.{metric.better}"),
            "dimensions": naming.joined(
                [naming.dimension(name, page.lang) for name in dimensions(metric.name)], page.lang
            ),
            "needs": naming.exports(metric.needs, page.lang),
        }
        for key, words in lines.items():
            st.caption(f"{page.say(f'glossary.{key}')}: {markdown(words)}")
        if reason is not None:
            figures.need_step(page, reason)
        _fresh(page, metric)
        _used(page, metric)


def _fresh(page: Page, metric: Metric) -> None:
    """What supplied the figure so far, and up to which day."""
    found = freshness.supplying(page.load(freshness.sources), metric)
    told = [
        page.say(
            "glossary.supplied",
            export=naming.export_format(row["format"], page.lang),
            day="–" if formats.missing(row["last_day"]) else formats.day(row["last_day"], page.lang, year=True),
            moment=formats.moment(row["last_import_at"], page.lang),
        )
        for row in found.to_dict("records")
    ]
    if told:
        st.caption(f"{page.say('glossary.source')}: {markdown(naming.joined(dict.fromkeys(told), page.lang))}")


def _used(page: Page, metric: Metric) -> None:
    """The pages that show it."""
    shown = used_on.pages().get(metric.name, ())
    if not shown:
        st.caption(page.say("glossary.used_nowhere"))
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(page.say("glossary.used_on"), width="content")
        for name in shown:
            navigation.link(name, page.lang, page.say(f"{name}.title"))
