"""Profile: what is special about a segment, against all customers, trait by trait."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.segments import both, called, find, predicate_of, profile, saved
from sopdash.segments.profile import ProfileQuery
from sopdash.text.formats import number, percent
from sopdash.text.safe import markdown
from sopdash.ui import figures, naming, people, tables
from sopdash.ui.frame import Page

UNITS = {"share": "rate", "share_all": "rate", "index": "ratio", "inside": "count"}
MOST = 5
"""Findings said in words."""


def show(page: Page) -> None:
    """The chosen segment's profile; a selected row leads to its people."""
    name = _segment(page)
    segment = find(page.store, name)
    query = ProfileQuery(predicate_of(page.store, segment), page.filters.where)
    found: pd.DataFrame = page.load(profile.run, query)
    if found.empty:
        st.caption(page.say("ui.no_rows"))
        return
    _findings(page, found)
    traits = [trait for trait in profile.TRAITS if (found["trait"] == trait).any()]
    trait = st.pills(
        page.say("profile.trait"), traits, default=traits[0], required=True, key="profile_trait",
        format_func=lambda one: _trait(page, one), label_visibility="collapsed",
    )  # fmt: skip
    rows = found[found["trait"] == trait].sort_values("share", ascending=False, ignore_index=True)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figures.chart(page, "profile", (query, trait), lambda: _bars(page, rows), alt=_trait(page, str(trait)))
        st.caption(page.say("profile.picture_note"))
    with right:
        row = _table(page, (query, trait), rows)
    if row is not None:
        value = str(rows["value"].iloc[row])
        rule = profile.rule_of(str(trait), value)
        if rule is not None:
            title = page.say("profile.people", segment=segment.label(page.lang), value=_value(page, str(trait), value))
            people.behind(page, both(segment.rule, rule), title, key="profile", where=page.filters.where)


def _segment(page: Page) -> str:
    labels = {segment.name: segment.label(page.lang) for segment in saved(page.store)}
    first = page.filters.segment if page.filters.segment in labels else "rfm_111"
    with st.container(horizontal=True, vertical_alignment="center", key="profile_segment"):
        st.markdown(f"##### {page.say('profile.title')}")
        chosen: str = st.selectbox(
            page.say("profile.segment"), list(labels), index=list(labels).index(first), key="profile_of", width=300,
            format_func=lambda name: labels.get(name, name), label_visibility="collapsed", required=True,
        )  # fmt: skip
    return chosen


def _findings(page: Page, found: pd.DataFrame) -> None:
    """What is over-represented most, in words; nothing is said of small samples."""
    sure = found[found["standing"] == "above"].sort_values("index", ascending=False).head(MOST)
    if sure.empty:
        key = "profile.small" if (found["standing"] == "small").all() else "profile.nothing"
        st.markdown(page.say(key, count=page.store.settings.minimum_count))
        return
    said = [
        page.say(
            "profile.finding", trait=_trait(page, row["trait"]), value=_value(page, row["trait"], row["value"]),
            share=percent(row["share"], page.lang, 0), all=percent(row["share_all"], page.lang, 0),
            times=f"{row['index']:.1f}",
        )
        for row in sure.to_dict("records")
    ]  # fmt: skip
    st.markdown(markdown(page.say("profile.findings", list=page.say("profile.joint").join(said))))


def _table(page: Page, question: Any, rows: pd.DataFrame) -> int | None:
    frame = page.figure("profile.table", question, lambda: _named(page, rows))
    labels = {name: page.say(f"profile.{name}") for name in (*UNITS, "value", "verdict")}
    row = tables.show(page, "profile", frame, labels=labels, units=UNITS, select=True)
    st.caption(page.say("profile.note", count=number(page.store.settings.minimum_count, page.lang)))
    return row


def _named(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    frame = rows[["value", "inside", "share", "share_all", "index"]].copy()
    frame["value"] = [_value(page, row["trait"], row["value"]) for row in rows.to_dict("records")]
    frame["verdict"] = [page.say(f"profile.standing_{standing}") for standing in rows["standing"]]
    return frame


def _bars(page: Page, rows: pd.DataFrame) -> charts.Spec:
    top = rows.head(12)
    shares, whole, small = figures.columns_of(top, "share", "share_all", "standing")
    words = [_value(page, row["trait"], row["value"]) for row in top.to_dict("records")]
    return charts.bars(words, shares, "rate", page.lang, before=whole, pale=[one == "small" for one in small])


def _trait(page: Page, trait: str) -> str:
    return page.say(f"profile.trait_{trait}")


def _value(page: Page, trait: str, value: str) -> str:
    word = value if trait == "hour" else called(trait, value, page.lang)
    return naming.value(trait, value, page.lang) if word == value else word
