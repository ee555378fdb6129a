"""A store of its own for every test; opening the same path again is a restart."""

from __future__ import annotations

import shutil

import pytest

from sopdash.warehouse import open_store


@pytest.fixture
def path(empty_store, tmp_path):
    return shutil.copytree(empty_store, tmp_path / "store") / "warehouse.duckdb"


@pytest.fixture
def store(path):
    opened = open_store(path)
    yield opened
    opened.close()
