"""The drop folder: files put into inbox/ are imported while the app runs, without limit of size for plain CSV.

A file is read once two looks in a row found it unchanged, and moved away only after its import is stored: whatever is
in the folder when the process dies is simply read at the next start, where content already stored changes nothing.
"""

from __future__ import annotations

import logging
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sopdash.errors import FileRefused, SopdashError
from sopdash.exports.load import load_files
from sopdash.exports.results import FileResult, message_of, refused
from sopdash.text import LANGUAGES, say
from sopdash.warehouse import Store, data_folder, open_store

log = logging.getLogger("sopdash")

BY = "inbox"
"""Who imported, in the history."""
EVERY_S = 3.0
RETRY_S = 30.0
"""Pause after a failure that is not the files' fault: a held warehouse, a full disk."""
EMPTY_S = 60.0
"""An empty file this young is one whose content is still on its way."""
STOPPING_S = 10.0
SHOWN = 20
SHOWN_FOR = timedelta(days=1)

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart")
_NO_EXPORTS = ("thumbs.db", "desktop.ini")

_Stamp = tuple[int, int]
"""Size and time of change."""


@dataclass(frozen=True)
class Ended:
    """How one file ended: a result per table. `at` is UTC."""

    name: str
    results: tuple[FileResult, ...]
    at: datetime

    @property
    def refused(self) -> bool:
        """Nothing of it was stored."""
        return all(result.status == "refused" for result in self.results)


@dataclass(frozen=True)
class State:
    """What the folder is doing. `step`: (file or "" while figures are computed, done, of) during an import."""

    waiting: tuple[str, ...]
    step: tuple[str, int, int] | None
    ended: tuple[Ended, ...]
    """Files of the last day, newest first."""
    failure: SopdashError | None
    rounds: int
    """Grows with each round that ended: pages drawn before it are out of date."""


class _Stopped(Exception):
    """The server ends; what is not imported yet waits in the folder."""


class Inbox:
    """Watches one folder in a thread of its own. `opening` gives the store for one round; it is closed after it."""

    def __init__(self, folder: Path, opening: Callable[[], Store] = open_store) -> None:
        self.folder = folder
        self._opening = opening
        self._seen: dict[Path, _Stamp] = {}
        self._stuck: dict[Path, _Stamp] = {}
        self._step: tuple[str, int, int] | None = None
        self._ended: deque[Ended] = deque(maxlen=SHOWN)
        self._failure: SopdashError | None = None
        self._rounds = 0
        self._not_before = 0.0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> State:
        """A snapshot for the screen."""
        since = _now() - SHOWN_FOR
        ended = tuple(one for one in reversed(list(self._ended)) if one.at >= since)
        waiting = tuple(path.name for path in list(self._seen) if path not in self._stuck)
        return State(waiting, self._step, ended, self._failure, self._rounds)

    def start(self) -> None:
        """Begins to look, every few seconds until `stop`."""
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends after the file being read. A longer one is cut off: its transaction never was, the file stays."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOPPING_S)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self.look()
            except _Stopped:
                return
            except Exception:
                log.exception("looking into the inbox failed")
                self._pause(None)

    def look(self) -> None:
        """One look; imports the files that are as the look before found them."""
        found = {path: stamp for path in self._candidates() if (stamp := _stamp(path)) is not None}
        ready = [path for path, stamp in found.items() if self._seen.get(path) == stamp != self._stuck.get(path)]
        self._seen = found
        self._stuck = {path: stamp for path, stamp in self._stuck.items() if found.get(path) == stamp}
        if not ready or time.monotonic() < self._not_before:
            return
        try:
            self._round(ready)
            self._failure = None
        except SopdashError as failure:
            log.warning("the inbox waits: %s", failure)
            self._pause(failure)
        finally:
            self._step = None

    def _candidates(self) -> list[Path]:
        self.folder.mkdir(parents=True, exist_ok=True)
        return [path for path in sorted(self.folder.iterdir()) if not _left_alone(path.name)]

    def _pause(self, failure: SopdashError | None) -> None:
        self._failure = failure
        self._not_before = time.monotonic() + RETRY_S

    def _round(self, files: list[Path]) -> None:
        # Opened for the round only: while nobody looks at the app, commands can use the warehouse too.
        store = self._opening()
        try:
            self._import(store, files)
        finally:
            store.close()
        self._rounds += 1

    def _import(self, store: Store, files: list[Path]) -> None:
        names = {path.name for path in files}

        def step(what: str, done: int, of: int) -> None:
            if self._stop.is_set():
                raise _Stopped
            self._step = (what if what in names else "", done, of)

        try:
            results = load_files(store, files, by=BY, progress=step)
        except (SopdashError, _Stopped):
            raise
        except Exception:
            if self._step is None or not self._step[0]:
                raise  # the files are stored, the figures failed
            log.exception("a file of the inbox could not be imported")
            if len(files) > 1:
                for path in files:
                    self._import(store, [path])
                return
            results = [refused(files[0].name, FileRefused("inbox_failed"))]
        for path in files:
            self._settle(path, _of(path.name, results))

    def _settle(self, path: Path, results: tuple[FileResult, ...]) -> None:
        if _stamp(path) != self._seen[path]:
            return  # written to while it was read: the next looks take it again, whole
        ended = Ended(path.name, results, _now())
        try:
            _move(path, ended)
        except OSError:
            log.exception("a file could not be moved out of the inbox")
            self._stuck[path] = self._seen[path]
        else:
            self._seen.pop(path)
        self._ended.append(ended)


