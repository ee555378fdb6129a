"""A store of its own for every test; opening the same path again is a restart."""

from __future__ import annotations

import pytest

from sopdash.warehouse import open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def store(path):
    opened = open_store(path)
    yield opened
    opened.close()
