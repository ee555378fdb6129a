"""The filter bar: period, comparison, channel, store, staff, segment; the same on every page, kept in the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from sopdash.metrics import Period
from sopdash.text import Text, say
from sopdash.text.formats import day as day_words
from sopdash.text.formats import period as period_words
from sopdash.text.formats import period_name
from sopdash.ui import address, naming

PRESETS = ("last_week", "4w", "12w", "month", "all", "custom")
"""Choices of the period besides the single weeks; the first is the default."""

COMPARES = ("previous", "year", "date", "none")
DIMENSIONS = ("channel", "store", "staff")
WEEKS_OFFERED = 26


@dataclass(frozen=True)
class Filters:
    """What the viewer chose. `where` is what the metrics module takes; `compare` is None, "previous", "year", or "date"
    (the days from `split` on against as many before it)."""

    period: Period
    compare: str | None = "previous"
    channel: tuple[str, ...] = ()
    store: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    segment: str | None = None
    split: dt.date | None = None

    @property
    def where(self) -> tuple[tuple[str, str], ...]:
        """The chosen values as (dimension, value) pairs."""
        return tuple((name, value) for name in DIMENSIONS for value in getattr(self, name))

    @property
    def compared(self) -> Period | None:
        """The period compared with."""
        if self.compare is None:
            return None
        return self.period.year_before() if self.compare == "year" else self.period.previous()

    @property
    def comparison(self) -> str | None:
        """The comparison as the metrics module takes it."""
        return self.split.isoformat() if self.compare == "date" and self.split else self.compare


@dataclass(frozen=True)
class Choices:
    """What can be chosen: the days of the data, the values of each dimension, the saved segments."""

    days: Period
    values: dict[str, tuple[str, ...]]
    segments: dict[str, Text] = field(default_factory=dict)
    """Name of each saved or built-in segment → what it is called."""


def weeks(days: Period) -> tuple[str, ...]:
    """The complete weeks of the data, newest first."""
    week = Period.last_complete_week(days.last)
    found: list[str] = []
    while week.last >= days.first and len(found) < WEEKS_OFFERED:
        year, number, _ = week.first.isocalendar()
        found.append(f"{year}-W{number:02d}")
        week = week.previous()
    return tuple(found)


def period_of(choice: str, days: Period, custom: tuple[dt.date, ...] = ()) -> Period:
    """The days a choice means, anchored at the data's last day; an unfinished custom choice means all the data."""
    last_week = Period.last_complete_week(days.last)
    if choice in ("4w", "12w"):
        return Period(last_week.last - dt.timedelta(days=7 * int(choice[:-1]) - 1), last_week.last)
    if choice == "month":
        return Period(days.last.replace(day=1), days.last)
    if choice == "all":
        return days
    if choice == "custom":
        return Period(*custom) if len(custom) == 2 else last_week
    return last_week if choice == "last_week" else Period.named("week", choice)


def bar(choices: Choices, lang: str) -> Filters:
    """Draws the bar and returns what is chosen."""
    _only_known(choices)
    phone = "Mobi" in (st.context.headers.get("User-Agent") or "")
    place: Any
    if phone:
        place = st.expander(say("ui.filters", lang), icon=":material/filter_alt:", key="filters_folded")
    else:
        place = st.container(horizontal=True, key="filters", vertical_alignment="center", gap="small")
    with place:
        return _draw(choices, lang)


def _draw(choices: Choices, lang: str) -> Filters:
    period = _choice("period", (*PRESETS, *weeks(choices.days)), lang, 160)
    custom: Any = _dates(choices.days, lang) if period == "custom" else ()
    days = period_of(period or PRESETS[0], choices.days, tuple(custom or ()))
    compare = _choice("compare", COMPARES, lang, 132)
    split = _split(choices.days, days, lang) if compare == "date" else None
    around = choices.days.around(split, days.days) if split else None
    values = {name: _values(name, choices.values.get(name, ()), lang) for name in DIMENSIONS}
    segment = _segment(choices.segments, lang) if choices.segments else None
    if any(address.chosen(key) != default for key, default in address.DEFAULTS.items()):
        st.button(say("ui.clear", lang), on_click=address.clear, type="tertiary", icon=":material/close:", key="clear")
    address.write()
    return Filters(
        around[1] if around else days,
        None if compare == "none" or (compare == "date" and not around) else compare,
        **{name: tuple(chosen) for name, chosen in values.items()},
        segment=segment,
        split=split if around else None,
    )


