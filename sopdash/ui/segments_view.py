"""Segments: the classes of each score, recency against frequency, saved rules; and the people of whatever is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.access import Viewer
from sopdash.metrics.filters import Where
from sopdash.segments import CLASSES, Rfm, RfmQuery, called, class_segment, classes, find, rfm, saved, values
from sopdash.segments.rfm import SCORINGS
from sopdash.text.formats import day, money_short, number, percent
from sopdash.text.safe import markdown
from sopdash.ui import figures, people, tables, thresholds_view
from sopdash.ui.frame import Page
from sopdash.warehouse import Store

UNITS = {
    "customers": "count", "share": "rate", "buyers": "count", "orders": "count", "net_sales": "money",
    "net_sales_share": "rate", "aov": "money", "m": "money",
}  # fmt: skip


def in_tabs(page: Page, parts: Mapping[str, Sequence[Callable[[], None]]]) -> None:
    """The page's parts, one tab open at a time; another page may have asked for one."""
    names = {name: page.say(f"segments.page.tab_{name}") for name in parts}
    asked = st.session_state.pop(OPEN, None)
    if asked in names:
        st.session_state["segments_tab"] = names[asked]
    for tab, drawn in zip(
        st.tabs(list(names.values()), key="segments_tab", on_change="rerun"), parts.values(), strict=True
    ):
        if tab.open:
            with tab:
                for draw in drawn:
                    draw()


OPEN = "segments_open"
"""Session: the tab another page asks for."""


def by_class(page: Page) -> None:
    """How many customers each class of a score holds and what they are worth; a selected class leads to its people."""
    with st.container(horizontal=True, vertical_alignment="center", key="segments_score"):
        st.markdown(f"##### {page.say('segments.page.classes_title')}")
        score = _pick(page, "score", tuple(CLASSES), lambda name: page.say(f"segments.group.{name}"))
    found = page.load(classes, score, page.filters.where, page.segment)
    question = (score, page.filters.where, page.segment)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figures.chart(
            page, "classes", question, lambda: _bars(page, score, found), alt=page.say("segments.page.classes_title")
        )
    with right:
        frame = page.figure("segments.classes_table", question, lambda: _named(page, score, found))
        row = tables.show(
            page, f"classes_{score}", frame, labels=_labels(page), units=UNITS, bars=("net_sales",), select=True
        )
        hints = (
            page.say(f"segments.page.about_{score}"),
            page.say("segments.page.lifetime"),
            page.say("segments.page.select_hint"),
        )
        st.caption(" ".join(hints))
    thresholds_view.of_score(page, score)
    if row is not None:
        _people(page, class_segment(score, str(found["class"].iloc[row])), "class")


def recency(page: Page) -> None:
    """Recency against frequency, under a scoring of choice that is stated; a selected class leads to its people."""
    with st.container(horizontal=True, vertical_alignment="center", key="segments_rfm"):
        st.markdown(f"##### {page.say('segments.page.rfm_title')}")
        scoring = _pick(page, "scoring", SCORINGS, lambda name: page.say(f"segments.scoring.{name}"))
    query = RfmQuery(scoring=scoring, where=page.filters.where, segment=page.segment)
    found: Rfm = page.load(rfm.run, query)
    if found.missing:
        st.caption(found.missing.say(page.lang))
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        cell = _cell(page, query, found)
    with right:
        frame = page.figure("segments.rfm_classes", query, lambda: _rfm_classes(page, found))
        row = tables.show(page, f"rfm_{scoring}", frame, labels=_labels(page), units=UNITS, bars=("m",), select=True)
        st.caption(page.say(f"segments.page.scoring_{scoring}", day=day(found.snapshot, page.lang, year=True)))
    if scoring == "cuts":
        thresholds_view.of_cuts(page)
    if cell is not None:
        r, f = cell
        inside = found.customers[(found.customers["r_score"] == r) & (found.customers["f_score"] == f)]
        people.behind(page, inside, page.say("segments.page.cell_name", r=r, f=f), key="rfm_cell")
    elif row is not None:
        chosen = str(found.classes()["class"].iloc[row])
        name = called("rfm_class", chosen, page.lang)
        people.behind(page, found.customers[found.customers["class"] == chosen], name, key="rfm")


