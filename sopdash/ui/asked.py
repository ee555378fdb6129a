"""What pages ask: answered once for all sessions that ask the same, and once more after each import.

A manager who opens a page on Monday, after the week's files came in, shall not wait for what was asked on Friday. So
the questions asked last are kept, and asked again when the data has moved: of the days that now stand in their place.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from sopdash.access import Viewer
from sopdash.metrics import Period
from sopdash.ui import filters
from sopdash.ui.cache import RESULTS
from sopdash.warehouse import FOLLOWERS, Store

T = TypeVar("T")

KEPT = 200
"""Questions that are asked again: some views of every page."""
SECONDS = 60.0
"""For so long after an import; what is not answered by then waits for somebody to ask."""

_log = logging.getLogger("sopdash")


@dataclass(frozen=True)
class Question:
    """`fn(store, *args, viewer)`, asked of the warehouse at `path`."""

    path: str
    fn: Callable[..., Any]
    args: tuple[Hashable, ...]
    viewer: Viewer

    def after(self, old: Period, new: Period) -> tuple[Any, ...]:
        """Its arguments once the data's days are `new` in place of `old`."""
        return tuple(_moved(value, old, new) for value in self.args)


class Lately:
    """The questions asked last, each with the days that the data had then."""

    def __init__(self) -> None:
        self._asked: OrderedDict[Question, Period] = OrderedDict()
        self._days: dict[str, Period] = {}
        self._guard = threading.Lock()

    def see(self, store: Store, days: Period) -> None:
        """The data's days, as a page is about to ask."""
        self._days[str(store.warehouse.path)] = days

    def note(self, question: Question) -> None:
        """Keeps a question; one asked before any day was seen is not about days."""
        days = self._days.get(question.path)
        if days is not None:
            with self._guard:
                self._asked[question] = days
                self._asked.move_to_end(question)
                while len(self._asked) > KEPT:
                    self._asked.popitem(last=False)

    def of(self, store: Store) -> list[tuple[Question, Period]]:
        """The questions to a warehouse, the newest first."""
        path = str(store.warehouse.path)
        with self._guard:
            return [(question, days) for question, days in reversed(self._asked.items()) if question.path == path]


LATELY = Lately()


def key(store: Store, viewer: Viewer) -> Hashable:
    """What every result depends on: the data, its version, settings, and what the viewer may see."""
    warehouse = store.warehouse
    return (str(warehouse.path), warehouse.version, store.settings.model_dump_json(), viewer.role, viewer.scope)


def answer(store: Store, viewer: Viewer, fn: Callable[..., T], *args: Hashable) -> T:
    """`fn(store, *args, viewer)`, computed once for all sessions that ask the same."""
    return RESULTS.get((fn.__module__, fn.__qualname__, key(store, viewer), args), lambda: fn(store, *args, viewer))


def again(store: Store) -> None:
    """Asks what was asked lately of the data as it is now, until somebody changes it again or time is up."""
    version, until = store.warehouse.version, time.monotonic() + SECONDS
    for question, old in LATELY.of(store):
        if store.warehouse.version != version or time.monotonic() > until or not threading.main_thread().is_alive():
            return
        try:
            new = Period.of_data(store)
            if new is not None:
                answer(store, question.viewer, question.fn, *question.after(old, new))
        except Exception:  # nobody waits for this: who asks is told what is wrong
            _log.debug("a question was not answered again", exc_info=True)


def _follow(store: Store) -> None:
    """In a thread: whoever imported does not wait for it."""
    if LATELY.of(store):
        threading.Thread(target=again, args=(store,), name="asked again").start()


FOLLOWERS.append(_follow)


def _moved(value: Any, old: Period, new: Period) -> Any:
    """The value with its days moved along; other things stay."""
    if isinstance(value, Period):
        return _in_its_place(value, old, new)
    if isinstance(value, tuple):
        return tuple(_moved(one, old, new) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: _moved(getattr(value, field.name), old, new) for field in fields(value) if field.init}
        return replace(value, **told)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value + _weeks(old, new)
    return value


def _in_its_place(period: Period, old: Period, new: Period) -> Period:
    """A choice of the filter bar means the new days; any other period goes along by as many weeks as came."""
    for choice in filters.PRESETS:
        if choice != "custom" and filters.period_of(choice, old) == period:
            return filters.period_of(choice, new)
    return Period(period.first + _weeks(old, new), period.last + _weeks(old, new))


def _weeks(old: Period, new: Period) -> dt.timedelta:
    return Period.last_complete_week(new.last).last - Period.last_complete_week(old.last).last
