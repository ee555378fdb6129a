"""Building a segment: the rule, what it counts and is worth while it is edited, saving it, and the people in it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from sopdash import charts
from sopdash.access import Viewer
from sopdash.errors import SopdashError
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments import (
    Overlap,
    Rule,
    Segment,
    find,
    from_json,
    overlap,
    own,
    remove,
    save,
    saved,
    sentence,
    sizes,
    to_json,
)
from sopdash.segments.library import around
from sopdash.segments.predicates import compiled
from sopdash.text import say
from sopdash.text.formats import money_short, number, percent
from sopdash.text.safe import markdown
from sopdash.ui import errors, figures, people, rule_editor, rule_tree
from sopdash.ui.frame import Page
from sopdash.warehouse import Store

EDITED, NAME, SAID = "rule_edited", "rule_name", "rule_said"
"""Session: the saved segment being edited, the name typed, what the last action has to say."""


def show(page: Page) -> None:
    """Editor on the left, what comes of it on the right; below them the people."""
    _message()
    _begin(page)
    left, right = st.columns([17, 10], gap="small")
    with left:
        rule_editor.draw(page, st.session_state.get(EDITED, ""))
        _exchange(page)
    rule, unfinished = rule_tree.rule_of(rule_editor.tree())
    edited = _edited(page)
    try:
        within = (edited.name,) if edited else ()
        who = compiled(rule, around(page.store, within))
    except SopdashError as error:
        right.warning(errors.sentence(error, page.lang))
        return
    with right:
        _counted(page, rule, who, unfinished)
        _saving(page, rule, edited)
        _history(page, edited)
    name = st.session_state.get(NAME) or page.say("rule.unnamed")
    people.behind(page, who.both(page.segment) if page.segment else who, name, key="rule", where=page.filters.where)


def _begin(page: Page) -> None:
    """Which segment to start from; a saved one of the team's own is then edited."""
    known = saved(page.store)
    labels = {segment.name: segment.label(page.lang) for segment in known}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="rule_begin"):
        st.selectbox(
            page.say("rule.begin"), list(labels), index=None, key="rule_from", on_change=_open, args=(page.store,),
            format_func=lambda name: labels.get(name, name), placeholder=page.say("rule.begin"), width=300,
            label_visibility="collapsed",
        )  # fmt: skip
        st.button(
            page.say("rule.anew"), key="rule_anew", on_click=_anew, type="tertiary", icon=":material/restart_alt:"
        )
        st.caption(page.say("rule.hint"), width="content")


def _open(store: Store) -> None:
    name = st.session_state["rule_from"]
    if name is not None:
        edit(store, name)


def edit(store: Store, name: str) -> None:
    """Takes a segment into the editor; a built-in one as the beginning of a new one."""
    segment = find(store, name)
    rule_editor.start(rule_tree.of_rule(segment.rule))
    st.session_state[EDITED] = segment.name if segment.id else ""
    st.session_state[NAME] = segment.name if segment.id else ""
    st.session_state["rule_owner"], st.session_state["rule_note"] = segment.owner, segment.note


def _anew() -> None:
    st.session_state.pop(rule_editor.TREE, None)
    for key in (EDITED, NAME, "rule_owner", "rule_note"):
        st.session_state[key] = ""
    st.session_state["rule_from"] = None


def _edited(page: Page) -> Segment | None:
    name = st.session_state.get(EDITED)
    return next((segment for segment in own(page.store) if segment.name == name), None) if name else None


def _counted(page: Page, rule: Rule, who: Predicate, unfinished: int) -> None:
    labels = {segment.name: segment.label(page.lang) for segment in saved(page.store)}
    other = st.session_state.get("rule_other")
    found: Overlap = page.load(_overlap, who, other if other in labels else None, page.filters.where)
    with st.container(border=True, gap="small", key="rule_counted"):
        with st.grid(2, min_column_width=130, gap="small"):
            _figure(page, "customers", number(found.customers, page.lang), found.customers, found.everybody)
            _figure(page, "net_sales", money_short(found.net_sales, page.lang), found.net_sales, found.all_net_sales)
        st.markdown(markdown(sentence(rule, page.lang)))
        if unfinished:
            st.caption(page.say("rule.unfinished", count=unfinished))
        st.selectbox(
            page.say("rule.other"), list(labels), index=None, key="rule_other", label_visibility="collapsed",
            format_func=lambda name: labels[name], placeholder=page.say("rule.other"),
        )  # fmt: skip
        if other in labels:
            share = found.both / found.customers if found.customers else None
            words = page.say(
                "rule.overlap", name=labels[other], other=number(found.other, page.lang),
                both=number(found.both, page.lang), share=percent(share, page.lang),
                money=money_short(found.both_net_sales, page.lang),
            )  # fmt: skip
            st.caption(markdown(words))


