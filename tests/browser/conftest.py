"""A real browser (Debian's chromium) for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import monday
from browser.driving import settled
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sopdash.exports.load import load_files
from sopdash.warehouse import open_store

expect.set_options(timeout=30_000)
"""Machines are noisy: a page may take its time, but must get there."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "the browser tests need Debian's chromium: .ci/setup dev installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one small week imported: to be copied, never opened by a server."""
    folder = tmp_path_factory.mktemp("imported")
    store = open_store(folder / "data" / "warehouse.duckdb")
    load_files(store, monday.files(folder / "exports"))
    store.close()
    return folder / "data"


@pytest.fixture
def own_data(imported: Path, tmp_path: Path) -> Path:
    """A data folder of one's own, on which a server opens at once."""
    return Path(shutil.copytree(imported, tmp_path / "data"))


OpenPage = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[OpenPage]:
    """visit(address, width=1440, locale="zh-CN", dark=False) → the page, settled."""
    contexts = []

    def open_page(
        address: str, *, width: int = 1440, height: int = 900, locale: str = "zh-CN", dark: bool = False
    ) -> Page:
        context = browser.new_context(
            locale=locale,
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(address)
        settled(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
