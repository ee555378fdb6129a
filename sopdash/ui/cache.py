"""Results shared by all sessions: computed once per (data version, question, viewer scope, language), bounded.

Unlike `st.cache_data` a hit hands out the object itself without unpickling it: results are read, never changed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Cache:
    """The `entries` most recently used results. Two sessions asking the same question wait for one answer."""

    def __init__(self, entries: int) -> None:
        self.entries = entries
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._guard = threading.Lock()
        self._busy: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        """The result kept under `key`, else the one `build` gives now. An exception is raised and not kept."""
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
            turn = self._busy.setdefault(key, threading.Lock())
        with turn:
            with self._guard:
                if key in self._kept:
                    again: T = self._kept[key]
                    return again
            try:
                built = build()
                self._keep(key, built)
            finally:
                with self._guard:
                    self._busy.pop(key, None)
        return built

    def _keep(self, key: Hashable, built: Any) -> None:
        with self._guard:
            self._kept[key] = built
            while len(self._kept) > self.entries:
                self._kept.popitem(last=False)

    def __len__(self) -> int:
        return len(self._kept)


RESULTS = Cache(entries=600)
"""Results of the metrics module and its neighbours."""

FIGURES = Cache(entries=400)
"""Finished figures, by the key of their result and the language."""