def _choice(key: str, options: tuple[str, ...], lang: str, width: int) -> str:
    chosen: str = st.selectbox(
        say(f"ui.{key}", lang),
        options,
        format_func=lambda code: _word(key, code, lang),
        required=True,
        width=width,
        **_kept(key),
    )
    return chosen


def _word(key: str, code: str, lang: str) -> str:
    return code if "-W" in code else say(f"ui.{key}_{code}", lang)


def _dates(days: Period, lang: str) -> Any:
    return st.date_input(say("ui.dates", lang), min_value=days.first, max_value=days.last, width=220, **_kept("dates"))


def _split(days: Period, period: Period, lang: str) -> dt.date:
    """The day that parts before from after; the period's length is then the most either side has."""
    if address.chosen("split") is None:
        address.choose("split", min(max(period.first, days.first + dt.timedelta(days=1)), days.last))
    label, most = say("ui.split", lang), days.last
    least = min(days.first + dt.timedelta(days=1), most)
    chosen: dt.date = st.date_input(label, min_value=least, max_value=most, width=140, **_kept("split"))
    return chosen


def _values(name: str, options: tuple[str, ...], lang: str) -> list[str]:
    chosen: list[str] = st.multiselect(
        say(f"ui.{name}", lang),
        options,
        format_func=lambda value: naming.value(name, value, lang),
        placeholder=say(f"ui.every_{name}", lang),
        select_all=False,
        width=160,
        **_kept(name),
    )
    return chosen


def _segment(segments: dict[str, Text], lang: str) -> str | None:
    chosen: str | None = st.selectbox(
        say("ui.segment", lang),
        list(segments),
        index=None,
        format_func=lambda name: segments[name].say(lang) if name in segments else name,
        placeholder=say("ui.every_segment", lang),
        width=150,
        **_kept("segment"),
    )
    return chosen


def _kept(key: str) -> dict[str, Any]:
    """What every widget of the bar has: it shows what is chosen and says when that changes."""
    st.session_state[key] = address.chosen(key)
    return {"key": key, "on_change": address.follow, "args": (key,), "label_visibility": "collapsed"}


def _only_known(choices: Choices) -> None:
    """Drops what a link asks for and the data does not have; keeps own dates within the data's days."""
    known = {"period": (*PRESETS, *weeks(choices.days)), "compare": COMPARES, "segment": (None, *choices.segments)}
    for key, codes in known.items():
        if address.chosen(key) not in codes:
            address.choose(key, address.DEFAULTS[key])
    for name in DIMENSIONS:
        address.choose(name, [value for value in address.chosen(name) if value in choices.values.get(name, ())])
    first, last = choices.days.first, choices.days.last
    if address.chosen("split") is not None:
        address.choose("split", min(max(address.chosen("split"), min(first + dt.timedelta(days=1), last)), last))
    address.choose("dates", tuple(min(max(day, first), last) for day in address.chosen("dates")))


def described(filters: Filters, lang: str) -> str:
    """The period and what it is compared with, in words: 2026-W46, 11月9日–15日 · 对比 W45."""
    words = period_words(filters.period.first, filters.period.last, lang)
    if filters.compared is None:
        return words
    against = period_name(filters.compared.first, filters.compared.last, lang)
    if filters.split:
        return f"{words} · {say('ui.split_at', lang, day=day_words(filters.split, lang), period=against)}"
    return f"{words} · {say('ui.against', lang, period=against)}"
