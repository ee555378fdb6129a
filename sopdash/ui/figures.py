"""Figures of the registry as cards, and charts with their table behind them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.metrics import REGISTRY, Better, Metric, Missing, Period, Query, Result, run
from sopdash.text.formats import MINUS, change, full, is_week, missing, of, period_name, show
from sopdash.text.safe import markdown
from sopdash.ui import naming, navigation
from sopdash.ui.frame import Page, part

TREND_WEEKS = 12
CARD_WIDTH = 158


def headline(page: Page, *names: str) -> Result:
    """One card per metric: value, comparison, sparkline of the last weeks, definition on hover; returns the result."""
    result = page.load(run, page.query(*names))
    trend = page.load(run, weekly(page, *names))
    with st.grid(len(names), min_column_width=CARD_WIDTH, gap="small"):
        for name in names:
            card(page, REGISTRY[name], result, trend)
    said = [note.say(page.lang) for note in result.notes]
    if said:
        st.caption(_text(" · ".join(said)))
    return result


def weekly(page: Page, *names: str) -> Query:
    """The figures week by week over the last twelve; parts of a page that ask for the same figures share the answer."""
    return page.query(*names, by=("week",), compare=False, period=trend_period(page))


def trend_period(page: Page) -> Period:
    """The twelve weeks up to the end of the page's period."""
    week = Period.week_of(page.filters.period.last)
    if week.last > page.filters.period.last and week.first > page.filters.period.first:
        week = week.previous()
    first = week
    for _ in range(TREND_WEEKS - 1):
        first = first.previous()
    return Period(first.first, week.last)


def card(page: Page, metric: Metric, result: Result, trend: Result | None = None) -> None:
    """One figure; where it cannot be computed, the reason and the export that would supply it instead of a number."""
    reason = result.missing.get(metric.name)
    if reason is not None:
        absent(page, metric, reason)
        return
    row = result.first()
    value = row.get(metric.name)
    st.metric(
        metric.label.say(page.lang),
        _text(show(value, metric.unit, page.lang)),
        _delta(page, metric, row),
        delta_color="primary",
        delta_arrow="off",
        delta_description=_before(page, metric, row),
        help=_hover(page, metric, row),
        chart_data=_spark(metric, trend),
        border=True,
        height="stretch",
    )


def absent(page: Page, metric: Metric, reason: Missing) -> None:
    """A card without a number: which export lights it up."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.caption(metric.label.say(page.lang), help=metric.caption(page.lang))
        need_step(page, reason)


def need_step(page: Page, reason: Missing) -> None:
    """The export that is missing, and the way to its template."""
    st.badge(markdown(needed(page, reason)), color="gray", icon=":material/draft:", help=reason.say(page.lang))
    if reason.code == "needs":
        navigation.link("data", page.lang, page.say("ui.get_template"))


def needed(page: Page, reason: Missing) -> str:
    """The export a missing figure asks for, in one phrase; the whole reason where it is another one."""
    needs = reason.values.get("needs") if reason.code == "needs" else None
    return page.say("ui.needs", export=naming.exports(needs, page.lang)) if needs else reason.say(page.lang)


def _text(words: str) -> str:
    return words.replace("~", "\\~")


def _delta(page: Page, metric: Metric, row: dict[str, Any]) -> str | None:
    """The change with its sign, green or red only where one direction is better."""
    moved = row.get(f"{metric.name}__change")
    if moved is None or missing(moved):
        return f":gray[{page.say('ui.no_before')}]" if page.filters.compare else None
    words = change(moved, metric.unit, page.lang, brief=True)
    if metric.better is Better.NEITHER or words[:1] not in ("+", MINUS):
        return f":gray[{words}]"
    good = words.startswith("+") == (metric.better is Better.HIGHER)
    return f":{'green' if good else 'red'}[{words}]"


def _before(page: Page, metric: Metric, row: dict[str, Any]) -> str | None:
    """The value compared with, and what a rate stands on."""
    compared = page.filters.compared
    before = row.get(f"{metric.name}__before")
    if compared is None or missing(before):
        return None
    value = show(before, metric.unit, page.lang)
    if not is_week(compared.first, compared.last):  # a longer name would push the value out of the card
        return page.say(f"ui.was_{page.filters.compare}", value=value)
    return page.say("ui.before", period=period_name(compared.first, compared.last, page.lang), value=value)


def _hover(page: Page, metric: Metric, row: dict[str, Any]) -> str:
    """Definition, the exact value, and numerator / denominator."""
    lines = [metric.caption(page.lang), f"**{full(row.get(metric.name), metric.unit, page.lang)}**"]
    if metric.has_parts and f"{metric.name}__den" in row:
        parts_unit = "money" if metric.unit == "money" else "count"
        lines.append(of(row.get(f"{metric.name}__num"), row[f"{metric.name}__den"], parts_unit, page.lang))
    return "\n\n".join(_text(line) for line in lines)


def _spark(metric: Metric, trend: Result | None) -> list[float] | None:
    if trend is None or metric.name in trend.missing or metric.name not in trend.rows:
        return None
    known = [float(value) for value in trend.rows[metric.name] if not missing(value)]
    return known if len(known) > 1 else None


@part
def picture(
    page: Page,
    name: str,
    title: str,
    question: Hashable,
    build: Callable[[], charts.Spec],
    table: Callable[[], Any] | None = None,
    note: str | None = None,
) -> None:
    """A chart under its finding or question, with the table behind it one click away.

    `build` makes the figure once per `question` (what it depends on) and language; `table` draws the table when chosen.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=f"picture_{page.name}_{name}"):
        st.markdown(f"##### {title}", width="stretch")
        views = (":material/bar_chart:", ":material/table_rows:")
        chosen = views[0]
        if table is not None:
            chosen = st.segmented_control(
                page.say("ui.as_table"),
                views,
                default=views[0],
                required=True,
                key=f"view_{page.name}_{name}",
                label_visibility="collapsed",
            )
    if table is not None and chosen == views[1]:
        table()
    else:
        chart(page, name, question, build, alt=title)
    if note:
        st.caption(note)


def chart(page: Page, name: str, question: Hashable, build: Callable[[], charts.Spec], alt: str | None = None) -> None:
    """A chart alone."""
    spec = page.figure(f"{page.name}.{name}", question, build)
    if not spec["data"] or not any(_drawn(trace) for trace in spec["data"]):
        st.caption(page.say("ui.no_rows"))
        return
    st.plotly_chart(charts.Ready(spec), config=charts.CONFIG, key=f"chart_{page.name}_{name}", alt=alt)


def _drawn(trace: charts.Spec) -> bool:
    held = trace.get("z") if trace["type"] == "heatmap" else trace.get("x")
    return bool(held)


def columns_of(frame: pd.DataFrame, *names: str) -> list[list[Any]]:
    """Columns as plain lists, missing values as None."""
    return [[None if missing(value) else value for value in frame[name]] for name in names]
