"""Which part of the calendar is shown: a view, and the month or week it shows; both stand in the address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from sopdash.content import Month
from sopdash.text import formats, say
from sopdash.text.formats import period
from sopdash.ui.frame import Page

VIEWS = ("month", "week", "list", "table", "best", "results")
VIEW_KEY = "calendar_view"
ADDRESS_KEY, VIEW_ADDRESS = "month", "view"
MONTH_KEY = "calendar_month"
WEEK_KEY = "calendar_week"
SEEN_KEY = "calendar_month_seen"
"""The month this session last wrote into the address."""
MONTHS_BACK, MONTHS_AHEAD = 24, 12
_WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class View:
    """A view of a month, or of the week that begins on `monday`."""

    name: str
    month: Month
    monday: dt.date

    @property
    def first(self) -> dt.date:
        """The first day shown."""
        return self.days()[0]

    @property
    def last(self) -> dt.date:
        """The last day shown."""
        return self.days()[-1]

    @property
    def title(self) -> str:
        """2026-11 or 2026-W48."""
        return formats.week(self.monday) if self.name == "week" else str(self.month)

    @property
    def plans(self) -> bool:
        """Whether the view shows the plan itself, not what came of it."""
        return self.name not in ("best", "results")

    def days(self) -> list[dt.date]:
        """The days shown: a week, or the whole weeks round a month."""
        if self.name == "week":
            return [self.monday + dt.timedelta(days=n) for n in range(7)]
        return self.month.days()

    def months(self) -> tuple[dt.date, dt.date]:
        """First and last day of all months and weeks that the days shown touch: what quotas are counted over."""
        first, last = Month.of(self.first).first, Month.of(self.last).last
        return min(first, self.first), max(last, self.last)


def choose_period(page: Page) -> View:
    """View, arrows and month; the current month and its sheet at first."""
    name = _view(page)
    month = _month(page, name)
    return View(name, month, _monday(page, month))


def go(day: dt.date) -> None:
    """Shows the month and week of a day at the next run (a callback)."""
    st.session_state[MONTH_KEY] = str(Month.of(day))
    st.session_state[WEEK_KEY] = day - dt.timedelta(days=day.weekday())


def _view(page: Page) -> str:
    if VIEW_KEY not in st.session_state:
        asked = st.query_params.get(VIEW_ADDRESS, VIEWS[0])
        st.session_state[VIEW_KEY] = asked if asked in VIEWS else VIEWS[0]
    name: str = st.segmented_control(  # type: ignore[assignment]  # required: never None
        say("calendar.view", page.lang), VIEWS, key=VIEW_KEY, required=True, label_visibility="collapsed",
        format_func=lambda one: say(f"calendar.view_{one}", page.lang), persist_state="session",
    )  # fmt: skip
    if name == VIEWS[0]:
        st.query_params.pop(VIEW_ADDRESS, None)
    elif st.query_params.get(VIEW_ADDRESS) != name:
        st.query_params[VIEW_ADDRESS] = name
    return name


def _monday(page: Page, month: Month) -> dt.date:
    """The week chosen, when it lies in the month; else this week, or the month's first."""
    today = page.store.settings.now().date()
    chosen: dt.date | None = st.session_state.get(WEEK_KEY)
    inside = chosen is not None and Month.of(chosen) <= month <= Month.of(chosen + dt.timedelta(days=6))
    if chosen is None or not inside:
        day = today if Month.of(today) == month else month.first
        chosen = day - dt.timedelta(days=day.weekday())
        st.session_state[WEEK_KEY] = chosen
    return chosen


def month_name(name: str, lang: str) -> str:
    """2026-11 as people write it: 2026年11月 / Nov 2026."""
    month = Month.parse(name)
    return say("calendar.month_name", lang, year=month.year, name=say(f"formats.month_{month.number}", lang))


def _month(page: Page, view: str) -> Month:
    """The month chosen by arrow, list or address; the current one at first."""
    current = str(Month.of(page.store.settings.now().date()))
    names = [str(month) for month in Month.parse(current).around(MONTHS_BACK, MONTHS_AHEAD)]
    _read_address(names, current)
    here = names.index(st.session_state[MONTH_KEY])
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", key="calendar_months", width="content"
    ):
        _step(page, view, -1, "calendar.previous", ":material/chevron_left:", names[here - 1] if here else None)
        chosen: str = st.selectbox(
            say("calendar.month", page.lang), names, key=MONTH_KEY, label_visibility="collapsed", required=True,
            format_func=lambda name: month_name(name, page.lang), width=150, persist_state="session",
        )  # fmt: skip
        after = names[here + 1] if here + 1 < len(names) else None
        _step(page, view, 1, "calendar.next", ":material/chevron_right:", after)
        if view == "week":
            st.markdown(_week_name(page, Month.parse(chosen)), width="content")
        today = page.store.settings.now().date()
        st.button(say("calendar.today", page.lang), on_click=go, args=(today,), type="tertiary", key="calendar_today")
    _write_address(chosen, current)
    return Month.parse(chosen)


def _read_address(names: list[str], current: str) -> None:
    """Takes over the month a link or the Back button names (`?month=2026-10`), when it is not what stands already."""
    asked = st.query_params.get(ADDRESS_KEY, current)
    if asked in names and asked != st.session_state.get(SEEN_KEY, current):
        st.session_state[MONTH_KEY] = asked
    if st.session_state.get(MONTH_KEY) not in names:
        st.session_state[MONTH_KEY] = current


def _write_address(chosen: str, current: str) -> None:
    st.session_state[SEEN_KEY] = chosen
    if chosen == current:
        st.query_params.pop(ADDRESS_KEY, None)
    elif st.query_params.get(ADDRESS_KEY) != chosen:
        st.query_params[ADDRESS_KEY] = chosen


def _week_name(page: Page, month: Month) -> str:
    monday = _monday(page, month)
    return period(monday, monday + dt.timedelta(days=6), page.lang)


def _step(page: Page, view: str, by: int, label: str, icon: str, target: str | None) -> None:
    st.button(
        say(f"{label}_week" if view == "week" else label, page.lang), icon=icon, key=label.replace(".", "_"),
        type="tertiary", disabled=target is None, on_click=_go, args=(view, by, target),
    )  # fmt: skip


def _go(view: str, by: int, month: str | None) -> None:
    if view == "week":
        monday = st.session_state[WEEK_KEY] + by * _WEEK
        st.session_state[WEEK_KEY] = monday
        st.session_state[MONTH_KEY] = str(Month.of(monday + dt.timedelta(days=3)))
    elif month:
        st.session_state[MONTH_KEY] = month
