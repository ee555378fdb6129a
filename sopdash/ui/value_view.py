"""Value and effort: CLV and P(alive) by class and channel, where budget and hours go, and what control groups show."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from sopdash.access import Viewer
from sopdash.metrics import run
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments import both, called, control, where
from sopdash.segments.effort import allocate, cells
from sopdash.text.formats import change, day, money_short
from sopdash.ui import figures, naming, people, tables
from sopdash.ui.frame import Page
from sopdash.warehouse import Store

FIGURES = ("clv", "p_alive", "clv_expected_orders")
BY = ("channel", "tier", "life_cycle", "rfm_class", "store")


def value(page: Page) -> None:
    """Mean value per customer by a dimension of choice; by channel beside what a customer cost."""
    with st.container(horizontal=True, vertical_alignment="center", key="value_by"):
        st.markdown(f"##### {page.say('value.title')}")
        by: str = st.segmented_control(
            page.say("value.by"), BY, default="channel", required=True, key="value_dimension", persist_state="session",
            format_func=lambda name: naming.dimension(name, page.lang), label_visibility="collapsed",
        )  # fmt: skip
    names = (*FIGURES, "cac", "clv_to_cac") if by == "channel" else FIGURES
    found = page.load(run, page.query(*names, by=(by,), compare=False))
    for name in names:
        if name in found.missing:
            figures.need_step(page, found.missing[name])
    shown = [name for name in names if name not in found.missing and name in found.rows]
    if not shown or found.rows.empty:
        return
    rows = found.rows[found.rows[shown].notna().any(axis=1)].sort_values(shown[0], ascending=False, ignore_index=True)
    frame = page.figure("value.table", (id(found), by), lambda: _named(page, by, rows[[by, *shown]]))
    row = tables.show(page, f"value_{by}", frame, bars=(shown[0],), select=True)
    said = [note.say(page.lang) for note in found.notes]
    st.caption(" · ".join([*said, page.say("value.note"), page.say("segments.page.select_hint")]))
    if row is not None:
        chosen = str(rows[by].iloc[row] or "")
        kept = (*(pair for pair in page.filters.where if pair[0] != by), (by, chosen))
        people.behind(page, page.segment or people.EVERYBODY, str(frame[by].iloc[row]), key="value", where=kept)


def effort(page: Page) -> None:
    """The proposal: who gets how much budget and time, with its assumptions open to change."""
    st.markdown(f"##### {page.say('effort.title')}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="effort_inputs"):
        budget = st.number_input(page.say("effort.budget"), 0, None, 10_000, 1_000, key="effort_budget", width=170)
        hours = st.number_input(page.say("effort.hours"), 0, None, 160, 8, key="effort_hours", width=170)
        minutes = st.number_input(page.say("effort.minutes"), 1, None, 30, 5, key="effort_minutes", width=210)
    told: pd.DataFrame = page.load(_cells, page.filters.where, page.segment)
    if told.empty:
        st.caption(page.say("ui.no_rows"))
        return
    edited = _edited(page, told)
    plan = allocate(edited, float(budget), float(hours), float(minutes))
    _plan(page, plan)
    modelled = bool(told["modelled"].iloc[0])
    lines = [page.say("effort.about_value" if modelled else "effort.about_sales"),
             page.say("effort.about_response", days=page.store.settings.active_days,
                      count=page.store.settings.minimum_count),
             page.say("effort.about_plan")]  # fmt: skip
    st.caption(" ".join(lines))


def _edited(page: Page, told: pd.DataFrame) -> pd.DataFrame:
    """Value and response rate as the viewer assumes them; the people of each cell stay as counted."""
    frame = pd.DataFrame(
        {
            "cell": [_cell(page, row) for row in told.to_dict("records")],
            "customers": told["customers"],
            "value": told["value"].round(0),
            "response": (told["response"] * 100).round(1),
        }
    )
    config: Any = {
        "cell": st.column_config.Column(page.say("effort.cell"), disabled=True),
        "customers": st.column_config.NumberColumn(page.say("effort.customers"), disabled=True, format="%,d"),
        "value": st.column_config.NumberColumn(page.say("effort.value"), min_value=0, format="¥%,.0f"),
        "response": st.column_config.NumberColumn(
            page.say("effort.response"), min_value=0.0, max_value=100.0, format="%.1f%%"
        ),
    }
    with st.expander(page.say("effort.assumptions"), icon=":material/edit:", key="effort_assumptions"):
        changed = st.data_editor(
            frame, column_config=config, hide_index=True, row_height=tables.ROW_HEIGHT,
            key=f"effort_{abs(hash((page.key, page.filters.where, page.segment, page.lang)))}",
        )  # fmt: skip
    return told.assign(
        value=changed["value"].fillna(0).to_numpy(), response=changed["response"].fillna(0).to_numpy() / 100
    )


def _plan(page: Page, plan: pd.DataFrame) -> None:
    frame = plan[["customers", "value", "response", "weight", "budget", "hours", "minutes_each"]].copy()
    frame.insert(0, "cell", [_cell(page, row) for row in plan.to_dict("records")])
    units = {"customers": "count", "value": "money", "response": "rate", "weight": "rate", "budget": "money",
             "hours": "number", "minutes_each": "number"}  # fmt: skip
    labels = {name: page.say(f"effort.{name}") for name in ("cell", *units) if name not in ("hours", "budget")}
    labels |= {"budget": page.say("effort.budget_share"), "hours": page.say("effort.hours_share")}
    row = tables.show(page, "effort", frame, labels=labels, units=units, bars=("weight",), select=True, rows=12)
    if row is not None:
        chosen = plan.iloc[row]
        rule = both(
            where("tier", "in", chosen["tier"]), where("life_cycle", "in", chosen["stage"]), where("held", "yes")
        )
        people.behind(page, rule, str(frame["cell"].iloc[row]), key="effort", where=page.filters.where)


def controls(page: Page) -> None:
    """Every control group drawn, and what both sides did since."""
    drawn = control.saved(page.store)
    st.markdown(f"##### {page.say('control.title')}")
    if not drawn:
        st.caption(page.say("control.none"))
        return
    by_id = {one.id: one for one in drawn}
    chosen = st.selectbox(
        page.say("control.choose"), list(by_id), key="control_of", width=420, required=True,
        label_visibility="collapsed",
        format_func=lambda id_: page.say(
            "control.named", name=by_id[id_].name, day=f"{by_id[id_].made_at:%Y-%m-%d}", who=by_id[id_].made_by
        ),
    )  # fmt: skip
    one = by_id[chosen]
    found = control.outcome(page.store, one, page.viewer)
    if found.days == 0:
        st.caption(page.say("control.too_early", day=day(one.last_day, page.lang, year=True)))
        return
    rows = [
        {"side": page.say(f"control.{name}"), "customers": side.customers, "buyers": side.buyers, "rate": side.rate,
         "money": side.net_sales.mean}
        for name, side in (("treated", found.treated), ("held_out", found.held_out))
    ]  # fmt: skip
    frame = tables.framed(rows, ["side", "customers", "buyers", "rate", "money"])
    labels = {name: page.say(f"control.column_{name}") for name in frame.columns}
    units = {"customers": "count", "buyers": "count", "rate": "rate", "money": "money"}
    tables.show(page, "control", frame, labels=labels, units=units)
    small = min(found.treated.customers, found.held_out.customers) < page.store.settings.minimum_count
    difference = (found.treated.rate or 0) - (found.held_out.rate or 0)
    st.caption(
        page.say(
            "control.small" if small else "control.lift", days=found.days, seed=one.seed,
            points=change(difference, "rate", page.lang),
            low=change(found.rate_interval.low, "rate", page.lang, brief=True),
            high=change(found.rate_interval.high, "rate", page.lang, brief=True),
            money=money_short(found.treated.net_sales.mean - found.held_out.net_sales.mean, page.lang),
            money_low=money_short(found.money_interval.low, page.lang),
            money_high=money_short(found.money_interval.high, page.lang),
        )
    )  # fmt: skip


def _named(page: Page, by: str, rows: pd.DataFrame) -> pd.DataFrame:
    words = [_word(page, by, value) for value in rows[by]]
    return rows.assign(**{by: words})


def _word(page: Page, by: str, value: Any) -> str:
    word = "" if value is None or pd.isna(value) else str(value)
    said = called(by, word, page.lang) if word else word
    return said if word and said != word else naming.value(by, word, page.lang)


def _cell(page: Page, row: Any) -> str:
    tier, stage = called("tier", row["tier"], page.lang), called("life_cycle", row["stage"], page.lang)
    return page.say("effort.named", tier=tier, stage=stage)


def _cells(store: Store, filters: Where, segment: Predicate | None, viewer: Viewer) -> pd.DataFrame:
    return cells(store, filters, segment, viewer)
