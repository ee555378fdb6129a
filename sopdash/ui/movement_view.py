"""Movement: who rose and who slipped between the ends of two periods, as a picture, a table and lists."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.segments import CLASSES, called
from sopdash.segments.movement import Move, movers, run
from sopdash.text.formats import day, number
from sopdash.ui import figures, people, tables
from sopdash.ui.frame import Page

UNITS = {"customers": "count", "net_sales": "money"}


def show(page: Page) -> None:
    """The picture of who moved, the table behind it, and the people of the selected row."""
    compared = page.filters.compared or page.filters.period.previous()
    score = _score(page)
    move = Move(score, compared.last, page.filters.period.last, page.filters.where, page.segment)
    found: pd.DataFrame = page.load(run, move)
    moved = found[(found["before"] != found["after"]) & found["before"].notna() & found["after"].notna()]
    st.markdown(_finding(page, moved))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if moved.empty:
            st.caption(page.say("movement.none"))
        else:
            figures.chart(page, "movement", move, lambda: _picture(page, move, moved), alt=page.say("movement.title"))
        st.caption(page.say("movement.about"))
    with right:
        row = _table(page, move, found)
    if row is not None:
        before, after = _cell(found, row)
        chosen = page.load(movers, move, before, after)
        name = page.say("movement.went", before=_class(page, score, before), after=_class(page, score, after))
        people.behind(page, chosen, name, key="movement")


def _score(page: Page) -> str:
    with st.container(horizontal=True, vertical_alignment="center", key="movement_score"):
        st.markdown(f"##### {page.say('movement.title')}")
        chosen: str = st.segmented_control(
            page.say("segments.page.score"), tuple(CLASSES), default="life_cycle", required=True, key="movement_by",
            format_func=lambda name: page.say(f"segments.group.{name}"), label_visibility="collapsed",
            persist_state="session",
        )  # fmt: skip
    return chosen


def _finding(page: Page, moved: pd.DataFrame) -> str:
    rose, slipped = (int(moved.loc[moved["direction"] == way, "customers"].sum()) for way in (1, -1))
    return page.say("movement.finding", rose=number(rose, page.lang), slipped=number(slipped, page.lang))


def _table(page: Page, move: Move, found: pd.DataFrame) -> int | None:
    frame = page.figure("movement.table", move, lambda: _named(page, move.score, found))
    labels = {name: page.say(f"movement.{name}") for name in ("before", "after", "way", "customers", "net_sales")}
    row = tables.show(page, f"movement_{move.score}", frame, labels=labels, units=UNITS, select=True, rows=12)
    st.caption(page.say("segments.page.select_hint"))
    return row


def _ordered(found: pd.DataFrame) -> pd.DataFrame:
    """Who slipped first, then who rose, who is new, who stayed; the many first."""
    known = found["before"].notna() & found["after"].notna()
    stayed = (found["before"] == found["after"]) & known
    rank = found["direction"].map({-1: 0, 1: 1, 0: 2}).where(known, 3).where(~stayed, 4)
    return found.assign(rank=rank).sort_values(["rank", "customers"], ascending=[True, False], ignore_index=True)


def _cell(found: pd.DataFrame, row: int) -> tuple[str | None, str | None]:
    chosen = _ordered(found).iloc[row]
    before, after = ((None if pd.isna(one) else str(one)) for one in (chosen["before"], chosen["after"]))
    return before, after


def _named(page: Page, score: str, found: pd.DataFrame) -> pd.DataFrame:
    frame = _ordered(found)
    ways: list[str] = [page.say(f"movement.way_{_way(row)}") for row in frame.to_dict("records")]
    for name in ("before", "after"):
        frame[name] = [_class(page, score, None if pd.isna(value) else value) for value in frame[name]]
    frame.insert(2, "way", ways)
    return frame[["before", "after", "way", "customers", "net_sales"]]


def _way(row: Any) -> str:
    if row["before"] is None or pd.isna(row["before"]):
        return "new"
    return "same" if row["before"] == row["after"] else {1: "up", -1: "down"}.get(int(row["direction"]), "side")


def _class(page: Page, score: str, value: str | None) -> str:
    return page.say("movement.unknown") if value is None else called(score, value, page.lang)


def _picture(page: Page, move: Move, moved: pd.DataFrame) -> charts.Spec:
    flows = [
        (called(move.score, row["before"], page.lang), called(move.score, row["after"], page.lang),
         int(row["customers"]), int(row["direction"]))
        for row in moved.to_dict("records")
    ]  # fmt: skip
    titles = (day(move.before, page.lang), day(move.after, page.lang))
    return charts.sankey(
        flows, titles, [called(move.score, name, page.lang) for name in CLASSES[move.score]], page.lang
    )
