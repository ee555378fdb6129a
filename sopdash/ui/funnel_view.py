"""Funnel: the stages as a picture, split side by side, and the people who dropped at a stage."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd
import streamlit as st

from sopdash import charts
from sopdash.metrics import funnel
from sopdash.metrics.funnel import Funnel, FunnelQuery
from sopdash.text.formats import duration, missing, number, percent, period
from sopdash.ui import figures, naming, tables
from sopdash.ui import people as panel
from sopdash.ui.frame import Page

SPLITS = (
    "none",
    "channel",
    "code",
    "store",
    "staff",
    "week",
    "month",
    "tier",
    "life_cycle",
    "region",
    "gender",
    "age_band",
)
WINDOWS = (1, 3, 7, 14, 30, 60, 90)
"""Days a customer has for the whole way; beside them the team's own setting."""


def choose(page: Page) -> FunnelQuery:
    """What to split by, and whether the order of the stages counts."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        by = st.selectbox(
            page.say("funnel.by"),
            SPLITS,
            format_func=lambda name: (
                page.say("funnel.by_none")
                if name == "none"
                else page.say("funnel.by_dimension", name=naming.dimension(name, page.lang))
            ),
            key="funnel_by",
            label_visibility="collapsed",
            width=150,
            persist_state="session",
        )
        usual = page.store.settings.funnel_window_days
        windows = sorted({*WINDOWS, usual})
        window = st.selectbox(
            page.say("funnel.window"),
            windows,
            index=windows.index(usual),
            format_func=lambda days: page.say("funnel.within_days", days=days),
            key="funnel_window",
            label_visibility="collapsed",
            width=130,
            persist_state="session",
        )
        any_order = st.toggle(
            page.say("funnel.any_order"),
            help=page.say("funnel.any_order_help"),
            key="funnel_open",
            persist_state="session",
        )
    return FunnelQuery(
        period=page.filters.period,
        by=None if by == "none" else by,
        where=page.filters.where,
        segment=page.segment,
        window_days=int(window),
        open=any_order,
    )


def load(page: Page, query: FunnelQuery) -> Funnel:
    """The counted funnel."""
    return page.load(funnel.run, query)


def empty(page: Page, counted: Funnel) -> bool:
    """Says what is missing when nobody entered the funnel."""
    if not counted.stages.empty and counted.stages["customers"].iloc[0:].max() > 0:
        return False
    st.info(page.say("funnel.empty"), icon=":material/filter_list:")
    _skipped(page, counted)
    return True


def picture(page: Page, query: FunnelQuery, counted: Funnel) -> None:
    """The whole funnel; the title names the stage where most are lost."""
    whole = counted if query.by is None else page.load(funnel.run, _whole(query))
    stages = whole.stages
    worst = _worst(stages)
    title = page.say("funnel.picture_plain")
    if worst is not None:
        before, stage, lost, rate = worst
        names = {"before": _stage(page, before), "stage": _stage(page, stage)}
        title = page.say("funnel.picture", **names, lost=number(lost, page.lang), rate=percent(rate, page.lang))
    figures.picture(
        page,
        "stages",
        title,
        _whole(query),
        lambda: _drawn(page, whole),
        table=lambda: tables.show(page, "stages", _named(page, stages), labels=_labels(page), units=UNITS),
        note=_note(page, query, stages),
    )
    _reached(page, whole)
    _skipped(page, whole)


def table(page: Page, query: FunnelQuery, counted: Funnel) -> None:
    """One row per value, one column per stage: customers, then the share of the stage before."""
    if query.by is None:
        return
    st.markdown(f"##### {page.say('funnel.table_title')}")
    frame = page.figure("funnel.wide", query, lambda: _wide(counted, query.by or "", page.lang))
    names = list(dict.fromkeys(counted.stages["stage"]))
    labels = {query.by: naming.dimension(query.by, page.lang)}
    labels |= {f"n_{name}": _stage(page, name) for name in names}
    labels |= {f"r_{name}": f"→ {_stage(page, name)}" for name in names}
    units = {f"n_{name}": "count" for name in names} | {f"r_{name}": "rate" for name in names}
    tables.show(page, "split", frame, labels=labels, units=units, bars=[f"r_{name}" for name in names[1:]])


def people(page: Page, query: FunnelQuery, counted: Funnel) -> None:
    """Choose a stage → the customers who stopped before it, or who got there → a list."""
    names = list(dict.fromkeys(counted.stages["stage"]))
    options = [("lost", name) for name in names[1:]] + [("there", name) for name in names]
    before = dict(zip(names[1:], names, strict=False))
    st.markdown(f"##### {page.say('funnel.people_title')}")
    chosen = st.selectbox(
        page.say("funnel.people_choose"),
        options,
        index=None,
        format_func=lambda option: _option(page, option, before),
        key="funnel_people",
        placeholder=page.say("funnel.people_choose"),
        label_visibility="collapsed",
        width=360,
    )
    if chosen is None:
        return
    kind, stage = chosen
    customers = page.load(funnel.people, _whole(query), stage, kind == "lost")
    panel.behind(page, customers, _option(page, chosen, before), key="funnel")


UNITS = {
    "customers": "count",
    "from_previous": "rate",
    "from_first": "rate",
    "median_hours": "hours",
    "open_window": "count",
}


def _option(page: Page, option: tuple[str, str], before: dict[str, str]) -> str:
    kind, stage = option
    if kind == "there":
        return page.say("funnel.people_there", stage=_stage(page, stage))
    return page.say("funnel.people_lost", before=_stage(page, before[stage]), stage=_stage(page, stage))


def _whole(query: FunnelQuery) -> FunnelQuery:
    return FunnelQuery(query.period, None, query.where, query.segment, query.window_days, query.open)


def _stage(page: Page, name: str) -> str:
    return page.say(f"funnel.stage_{name}")


def _labels(page: Page) -> dict[str, str]:
    return {"stage": page.say("funnel.stage")} | {name: page.say(f"funnel.{name}") for name in UNITS}


def _named(page: Page, stages: pd.DataFrame) -> pd.DataFrame:
    return page.figure(
        "funnel.named", id(stages), lambda: stages.assign(stage=[_stage(page, name) for name in stages["stage"]])
    )


def _worst(stages: pd.DataFrame) -> tuple[str, str, int, float] | None:
    """The step that loses most customers: from, to, how many, and the share that gets there."""
    rows: list[Any] = list(stages.itertuples())
    steps = [
        (before.stage, row.stage, int(before.customers - row.customers), row.from_previous)
        for before, row in pairwise(rows)
        if not missing(row.from_previous)
    ]
    return max(steps, key=lambda step: step[2], default=None)


def _drawn(page: Page, counted: Funnel) -> charts.Spec:
    rows: list[Any] = list(counted.stages.itertuples())
    return charts.funnel(
        [_stage(page, row.stage) for row in rows],
        [row.customers for row in rows],
        [_beside(page, row) for row in rows],
        page.lang,
    )


def _beside(page: Page, row: Any) -> str:
    if missing(row.from_previous):
        return ""
    rate = percent(row.from_previous, page.lang)
    if missing(row.median_hours):
        return page.say("funnel.beside", rate=rate)
    return page.say("funnel.beside_time", rate=rate, time=duration(row.median_hours, page.lang))


def _note(page: Page, query: FunnelQuery, stages: pd.DataFrame) -> str:
    assert query.period is not None
    words = period(query.period.first, query.period.last, page.lang)
    running = stages["open_window"].iloc[0] if len(stages) else 0
    return page.say("funnel.window_note", period=words, days=query.window_days, open=f"{int(running):,}")


def _reached(page: Page, counted: Funnel) -> None:
    """People reached stand beside the funnel: nobody knows who they were."""
    if counted.reached is not None and not counted.reached.empty and not missing(counted.reached["people"].iloc[0]):
        st.caption(page.say("funnel.reached", people=number(counted.reached["people"].iloc[0], page.lang)))


def _skipped(page: Page, counted: Funnel) -> None:
    for name, reason in counted.skipped.items():
        st.caption(page.say("funnel.skipped", stage=_stage(page, name), reason=figures.needed(page, reason)))


def _wide(counted: Funnel, by: str, lang: str) -> pd.DataFrame:
    """One row per value of `by`: n_<stage> customers and r_<stage> share of the stage before."""
    rows: dict[Any, dict[str, Any]] = {}
    for row in counted.stages.to_dict("records"):
        wide = rows.setdefault(row[by], {by: naming.value(by, row[by], lang)})
        wide[f"n_{row['stage']}"] = row["customers"]
        if not missing(row["from_previous"]):
            wide[f"r_{row['stage']}"] = row["from_previous"]
    names = list(dict.fromkeys(counted.stages["stage"]))
    order = [by, *(f"n_{name}" for name in names), *(f"r_{name}" for name in names[1:])]
    frame = pd.DataFrame(list(rows.values())).reindex(columns=order)
    return frame if by in ("week", "month") else frame.sort_values(order[1], ascending=False, ignore_index=True)
