"""An import that runs beside the page: whoever leaves the page or closes the tab does not stop it half way."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sopdash.errors import SopdashError
from sopdash.exports.load import FileResult
from sopdash.exports.sample import sample

log = logging.getLogger("sopdash")

Report = Callable[[str, int, int], None]


@dataclass
class Job:
    """One piece of work in a thread of its own. `step` is (what, done, of) for a progress bar."""

    work: Callable[[Report], Any]
    step: tuple[str, int, int] = ("", 0, 1)
    outcome: Any = None
    failure: Exception | None = None
    done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Job:
        """Begins and returns at once."""
        threading.Thread(target=self._run, name="import", daemon=False).start()
        return self

    def wait(self, show: Callable[[str, int, int], None], every: float = 0.15) -> None:
        """Shows the step until the work is done; stopping to wait does not stop the work."""
        while not self.done.wait(every):
            show(*self.step)

    def _report(self, what: str, done: int, of: int) -> None:
        self.step = (what, done, of)

    def _run(self) -> None:
        try:
            self.outcome = self.work(self._report)
        except SopdashError as refusal:
            self.failure = refusal
        except Exception as failure:
            log.exception("import failed")
            self.failure = failure
        finally:
            self.done.set()


@dataclass(frozen=True)
class Received:
    """An uploaded file as it lies on disk: under a random name, with the name people know it by."""

    path: Path
    name: str


@dataclass(frozen=True)
class Shown:
    """How a file ended; `kept` is the file itself where the page must ask something before it can be read."""

    result: FileResult
    kept: Received | None = None


ASKED = {"as_of_needed": "as_of", "date_ambiguous": "date_order", "shop_needed": "shop", "header_missing": "mapping"}
"""Refusals that an answer resolves: error code → what to ask."""

STALE_S = 24 * 3600


def load_received(
    load: Callable[..., list[FileResult]], files: list[Received], report: Report, **said: Any
) -> list[Shown]:
    """Imports the files; those that can be read once a question is answered are kept, all others deleted at once."""
    names = {str(file.path): file.name for file in files}
    known = {file.path.name: file.name for file in files}

    def step(what: str, done: int, of: int) -> None:
        report(known.get(what, ""), done, of)

    kept: set[Path] = set()
    try:
        results = load([file.path for file in files], names=names, progress=step, **said)
        shown = [Shown(result, _question_about(result, files)) for result in results]
        kept = {one.kept.path for one in shown if one.kept}
        return shown
    finally:
        for file in files:
            if file.path not in kept:
                file.path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Deletes uploads nobody came back to within a day."""
    for path in folder.glob("*"):
        if time.time() - path.stat().st_mtime > STALE_S:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _question_about(result: FileResult, files: list[Received]) -> Received | None:
    if result.error is None or result.error.code not in ASKED:
        return None
    of = [file for file in files if result.file == file.name or result.file.startswith(f"{file.name} › ")]
    if of and ASKED[result.error.code] == "mapping" and sample(of[0].path, of[0].name, result.file) is None:
        return None
    return of[0] if of else None
