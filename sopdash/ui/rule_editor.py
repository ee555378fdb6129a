"""The editor of a rule: groups as bordered blocks, one line per condition, everything reachable by keyboard."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from sopdash.access import Viewer
from sopdash.metrics.missing import covered
from sopdash.segments import FIELDS, Kind, Operator, called, field_label, saved
from sopdash.segments.fields import DATES, SECTIONS, Field
from sopdash.segments.options import options
from sopdash.ui import naming, rule_tree
from sopdash.ui.frame import Page
from sopdash.ui.rule_tree import Node
from sopdash.warehouse import Store

TREE = "rule_tree"
"""Where the tree lives in the session."""

ALWAYS, DATED = "always", "dates"
DAYS = ("7", "14", "30", "60", "90", "180", "365")
TWO = (Operator.BETWEEN, Operator.DURING)
WORDS = (Operator.IN, Operator.NOT_IN)
NO_VALUE = (Operator.KNOWN, Operator.UNKNOWN, Operator.YES, Operator.NO)


def tree() -> Node:
    """The tree being edited; one empty condition at first."""
    if TREE not in st.session_state:
        start(rule_tree.group("all", [rule_tree.condition()]))
    found: Node = st.session_state[TREE]
    return found


def start(node: Node) -> None:
    """Edits another tree."""
    st.session_state[TREE] = node


def draw(page: Page, but: str = "") -> None:
    """The editor of the whole rule; `but`: the segment being edited, which cannot be part of itself."""
    have = page.load(_covered)
    _group(page, tree(), 1, have, but)


def _group(page: Page, node: Node, level: int, have: frozenset[str], but: str) -> None:
    with st.container(border=True, gap="small", key=f"rule_group_{level}_{node['id']}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _choice(page, node)
            if level > 1:
                _toggle(page, node)
                st.button(
                    page.say("rule.remove_group"), key=f"rule_{node['id']}_gone", on_click=_gone, args=(node["id"],),
                    type="tertiary", icon=":material/close:",
                )  # fmt: skip
        for part in node["parts"]:
            if "parts" in part:
                _group(page, part, level + 1, have, but)
            else:
                _condition(page, part, have, but)
        with st.container(horizontal=True, gap="small"):
            st.button(
                page.say("rule.add"), key=f"rule_{node['id']}_add", on_click=_add, args=(node["id"], False),
                type="tertiary", icon=":material/add:",
            )  # fmt: skip
            if level < rule_tree.DEEPEST:
                st.button(
                    page.say("rule.add_group"), key=f"rule_{node['id']}_addgroup", on_click=_add,
                    args=(node["id"], True), type="tertiary", icon=":material/account_tree:",
                )  # fmt: skip


def _choice(page: Page, node: Node) -> None:
    key = _key(node, "kind", node["kind"])
    st.segmented_control(
        page.say("rule.kind"), ("all", "any"), required=True, key=key, on_change=_take, args=(node["id"], "kind"),
        format_func=lambda kind: page.say(f"rule.kind_{kind}"), label_visibility="collapsed",
    )  # fmt: skip


def _toggle(page: Page, node: Node) -> None:
    key = _key(node, "out", node["out"])
    st.toggle(page.say("rule.out"), key=key, on_change=_take, args=(node["id"], "out"), help=page.say("rule.out_help"))


def _condition(page: Page, node: Node, have: frozenset[str], but: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"rule_row_{node['id']}"):
        _field(page, node, have)
        if node["field"]:
            _operator(page, node)
            _values(page, node, but)
            if FIELDS[node["field"]].has_period:
                _period(page, node)
        st.button(
            "", key=f"rule_{node['id']}_gone", on_click=_gone, args=(node["id"],), type="tertiary",
            icon=":material/close:", help=page.say("rule.remove"),
        )  # fmt: skip


def _field(page: Page, node: Node, have: frozenset[str]) -> None:
    key = _key(node, "field", node["field"] or None)
    st.selectbox(
        page.say("rule.field"), _ordered(), index=None, key=key, on_change=_take, args=(node["id"], "field"),
        format_func=lambda name: _named(page, FIELDS[name], have), placeholder=page.say("rule.field"), width=188,
        label_visibility="collapsed",
    )  # fmt: skip


def _ordered() -> list[str]:
    return [name for section in SECTIONS for name, field in FIELDS.items() if field.section == section]


def _named(page: Page, field: Field, have: frozenset[str]) -> str:
    section, label = page.say(f"rule.section_{field.section}"), field_label(field.name, page.lang)
    words = page.say("rule.named", section=section, label=label[:1].upper() + label[1:])
    if field.needs and field.needs not in have:
        return page.say("rule.named_needs", named=words, export=naming.exports([field.needs], page.lang))
    return words


def _operator(page: Page, node: Node) -> None:
    kind = FIELDS[node["field"]].kind
    group = "moment" if kind is Kind.MOMENT else "flag" if kind is Kind.FLAG else "any"
    key = _key(node, "operator", node["operator"])
    st.selectbox(
        page.say("rule.operator"), [str(one) for one in FIELDS[node["field"]].operators], key=key, width=112,
        on_change=_take, args=(node["id"], "operator"), required=True, label_visibility="collapsed",
        format_func=lambda one: page.say(f"rule.operator_{group}.{one}"),
    )  # fmt: skip


def _values(page: Page, node: Node, but: str) -> None:
    operator, field = Operator(node["operator"]), FIELDS[node["field"]]
    if operator in NO_VALUE:
        return
    if operator in WORDS:
        _words(page, node, field, but)
    elif operator is Operator.CONTAINS:
        st.text_input(
            page.say("rule.text"), key=_key(node, "text", next(iter(node["values"]), "")), on_change=_take,
            args=(node["id"], "text"), placeholder=page.say("rule.text"), width=170, label_visibility="collapsed",
        )  # fmt: skip
    else:
        for place in range(2 if operator in TWO else 1):
            _one(page, node, place, operator in DATES)


def _words(page: Page, node: Node, field: Field, but: str) -> None:
    if field.kind is Kind.SEGMENT:
        known = tuple(one.name for one in saved(page.store) if one.name != but)
    else:
        known = page.load(_options, field.name)
    st.multiselect(
        page.say("rule.values"), [*known, *(one for one in node["values"] if one not in known)],
        key=_key(node, "words", list(node["values"])), on_change=_take, args=(node["id"], "words"), width=206,
        format_func=lambda value: spoken(field.name, value, page.lang), placeholder=page.say("rule.values"),
        accept_new_options=field.kind not in (Kind.SEGMENT,), label_visibility="collapsed", select_all=False,
    )  # fmt: skip


def _one(page: Page, node: Node, place: int, as_day: bool) -> None:
    held = node["values"][place] if place < len(node["values"]) else None
    what = f"value{place}"
    label = page.say("rule.day" if as_day else "rule.number")
    if as_day:
        st.date_input(
            label, key=_key(node, what, rule_tree.day(held)), on_change=_take, args=(node["id"], what), width=118,
            label_visibility="collapsed", min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1),
        )  # fmt: skip
        return
    number = None if held is None else float(held)
    whole = FIELDS[node["field"]].kind in (Kind.COUNT, Kind.MOMENT) or node["field"] == "age"
    st.number_input(
        label, key=_key(node, what, number if number is None or not whole else int(number)), on_change=_take,
        args=(node["id"], what), width=92, placeholder=_unit(page, node), label_visibility="collapsed",
        step=1 if whole else 0.1 if node["field"] == "p_alive" else 100.0, format="%d" if whole else "%g",
    )  # fmt: skip


def _unit(page: Page, node: Node) -> str:
    return page.say("rule.unit_days" if FIELDS[node["field"]].kind is Kind.MOMENT else "rule.number")


def _period(page: Page, node: Node) -> None:
    chosen = (
        str(node["days"]) if node["days"] else DATED if "dated" in node or node["since"] or node["until"] else ALWAYS
    )
    known = [ALWAYS, *DAYS, DATED]
    st.selectbox(
        page.say("rule.period"), [*known, *([] if chosen in known else [chosen])], key=_key(node, "period", chosen),
        on_change=_take, args=(node["id"], "period"), required=True, width=112, accept_new_options=True,
        format_func=lambda one: _period_word(page, one), label_visibility="collapsed", help=None,
    )  # fmt: skip
    if chosen == DATED:
        for what in ("since", "until"):
            st.date_input(
                page.say(f"rule.{what}"), key=_key(node, what, node[what]), on_change=_take, args=(node["id"], what),
                width=118, label_visibility="collapsed",
            )  # fmt: skip


def _period_word(page: Page, one: str) -> str:
    if one in (ALWAYS, DATED):
        return page.say(f"rule.period_{one}")
    return page.say("rule.period_days", days=one)


def spoken(field: str, value: str, lang: str) -> str:
    """A value as the screen says it everywhere."""
    word = called(field, value, lang)
    return word if word != value else naming.value(field, value, lang)


def _key(node: Node, what: str, value: Any) -> str:
    """The key of one widget, which shows what the tree holds."""
    key = f"rule_{node['id']}_{what}"
    st.session_state[key] = value
    return key


def _take(id_: int, what: str) -> None:
    """What a widget holds goes into the tree (a callback)."""
    node = rule_tree.find(tree(), id_)
    if node is None:
        return
    held = st.session_state[f"rule_{id_}_{what}"]
    match what:
        case "field":
            if held:
                rule_tree.ask(node, held)
        case "operator":
            rule_tree.compare(node, held)
        case "words":
            node["values"] = list(held)
        case "text":
            node["values"] = [held] if held else []
        case "value0" | "value1":
            _put(node, int(what[-1]), held)
        case "period":
            _limit(node, held)
        case _:
            node[what] = held


def _put(node: Node, place: int, held: Any) -> None:
    values = [*node["values"], None, None][:2]
    values[place] = None if held is None else held.isoformat() if isinstance(held, dt.date) else f"{held:.12g}"
    two = Operator(node["operator"]) in TWO
    node["values"] = values[: 2 if two else 1]
    if not two and node["values"] == [None]:
        node["values"] = []


def _limit(node: Node, held: str) -> None:
    node |= dict.fromkeys(rule_tree.PERIOD)
    node.pop("dated", None)
    if held == DATED:
        node["dated"] = True
    elif held != ALWAYS:
        digits = "".join(sign for sign in held if sign.isdecimal())
        node["days"] = int(digits) if digits and 0 < int(digits) <= 36_500 else None


def _add(id_: int, as_group: bool) -> None:
    node = rule_tree.find(tree(), id_)
    if node is not None:
        fresh = rule_tree.condition()
        node["parts"].append(rule_tree.group("any", [fresh]) if as_group else fresh)


def _gone(id_: int) -> None:
    rule_tree.take_out(tree(), id_)


def _covered(store: Store, viewer: Viewer) -> frozenset[str]:
    return covered(store)


def _options(store: Store, name: str, viewer: Viewer) -> tuple[str, ...]:
    return options(store, name, viewer)
