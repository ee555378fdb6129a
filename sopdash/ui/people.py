"""The people behind a number: how many, a masked sample, and the list to take along."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from sopdash.access import Viewer
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments import Rule, both, lists, predicate_of, sizes_among, where
from sopdash.segments import behind as groups
from sopdash.segments.columns import Cell
from sopdash.segments.library import of_customers
from sopdash.segments.lists import CustomerList
from sopdash.text.formats import number
from sopdash.text.safe import markdown
from sopdash.ui import list_panel, navigation, rule_editor, rule_tree, tables
from sopdash.ui.frame import Page, part
from sopdash.warehouse import Store

SAMPLE = 8
EVERYBODY = Predicate()
UNITS = {Cell.COUNT: "count", Cell.MONEY: "money", Cell.SHARE: "rate", Cell.DAY: tables.DAY}


def behind(page: Page, customers: pd.DataFrame | Predicate | Rule, name: str, *, key: str, where: Where = ()) -> None:
    """The panel for `customers`: a frame with a column `customer`, a predicate over `c` = mart.customers, or a rule,
    which can then be opened in the rule builder."""
    rule = None if isinstance(customers, Predicate | pd.DataFrame) else customers
    who = _who(page, customers)
    built = page.load(listed, who, tuple(where), page.lang, name)
    with st.container(border=True, gap="small", key=f"people_{page.name}_{key}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            count = number(len(built), page.lang)
            st.markdown(f"**{markdown(page.say('ui.people', name=name, count=count))}**")
            if rule is not None:
                open_rule(page, rule, key)
        if not len(built):
            st.caption(" · ".join([page.say("ui.people_none"), *built.notes()[1:]]))
            return
        _sample(page, built, key)
        list_panel.offer(page, who, name, key, tuple(where))


def open_rule(page: Page, rule: Rule, key: str) -> None:
    """A button that takes the rule to the builder on the Segments page, to change or save it as a segment."""
    if st.button(
        page.say("list.open_rule"), key=f"open_rule_{page.name}_{key}", type="tertiary", icon=":material/edit:"
    ):
        rule_editor.start(rule_tree.of_rule(rule))
        for name in ("rule_edited", "rule_name"):
            st.session_state[name] = ""
        st.session_state["segments_open"] = "builder"
        st.switch_page(navigation.page("segments", page.lang))


@part
def of_period(page: Page, *names: str) -> None:
    """The people behind the page's figures: one click on a group opens it. Empty groups are not offered."""
    period, compared = page.filters.period, page.filters.compared
    rules = {name: groups.rule(name, period, compared) for name in names}
    sizes = page.load(groups.sizes, names, period, compared, page.segment, page.filters.where)
    _choose(page, "period", {name: rule for name, rule in rules.items() if rule is not None}, sizes)


def of_group(page: Page, group: str) -> None:
    """The members of a group, and those of them to act on."""
    inside = where("group", "in", group)
    more: dict[str, tuple[Rule, ...]] = {
        "members": (),
        "quiet": (where("messages", "equals", 0, days=30),),
        "unsold": (where("orders", "equals", 0),),
    }
    told = tuple(predicate_of(page.store, both(*rest)) for rest in more.values())
    sizes = page.load(sizes_among, _who(page, inside), told, page.filters.where)
    rules = {name: both(inside, *rest) if rest else inside for name, rest in more.items()}
    _choose(page, "group", rules, dict(zip(rules, sizes, strict=True)))


def _choose(page: Page, kind: str, rules: Mapping[str, Rule], sizes: Mapping[str, int]) -> None:
    st.markdown(f"##### {page.say('list.behind_title')}")
    chosen = st.pills(
        page.say("list.behind_title"), [name for name in rules if sizes[name]], key=f"behind_{page.name}_{kind}",
        format_func=lambda name: page.say(
            "list.behind", name=page.say(f"list.behind_{name}"), count=number(sizes[name], page.lang)
        ),
        label_visibility="collapsed",
    )  # fmt: skip
    if chosen is None:
        st.caption(page.say("list.behind_hint"))
        return
    st.caption(page.say(f"list.behind_about_{chosen}"))
    behind(page, rules[chosen], page.say(f"list.behind_{chosen}"), key=f"{kind}_{chosen}", where=page.filters.where)


def listed(store: Store, who: Predicate, where: Where, lang: str, name: str, viewer: Viewer) -> CustomerList:
    """The list of the predicate's customers, phones masked; an adapter for `Page.load`."""
    return lists.build(store, who, viewer, lang=lang, where=where, name=name)


def _who(page: Page, customers: pd.DataFrame | Predicate | Rule) -> Predicate:
    if isinstance(customers, Predicate):
        return customers
    if isinstance(customers, pd.DataFrame):
        return of_customers(customers["customer"])
    who = predicate_of(page.store, customers)
    return who.both(page.segment) if page.segment else who


def _sample(page: Page, built: CustomerList, key: str) -> None:
    units = {column.name: UNITS[column.cell] for column in built.columns if column.cell in UNITS}
    frame = page.figure(f"people.{key}", id(built), lambda: (built, built.head(SAMPLE)))[1]
    labels = dict(zip((column.name for column in built.columns), built.headers, strict=False))
    tables.show(page, f"people_{key}", frame, labels=labels, units=units)
    st.caption(" · ".join([page.say("ui.people_sample", count=min(SAMPLE, len(built))), *built.notes()[1:]]))
