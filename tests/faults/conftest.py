"""Faults: what is killed, filled up, crowded or hostile; the run ends with one line per suite."""

import multiprocessing
import shutil

import pytest

from sopdash.warehouse import open_store

TALLIES = pytest.StashKey[dict]()


@pytest.fixture
def tally(request):
    """`tally(right)` counts one attempt; the totals are printed when all tests are over."""
    counts = request.config.stash.setdefault(TALLIES, {}).setdefault(request.node.originalname, [0, 0])

    def count(right: bool) -> bool:
        counts[0 if right else 1] += 1
        return right

    return count


def pytest_terminal_summary(terminalreporter, config):
    for name, (right, wrong) in config.stash.get(TALLIES, {}).items():
        said = name.removeprefix("test_").replace("_", " ")
        terminalreporter.write_line(f"{said}: tried {right + wrong}, right {right}, wrong {wrong}")


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
