"""Fixtures of every room: a warehouse filled from text tables, and the demo, built once for all workers."""

import fcntl
import os
import shutil
from pathlib import Path

import pytest
from tables import Tables

from sopdash.warehouse import open_store


@pytest.fixture
def tally(request):
    """`tally(right)` counts one attempt; the totals are printed when all tests are over."""
    counts = [0, 0]
    request.node.user_properties.append(("tally", counts))  # what a worker's report carries to the one that prints

    def count(right: bool) -> bool:
        counts[0 if right else 1] += 1
        return right

    return count


def pytest_terminal_summary(terminalreporter):
    """One line per suite of attempts: how many were right and wrong."""
    totals: dict[str, list[int]] = {}
    for report in (one for reports in terminalreporter.stats.values() for one in reports):
        for name, counts in getattr(report, "user_properties", ()) if getattr(report, "when", "") == "call" else ():
            if name == "tally":
                suite = report.nodeid.split("::")[-1].split("[")[0].removeprefix("test_").replace("_", " ")
                totals[suite] = [sum(pair) for pair in zip(totals.get(suite, [0, 0]), counts, strict=True)]
    for suite, (right, wrong) in totals.items():
        terminalreporter.write_line(f"{suite}: tried {right + wrong}, right {right}, wrong {wrong}")


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


def _once(tmp_path_factory, name, make):
    """A folder of this test run that the first worker to come makes; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = folder.with_suffix(".making")
            making.mkdir(exist_ok=True)
            make(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory) -> list[Path]:
    """The demo's export files, in the order they are imported; not to be changed."""
    from sopdash.demo import write

    def make(folder):
        files = write(folder)
        (folder / "order.txt").write_text("\n".join(path.name for path in files))

    folder = _once(tmp_path_factory, "demo-files", make)
    return [folder / name for name in (folder / "order.txt").read_text().splitlines()]


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory) -> Path:
    """A data folder that holds the built demo: to be copied, never opened."""
    from sopdash.demo import ensure_demo

    return _once(tmp_path_factory, "demo-data", ensure_demo)


@pytest.fixture
def own_demo(demo_data, tmp_path) -> Path:
    """A data folder of one's own with the demo in it."""
    return Path(shutil.copytree(demo_data, tmp_path / "data"))


@pytest.fixture(scope="session")
def demo_store(demo_data, tmp_path_factory):
    """The demo opened, its calendar planned, for tests that only read."""
    from sopdash.demo import ready_demo

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOPDASH_DATA", str(shutil.copytree(demo_data, tmp_path_factory.mktemp("read") / "data")))
        store = ready_demo()
    yield store
    store.close()
