"""What an import was doing when its process died: a note on disk from its first file to its last.

Nobody else can hold the warehouse while it is opened, so a note found then is of a dead process. Files are stored each
in one transaction: those named in `imports` are there whole, of the others nothing is.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sopdash.warehouse.connection import Database

KEPT = timedelta(days=7)
"""A note nobody needed for so long is dropped."""


@dataclass(frozen=True)
class Interruption:
    """An import that was cut off at some moment after `at` (UTC). `told`: the command line has said it."""

    note: Path
    at: datetime
    stored: tuple[str, ...]
    lost: tuple[str, ...]
    """Files of which nothing is stored, and which nobody imported since."""
    told: bool


@contextmanager
def noted(database: Database, names: Sequence[str]) -> Iterator[None]:
    """Keeps a note of the files while they are imported. An error is told by whoever raises it: no note stays."""
    if not names:
        yield
        return
    note = database.staging / f"importing-{uuid4().hex}.{database.path.stem}.json"
    at = datetime.now(UTC).replace(tzinfo=None)
    try:
        with suppress(OSError):  # a full disk stops the import itself, in words
            note.write_text(json.dumps({"at": at.isoformat(), "files": list(names)}, ensure_ascii=False), "utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)


def left_behind(database: Database) -> list[Path]:
    """The notes of dead processes; their half-read copies of files are deleted. Call it while opening only."""
    stem = database.path.stem
    for folder in database.staging.glob("import-*"):
        if folder.name.partition(".")[2] == stem:
            shutil.rmtree(folder, ignore_errors=True)
    notes = database.staging.glob("importing-*.json")
    return sorted(note for note in notes if note.name.partition(".")[2] == f"{stem}.json")


def interruptions(database: Database, notes: Sequence[Path]) -> list[Interruption]:
    """What is still worth saying: an import of which at least one file is missing, or that nobody was told of."""
    found = [one for note in notes if (one := _read(database, note)) is not None]
    return [one for one in found if one.lost or not one.told]


def told(one: Interruption) -> None:
    """Marks an interruption as said; it stays on the Data page until its files came in."""
    content = json.loads(one.note.read_text("utf-8"))
    one.note.write_text(json.dumps(content | {"told": True}, ensure_ascii=False), "utf-8")


def _read(database: Database, note: Path) -> Interruption | None:
    try:
        content = json.loads(note.read_text("utf-8"))
        at = datetime.fromisoformat(content["at"])
        names = [str(name) for name in content["files"]]
    except (OSError, ValueError, KeyError):
        note.unlink(missing_ok=True)  # cut off while it was written: the import had not begun
        return None
    if datetime.now(UTC).replace(tzinfo=None) - at > KEPT:
        note.unlink(missing_ok=True)
        return None
    # A sheet or archive member is stored as "file › member".
    rows = database.rows("select distinct split_part(file, ' › ', 1) from imports where imported_at >= ?", [at])
    known = {name for (name,) in rows}
    stored = tuple(name for name in names if name in known)
    lost = tuple(name for name in names if name not in known)
    return Interruption(note, at, stored, lost, bool(content.get("told")))
