"""Shared results: computed once, bounded, failures not kept."""

import threading
import time

import pytest

from sopdash.ui.cache import Cache


def test_one_answer_for_all_who_ask_at_once():
    cache, calls = Cache(entries=10), []

    def slow() -> int:
        calls.append(1)
        time.sleep(0.05)
        return 7

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(cache.get("key", slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(calls), found) == (1, [7] * 8)


def test_the_least_recently_used_leaves():
    cache = Cache(entries=2)
    cache.get("a", lambda: 1)
    cache.get("b", lambda: 2)
    cache.get("a", lambda: 0)  # used again: b is now the oldest
    cache.get("c", lambda: 3)
    assert (len(cache), cache.get("a", lambda: 99), cache.get("b", lambda: 98)) == (2, 1, 98)


def test_a_failure_is_raised_and_tried_again():
    cache = Cache(entries=2)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 5) == 5