def _figure(page: Page, name: str, value: str, part: float, whole: float) -> None:
    share = percent(part / whole if whole else None, page.lang)
    with st.container(gap=None):
        st.metric(page.say(f"rule.{name}"), value, help=page.say(f"rule.{name}_help"))
        st.caption(page.say("rule.share", share=share))


def _saving(page: Page, rule: Rule, edited: Segment | None) -> None:
    with st.container(border=True, gap="small", key="rule_saving"):
        st.text_input(page.say("rule.name"), key=NAME, max_chars=60)
        with st.container(horizontal=True, gap="small"):
            st.text_input(
                page.say("rule.owner"), key="rule_owner", max_chars=40, width=150, placeholder=page.viewer.name
            )
            st.text_input(page.say("rule.note"), key="rule_note", max_chars=200, width="stretch")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if edited is not None:
                st.button(
                    page.say("rule.save"), key="rule_save", type="primary", on_click=_save, args=(page, rule, edited)
                )
            st.button(
                page.say("rule.save_new"), key="rule_save_new", on_click=_save, args=(page, rule, None),
                type="secondary" if edited else "primary",
            )  # fmt: skip
            if edited is not None:
                st.button(
                    page.say("rule.delete"), key="rule_delete", type="tertiary", on_click=_remove, args=(page, edited),
                    icon=":material/delete:",
                )  # fmt: skip


def _save(page: Page, rule: Rule, edited: Segment | None) -> None:
    state = st.session_state
    segment = Segment(
        state[NAME].strip(), rule, owner=state.get("rule_owner") or page.viewer.name, note=state.get("rule_note") or "",
        id=edited.id if edited else "", version=edited.version if edited else 0,
    )  # fmt: skip
    try:
        kept = save(page.store, segment, page.viewer.name)
        sizes.count(page.store, kept)
    except SopdashError as error:
        state[SAID] = ("warning", errors.sentence(error, page.lang))
        return
    state[EDITED] = kept.name
    state[SAID] = ("success", page.say("rule.saved", name=kept.name))


def _remove(page: Page, segment: Segment) -> None:
    try:
        remove(page.store, segment, page.viewer.name)
    except SopdashError as error:
        st.session_state[SAID] = ("warning", errors.sentence(error, page.lang))
        return
    _anew()
    st.session_state[SAID] = ("success", page.say("rule.removed", name=segment.name))


def _message() -> None:
    told = st.session_state.pop(SAID, None)
    if told is not None:
        kind, words = told
        (st.success if kind == "success" else st.warning)(markdown(words))


def _history(page: Page, edited: Segment | None) -> None:
    if edited is None:
        return
    who = page.say("rule.by", who=edited.changed_by or edited.owner or "—", owner=edited.owner or "—")
    st.caption(markdown(who))
    known = sizes.history(page.store, edited)
    if len(known) < 2:
        st.caption(page.say("rule.history_none"))
        return
    days = [f"{day:%m-%d}" for day in known["day"]]
    question = (edited.id, edited.version, len(known), str(known["counted_at"].max()))
    label = page.say("rule.customers")
    figures.chart(
        page, "sizes", question,
        lambda: charts.lines(days, {label: list(known["customers"])}, "count", page.lang, height=130, zero=False),
        alt=page.say("rule.history"),
    )  # fmt: skip


def _exchange(page: Page) -> None:
    """The rule as JSON, to hand on and to take over."""
    with st.expander(page.say("rule.json"), icon=":material/data_object:", key="rule_json", on_change="rerun") as place:
        if not place.open:
            return
        rule, _ = rule_tree.rule_of(rule_editor.tree())
        text = to_json(rule)
        st.code(text, language="json", wrap_lines=True)
        st.download_button(
            page.say("rule.json_out"), text, file_name="segment.json", mime="application/json", on_click="ignore",
            icon=":material/download:", key="rule_json_out",
        )  # fmt: skip
        st.text_area(page.say("rule.json_in"), key="rule_json_text", height=100)
        st.button(page.say("rule.json_take"), key="rule_json_take", on_click=_take_json, args=(page.lang,))


def _take_json(lang: str) -> None:
    try:
        rule = from_json(st.session_state["rule_json_text"])
    except SopdashError as error:
        st.session_state[SAID] = ("warning", errors.sentence(error, lang))
        return
    rule_editor.start(rule_tree.of_rule(rule))
    st.session_state[SAID] = ("success", say("rule.json_taken", lang))


def _overlap(store: Store, who: Predicate, other: Any, where: Where, viewer: Viewer) -> Overlap:
    return overlap(store, who, other, where, viewer)
