"""What every page opens with: title line, filter bar, and a `Page` that carries what was chosen.

page = frame.open("funnel")
result = page.load(metrics.run, page.query("orders", "aov"))
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from sopdash.access import Viewer
from sopdash.metrics import Period, Query, choices
from sopdash.metrics.filters import Predicate
from sopdash.metrics.freshness import Known, known
from sopdash.segments import predicate_of, saved
from sopdash.text import Text, say
from sopdash.text.formats import day, percent
from sopdash.ui import asked, context, errors, filters, navigation
from sopdash.ui.cache import FIGURES
from sopdash.ui.filters import Choices, Filters
from sopdash.warehouse import Store

T = TypeVar("T")

NO_FILTERS = Filters(Period(date(1970, 1, 1), date(1970, 1, 1)))
"""Stands in where a page has no filter bar."""


@dataclass(frozen=True)
class Page:
    """One page in one script run: words, data and what was chosen."""

    name: str
    lang: str
    viewer: Viewer
    store: Store
    filters: Filters

    def say(self, key: str, **values: Any) -> str:
        """The phrase `key` in the page's language."""
        return say(key, self.lang, **values)

    @property
    def key(self) -> Hashable:
        """What every result of the page depends on: the data, its version, settings, and what the viewer may see."""
        return asked.key(self.store, self.viewer)

    @property
    def segment(self) -> Predicate | None:
        """Who belongs to the chosen segment; changes with the segment's rule, so it is good as part of a cache key."""
        return None if self.filters.segment is None else predicate_of(self.store, self.filters.segment)

    def query(
        self, *metrics: str, by: tuple[str, ...] = (), compare: bool = True, period: Period | None = None
    ) -> Query:
        """The metrics over the page's period and filters; `compare=False` for series and tables without comparison."""
        days, chosen = period or self.filters.period, self.filters
        if compare and chosen.split and chosen.compared and period is None:
            days = Period(chosen.compared.first, days.last)  # both sides: the comparison parts them
        return Query(
            metrics=metrics,
            by=by,
            period=days,
            where=chosen.where,
            segment=self.segment,
            compare=chosen.comparison if compare else None,
        )

    def load(self, fn: Callable[..., T], *args: Hashable) -> T:
        """`fn(store, *args, viewer)`, computed once for all sessions that ask the same. Only read the result."""
        asked.LATELY.note(asked.Question(str(self.store.warehouse.path), fn, args, self.viewer))
        return asked.answer(self.store, self.viewer, fn, *args)

    def figure(self, name: str, question: Hashable, build: Callable[[], T]) -> T:
        """A finished figure, kept by its name, the question behind it and the language."""
        return FIGURES.get((name, self.key, question, self.lang), build)


def open(name: str) -> Page:
    """Draws title line and filter bar of the page `name`; stops the page with the next step when there is no data."""
    lang, store, viewer = context.lang(), context.store(), context.viewer()
    page = Page(name, lang, viewer, store, NO_FILTERS)
    title = st.container(key="title", horizontal=True, vertical_alignment="center", gap="small")
    facts = page.load(known)
    if facts.days is None:
        _title(title, page, "")
        _nothing_yet(page)
        st.stop()
    asked.LATELY.see(store, facts.days)
    page = replace(page, filters=filters.bar(_choices(page, facts), lang))
    _title(title, page, _facts_line(page, facts))
    return page


def plain(name: str) -> Page:
    """Title line without filters, for pages that are not about a period (data, glossary)."""
    lang, store, viewer = context.lang(), context.store(), context.viewer()
    page = Page(name, lang, viewer, store, NO_FILTERS)
    title = st.container(key="title", horizontal=True, vertical_alignment="center", gap="small")
    _title(title, page, say(f"{name}.question", lang))
    return page


def part(draw: Callable[..., None]) -> Callable[..., None]:
    """A part of a page that reruns alone when something in it is clicked; its failures stay inside it."""

    @st.fragment
    def guarded(*args: Any, **kwargs: Any) -> None:
        with errors.boundary(context.lang()):
            draw(*args, **kwargs)

    return guarded


def load(fn: Callable[..., T], *args: Hashable) -> T:
    """`Page.load` outside a page."""
    lang, store, viewer = context.lang(), context.store(), context.viewer()
    return Page("", lang, viewer, store, NO_FILTERS).load(fn, *args)


def _choices(page: Page, facts: Known) -> Choices:
    assert facts.days is not None
    values = {name: tuple(page.load(choices, name)) for name in filters.DIMENSIONS}
    segments = {segment.name: Text(segment.label("zh"), segment.label("en")) for segment in saved(page.store)}
    return Choices(facts.days, values, segments)


def _title(place: Any, page: Page, line: str) -> None:
    place.markdown(f"#### {say(f'{page.name}.title', page.lang)}", width="content")
    if line:
        place.caption(line, width="content")


def _facts_line(page: Page, facts: Known) -> str:
    """Period · comparison · how far the data goes · match rate; in half-width words, one line."""
    words = [filters.described(page.filters, page.lang)]
    assert facts.days is not None
    words.append(page.say("ui.data_until", day=day(facts.days.last, page.lang)))
    if facts.order_match is not None:
        words.append(page.say("ui.match_rate", rate=percent(facts.order_match, page.lang)))
    return " · ".join(words)


def _nothing_yet(page: Page) -> None:
    st.info(page.say("ui.no_data"), icon=":material/upload_file:")
    navigation.link("data", page.lang, page.say("ui.go_to_data"))