def _of(name: str, results: Sequence[FileResult]) -> tuple[FileResult, ...]:
    own = tuple(result for result in results if result.file == name or result.file.startswith(f"{name} › "))
    return own or (refused(name, FileRefused("empty")),)


def _left_alone(name: str) -> bool:
    lower = name.lower()
    return name.startswith((".", "~")) or lower.endswith(_UNFINISHED) or lower in _NO_EXPORTS


def _stamp(path: Path) -> _Stamp | None:
    """None: no plain file (any more), or one whose content has not begun to arrive."""
    try:
        found = path.lstat()
    except OSError:
        return None
    young = found.st_size == 0 and time.time() - found.st_mtime < EMPTY_S
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) and not young else None


def _move(path: Path, ended: Ended) -> None:
    """Into done/, or refused/ when nothing was stored; what was refused is said in a text file beside it."""
    folder = path.parent / ("refused" if ended.refused else "done")
    folder.mkdir(exist_ok=True)
    target = _free(folder, path.name)
    reason = _reason_of(target)
    bad = [result for result in ended.results if result.error is not None]
    try:
        if bad:
            reason.write_text(_reasons(bad), encoding="utf-8-sig", newline="\r\n")
        path.rename(target)
    except OSError:
        reason.unlink(missing_ok=True)
        raise


def _free(folder: Path, name: str) -> Path:
    """A path nothing lies under yet, nor its text file: a.csv, a (2).csv, …"""
    target, number = folder / name, 1
    while target.exists() or _reason_of(target).exists():
        number += 1
        target = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    return target


def _reason_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.txt")


def _reasons(results: Sequence[FileResult]) -> str:
    said = (
        say("inbox.reason", lang, name=result.file, why=message_of(result.error, lang))
        for lang in LANGUAGES
        for result in results
        if result.error is not None
    )
    return "\n".join(said) + "\n"


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


_running: list[Inbox] = []


@contextmanager
def watching() -> Iterator[Inbox]:
    """Watches the data folder's inbox as long as the block lasts: the life of the server."""
    inbox = Inbox(data_folder() / "inbox")
    inbox.start()
    _running.append(inbox)
    try:
        yield inbox
    finally:
        _running.remove(inbox)
        inbox.stop()


def running() -> Inbox | None:
    """The inbox of this process, where one is watched."""
    return _running[-1] if _running else None
