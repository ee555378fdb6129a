"""The people behind a number: how many, a masked sample, and the list to take along."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sopdash.access import Viewer
from sopdash.metrics.filters import Predicate, Where
from sopdash.segments import lists
from sopdash.segments.columns import Cell
from sopdash.segments.library import of_customers
from sopdash.segments.lists import CustomerList
from sopdash.text.formats import number
from sopdash.text.safe import markdown
from sopdash.ui import downloads_panel, tables
from sopdash.ui.frame import Page
from sopdash.warehouse import Store

SAMPLE = 8
EVERYBODY = Predicate()
UNITS = {Cell.COUNT: "count", Cell.MONEY: "money", Cell.DAY: tables.DAY}


def behind(page: Page, customers: pd.DataFrame | Predicate, name: str, *, key: str, where: Where = ()) -> None:
    """The panel for `customers`: a frame with a column `customer`, or a predicate over `c` = mart.customers."""
    who = customers if isinstance(customers, Predicate) else of_customers(customers["customer"])
    built = page.load(listed, who, tuple(where), page.lang, name)
    with st.container(border=True, gap="small", key=f"people_{page.name}_{key}"):
        count = number(len(built), page.lang)
        st.markdown(f"**{markdown(page.say('ui.people', name=name, count=count))}**")
        if not len(built):
            st.caption(page.say("ui.people_none"))
            return
        _sample(page, built, key)
        downloads_panel.offer(page, built, key)


def listed(store: Store, who: Predicate, where: Where, lang: str, name: str, viewer: Viewer) -> CustomerList:
    """The list of the predicate's customers, phones masked; an adapter for `Page.load`."""
    return lists.build(store, who, viewer, lang=lang, where=where, name=name)


def _sample(page: Page, built: CustomerList, key: str) -> None:
    units = {column.name: UNITS[column.cell] for column in built.columns if column.cell in UNITS}
    frame = page.figure(f"people.{key}", id(built), lambda: (built, built.head(SAMPLE)))[1]
    labels = dict(zip((column.name for column in built.columns), built.headers, strict=False))
    tables.show(page, f"people_{key}", frame, labels=labels, units=units)
    st.caption(" · ".join([page.say("ui.people_sample", count=min(SAMPLE, len(built))), *built.notes()[1:]]))
