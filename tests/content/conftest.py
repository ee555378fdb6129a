"""A store with an empty calendar for every test; opening the path of one again is a restart."""

from __future__ import annotations

import shutil

import pytest

from sopdash.warehouse import open_store


@pytest.fixture
def path(empty_store, tmp_path):
    return shutil.copytree(empty_store, tmp_path / "store") / "warehouse.duckdb"


@pytest.fixture(scope="session")
def shared(empty_store, tmp_path_factory):
    opened = open_store(shutil.copytree(empty_store, tmp_path_factory.mktemp("content") / "store") / "warehouse.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def store(shared):
    """Opened once for all tests of this folder: opening costs more than most of them."""
    yield shared
    with shared.workspace.write() as cursor:
        cursor.execute("delete from calendar_entries; delete from calendar_history")