def rules(page: Page) -> None:
    """Saved rules with their size and worth; a selected one shows its sentence and its people."""
    st.markdown(f"##### {page.say('segments.page.rules_title')}")
    found = page.load(_counted, page.filters.where)
    frame = page.figure("segments.rules", (id(found), page.lang), lambda: _rules(page, found))
    row = tables.show(page, "rules", frame.drop(columns="name"), labels=_labels(page), units=UNITS, select=True)
    if row is None:
        st.caption(page.say("segments.page.select_hint"))
        return
    _people(page, str(frame["name"].iloc[row]), "rule")


def _people(page: Page, name: str, key: str) -> None:
    segment = find(page.store, name)
    st.caption(markdown(segment.sentence(page.lang)))
    people.behind(page, segment.rule, segment.label(page.lang), key=key, where=page.filters.where)


def _counted(store: Store, where: Where, viewer: Viewer) -> pd.DataFrame:
    """The rules of behaviour and of the team's own; classes have their own part above."""
    return values(store, viewer, where, without=tuple(CLASSES))


def _rules(page: Page, found: pd.DataFrame) -> pd.DataFrame:
    known = {segment.name: segment for segment in saved(page.store)}
    kept = found.copy()
    kept.insert(1, "rule", [known[name].label(page.lang) for name in kept["name"]])
    kept.insert(2, "sentence", [known[name].sentence(page.lang) for name in kept["name"]])
    return kept


def _named(page: Page, score: str, found: pd.DataFrame) -> pd.DataFrame:
    frame = found.drop(columns=["orders"])
    frame["class"] = [called(score, name, page.lang) for name in found["class"]]
    return frame


def _bars(page: Page, score: str, found: pd.DataFrame) -> charts.Spec:
    names, counts, shares = figures.columns_of(found, "class", "customers", "net_sales_share")
    words = [called(score, name, page.lang) for name in names]
    hover = [
        page.say(
            "segments.page.class_hover", name=word, count=number(count, page.lang), share=percent(share, page.lang)
        )
        for word, count, share in zip(words, counts, shares, strict=True)
    ]
    return charts.bars(words, counts, "count", page.lang, hover=hover)


def _rfm_classes(page: Page, found: Rfm) -> pd.DataFrame:
    frame = found.classes()
    frame["class"] = [called("rfm_class", name, page.lang) for name in frame["class"]]
    return frame


def _cell(page: Page, query: RfmQuery, found: Rfm) -> tuple[int, int] | None:
    """The heat map; the cell somebody clicked as (R, F)."""
    spec = page.figure("segments.rfm", query, lambda: _grid(page, found))
    event: Any = st.plotly_chart(
        charts.Ready(spec), config=charts.CONFIG, key=f"chart_rfm_{query.scoring}_{abs(hash(page.key))}",
        on_select="rerun", selection_mode="points", alt=page.say("segments.page.rfm_title"),
    )  # fmt: skip
    chosen = event.selection.points
    return (int(chosen[0]["y"]), int(chosen[0]["x"])) if chosen else None


def _grid(page: Page, found: Rfm) -> charts.Spec:
    cells = found.grid()
    steps = ["1", "0"] if found.scoring == "mean" else ["5", "4", "3", "2", "1"]
    places = [(str(r), str(f)) for r, f in zip(cells["r_score"], cells["f_score"], strict=True)]
    counts = dict(zip(places, (int(count) for count in cells["customers"]), strict=True))
    said = {
        place: page.say(
            "segments.page.cell", r=place[0], f=place[1], count=number(counts[place], page.lang),
            money=money_short(money, page.lang),
        )
        for place, money in zip(places, cells["m"], strict=True)
    }  # fmt: skip
    titles = (page.say("segments.page.recent"), page.say("segments.page.frequent"))
    money = {place: money_short(one, page.lang) for place, one in zip(places, cells["m"], strict=True)}
    return charts.scores(steps, steps[::-1], counts, said, titles, page.lang, below=money)


def _labels(page: Page) -> dict[str, str]:
    names = (
        "class",
        "rule",
        "sentence",
        "customers",
        "share",
        "buyers",
        "orders",
        "net_sales",
        "net_sales_share",
        "aov",
    )
    return {name: page.say(f"segments.page.{name}") for name in names} | {"m": page.say("segments.page.net_sales")}


def _pick(page: Page, name: str, options: tuple[str, ...], words: Any) -> str:
    chosen: str = st.segmented_control(
        page.say(f"segments.page.{name}"), options, default=options[0], required=True, format_func=words,
        key=f"segments_by_{name}", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    return chosen
