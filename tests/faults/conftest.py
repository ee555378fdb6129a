"""Faults: what is killed, filled up, crowded or hostile."""

import multiprocessing
import shutil

import pytest

from sopdash.warehouse import open_store


@pytest.fixture(scope="session")
def processes():
    """Processes that begin with the product already imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sopdash.exports.load", "faults.victims"])
    return context


@pytest.fixture
def folder(empty_store, tmp_path):
    """The data folder of an empty store nobody has open."""
    return shutil.copytree(empty_store, tmp_path / "data")


@pytest.fixture
def store(folder):
    opened = open_store(folder / "warehouse.duckdb")
    yield opened
    opened.close()
