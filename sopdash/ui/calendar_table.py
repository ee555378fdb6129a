"""The entries of a month as a table to edit; every change is stored the moment it is made.

The grid is a form over a frame that never changes while its key lives: the key names what is shown, and a new key
begins when the stored entries are no longer the ones this session wrote. Rows are taken back to entry ids through the
base list, never through their place in a later frame.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from sopdash.content import FIELDS, Entry, Form, Outlet, Purpose, Status
from sopdash.text import say
from sopdash.ui import calendar_saving
from sopdash.ui.frame import Page

STATE = "calendar_table"
LENGTHS = {"theme": 200, "note": 2000, "body": 4000, "material": 500}
REQUIRED = ("day", "time", "theme", "form", "channel", "status")


@dataclass
class Table:
    """One life of the grid: what it was drawn from, and how each of its rows stands in the store now."""

    key: str
    scope: Hashable
    base: list[Entry]
    stored: list[Entry | None] = field(default_factory=list)
    stale: bool = False

    def is_current(self, scope: Hashable, shown: Sequence[Entry]) -> bool:
        """Whether the grid still shows what the store holds."""
        mine = {entry.id: entry for entry in self.stored if entry}
        return not self.stale and self.scope == scope and mine == {entry.id: entry for entry in shown}


def show(page: Page, scope: Hashable, shown: Sequence[Entry]) -> None:
    """The grid over `shown`; `scope` is what was chosen (month, filters, language): another choice, another grid."""
    table: Table | None = st.session_state.get(STATE)
    if table is None or not table.is_current(scope, shown):
        life = st.session_state.get("calendar_table_life", 0) + 1
        st.session_state["calendar_table_life"] = life
        table = Table(key=f"calendar_grid_{life}", scope=scope, base=list(shown), stored=list(shown))
        st.session_state[STATE] = table
    st.caption(say("calendar.table", page.lang))
    st.data_editor(
        _frame(table.base), key=table.key, num_rows="dynamic", hide_index=True, column_config=_columns(page),
        on_change=_store, args=(page, table), row_height=32,
        height=min(560, 32 * (len(table.base) + 2) + 3),
    )  # fmt: skip


def _store(page: Page, table: Table) -> None:
    """Stores what the grid reports (a callback): edits in place; after rows came or went the grid begins anew."""
    edits: dict[str, Any] = st.session_state[table.key]
    for place, changed in edits["edited_rows"].items():
        _edit(page, table, int(place), changed)
    for place in edits["deleted_rows"]:
        seen = table.stored[place]
        if seen is not None:
            calendar_saving.delete(page, seen)
        table.stale = True
    for fields in edits["added_rows"]:
        if _add(page, fields):
            table.stale = True


def _edit(page: Page, table: Table, place: int, changed: dict[str, Any]) -> None:
    seen = table.stored[place]
    if seen is None:
        return
    try:
        wanted = table.base[place].revised(**changed, version=seen.version)
    except ValidationError:
        calendar_saving.tell("calendar.value_refused")
        table.stale = True
        return
    if wanted.same_plan(seen):
        return
    after = calendar_saving.save(page, wanted)
    table.stored[place] = after or seen
    table.stale = table.stale or after is None


def _add(page: Page, fields: dict[str, Any]) -> bool:
    try:
        draft = Entry.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError:
        return False
    calendar_saving.save(page, draft)
    return True


def _frame(base: Sequence[Entry]) -> pd.DataFrame:
    rows = [[str(value) if isinstance(value, StrEnum) else value for value in entry.plan().values()] for entry in base]
    frame = pd.DataFrame(rows, columns=list(FIELDS)).astype(dict.fromkeys(FIELDS, object))
    return frame.astype({"day": "datetime64[us]"})


def _columns(page: Page) -> dict[str, Any]:
    today = page.store.settings.now().date()
    columns = {
        name: st.column_config.TextColumn(_label(page, name), max_chars=LENGTHS.get(name, 120)) for name in FIELDS
    }
    columns["theme"] = st.column_config.TextColumn(_label(page, "theme"), max_chars=200, required=True, width=260)
    columns["day"] = st.column_config.DateColumn(
        _label(page, "day"), format="YYYY-MM-DD", required=True, default=today, width=105
    )
    columns["time"] = st.column_config.TimeColumn(
        _label(page, "time"), format="HH:mm", required=True, default=dt.time(10, 0), step=60, width=70
    )
    for name, codes in (("form", Form), ("channel", Outlet), ("status", Status), ("purpose", Purpose)):
        columns[name] = _choices(page, name, codes)
    columns["mass"] = st.column_config.CheckboxColumn(page.say("calendar.mass.True"), default=True, width=80)
    return columns


def _choices(page: Page, name: str, codes: type[StrEnum]) -> Any:
    options = [str(code) for code in codes]
    return st.column_config.SelectboxColumn(
        _label(page, name), options=options, default=options[0], required=True, width=108,
        format_func=lambda code: say(f"calendar.{name}.{code}", page.lang),
    )  # fmt: skip


def _label(page: Page, name: str) -> str:
    return say(f"calendar.field.{name}", page.lang)
