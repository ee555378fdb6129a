"""Marts filled by hand, and a store over them."""

from types import SimpleNamespace

import pytest
from journey.marts import Marts


@pytest.fixture
def marts() -> Marts:
    return Marts()


@pytest.fixture
def store(marts):
    return SimpleNamespace(warehouse=marts)
