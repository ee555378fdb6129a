"""Driving the app as a manager does: a real server on loopback, settled pages, grids edited by keyboard."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).parents[2]
PAGES = tuple(sorted(path.stem for path in (ROOT / "pages").glob("*.py")))
"""Every page of the app; the overview also opens at the bare address."""
PATIENCE_S = 180
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'


class Server(NamedTuple):
    """A running app: its address and the id of its process."""

    address: str
    pid: int


@contextlib.contextmanager
def serve(data: Path) -> Iterator[str]:
    """Runs the app on its own data folder; yields its address; ends the process that it started."""
    with serving(data) as server:
        yield server.address


@contextlib.contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Like `serve`, with the process id beside the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.address=127.0.0.1",
        "--server.headless=true", "--server.fileWatcherType=none",
    ]  # fmt: skip
    data.mkdir(parents=True, exist_ok=True)
    log = (data / "server.log").open("wb")
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "SOPDASH_DATA": str(data)}, stdout=log, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address)
        yield Server(address, process.pid)
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait_until_healthy(address: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
            if answer.read() == b"ok":
                return
        time.sleep(0.05)
    raise TimeoutError(f"no server at {address}")


def settled(page: Page) -> None:
    """Waits until the script of the page has run and nothing is pending."""
    page.locator(SETTLED).wait_for(timeout=PATIENCE_S * 1000)
    page.wait_for_timeout(150)
    page.locator(SETTLED).wait_for(timeout=PATIENCE_S * 1000)


class Grid:
    """A data grid (st.dataframe, st.data_editor): its canvas carries an accessible copy of the cells."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page, self.root = page, root
        root.locator('[data-testid^="glide-cell-"]').first.wait_for(state="attached")

    def text(self, row: int, column: int) -> str:
        """What a cell shows; columns are counted with the row marker where the grid has one."""
        return self.root.locator(f'[data-testid="glide-cell-{column}-{row}"]').text_content() or ""

    def go(self, row: int, column: int, first: int = 1) -> None:
        self.root.get_by_test_id("data-grid-canvas").click(position={"x": 80, "y": 52}, force=True)
        self.page.keyboard.press("Control+Home")
        for _ in range(row):
            self.page.keyboard.press("ArrowDown")
        for _ in range(column - first):
            self.page.keyboard.press("ArrowRight")
        cell = self.root.locator(f'[data-testid="glide-cell-{column}-{row}"]')
        expect(cell).to_have_attribute("aria-selected", "true")

    def edit(self, row: int, column: int, text: str) -> None:
        self.go(row, column)
        self.page.keyboard.press("Enter")
        box = '[data-testid="portal"] .gdg-input, [data-testid="portal"] textarea, [data-testid="portal"] input'
        self.page.locator(box).first.fill(text)
        self.page.keyboard.press("Enter")
        settled(self.page)
