"""Fixtures of every room: a warehouse filled from text tables."""

import shutil

import pytest
from tables import Tables

from sopdash.warehouse import open_store


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """The files of a store without data, made once: a copy opens faster than a new one."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(folder / "warehouse.duckdb").close()
    return folder


@pytest.fixture
def warehouse(empty_store, tmp_path):
    """An empty warehouse; see tests/tables.py."""
    folder = tmp_path / "data"
    shutil.copytree(empty_store, folder)
    tables = Tables(folder)
    yield tables
    tables.close()
