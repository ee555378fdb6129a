"""The address carries the view: `?period=4w&compare=year&channel=抖音&channel=小红书&lang=en`.

Codes, not words, stand in it, so a link works for a colleague who reads another language, and what is at its default
is left out. Streamlit's own `bind="query-params"` writes the translated words and one history entry per widget: Back
then shows half a filter. So choices live in the session under the names below, `read` takes over what a link or the
Back button says, and `write` puts all changes into the address at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from sopdash.text import LANGUAGES

DEFAULTS: dict[str, Any] = {
    "period": "last_week",
    "dates": (),
    "compare": "previous",
    "split": None,
    "channel": [],
    "store": [],
    "staff": [],
    "segment": None,
}
"""Name of each choice, as widget key and in the address → what it is without a choice. Own dates stand in the address
as the period: 2026-11-01..2026-11-15, the day that parts before from after as the comparison: 2026-11-01."""

WRITTEN = tuple(key for key in DEFAULTS if key not in ("dates", "split"))
_SEEN = "address_seen"


def chosen(key: str) -> Any:
    """What is chosen now."""
    return st.session_state.get(f"view_{key}", DEFAULTS[key])


def choose(key: str, value: Any) -> None:
    """Chooses; the widget of that key shows it at its next drawing."""
    st.session_state[f"view_{key}"] = value


def follow(key: str) -> None:
    """The `on_change` of the widget `key`: what it holds is chosen."""
    choose(key, st.session_state[key])


def clear() -> None:
    """Every choice back to its default; the language stays."""
    for key, default in DEFAULTS.items():
        choose(key, default)


def read() -> None:
    """Takes over what the address says, when it is not what this session wrote itself: a link, Back, Forward."""
    now = _now()
    if now == st.session_state.get(_SEEN):
        return
    st.session_state[_SEEN] = now
    for key in WRITTEN:
        said, default = now.get(key, []), DEFAULTS[key]
        choose(key, said if isinstance(default, list) else said[-1] if said else default)
    _read_dates()
    _read_split()
    lang = now.get("lang", [""])[-1]
    if lang in LANGUAGES:
        st.session_state["lang"] = lang


def write() -> None:
    """Puts the session's choices into the address, in one step."""
    wanted = held()
    if _now() == wanted:
        return
    others = {key: st.query_params.get_all(key) for key in st.query_params if key not in (*WRITTEN, "lang")}
    st.query_params.from_dict(others | wanted)
    st.session_state[_SEEN] = wanted


def held() -> dict[str, list[str]]:
    """The session's choices as the address writes them; what is at its default is left out."""
    found = {key: _written(key, chosen(key)) for key in WRITTEN if chosen(key) != DEFAULTS[key]}
    if st.session_state.get("lang") in LANGUAGES:
        found["lang"] = [st.session_state["lang"]]
    return {key: words for key, words in found.items() if words}


def _now() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in (*WRITTEN, "lang") if key in st.query_params}


def _written(key: str, value: Any) -> list[str]:
    if key == "period" and value == "custom":
        return ["..".join(day.isoformat() for day in chosen("dates"))] if len(chosen("dates")) == 2 else []
    if key == "compare" and value == "date":
        return [chosen("split").isoformat()] if chosen("split") else []
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [str(value)]


def _read_dates() -> None:
    first, _, last = str(chosen("period")).partition("..")
    try:
        days = tuple(sorted((dt.date.fromisoformat(first), dt.date.fromisoformat(last))))
    except ValueError:
        return
    choose("period", "custom")
    choose("dates", days)


def _read_split() -> None:
    try:
        day = dt.date.fromisoformat(str(chosen("compare")))
    except ValueError:
        if chosen("compare") == "date":  # no day, no comparison
            choose("compare", DEFAULTS["compare"])
        return
    choose("compare", "date")
    choose("split", day)
