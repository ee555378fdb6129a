"""Workbooks: a look at the zip directory first, then the parser in a child process with a memory limit and a clock."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused

FILE_LIMIT = 50 << 20
UNPACKED_LIMIT = 200 << 20
RATIO_LIMIT = 100
ENTRY_LIMIT = 2_000
ROW_LIMIT = 1_000_000
COLUMN_LIMIT = 200
MEMORY_LIMIT = 2 << 30
SECONDS = 60
_ACTIVE = re.compile(r"(^|/)(vbaProject\.bin|externalLinks/|activeX/|embeddings/|macrosheets/)", re.IGNORECASE)
_DIMENSION = re.compile(rb'<dimension\b[^>]*ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_CHILD = Path(__file__).with_name("workbook_child.py")


@dataclass(frozen=True)
class Sheet:
    """One sheet as a CSV in UTF-8, and what its cells can't say."""

    name: str
    path: Path
    hidden: int
    """Hidden rows and columns (a filter left on); they are read all the same."""
    formulas: dict[int, int]
    """Column position → first row whose formula has no stored value."""


def check_directory(path: Path) -> None:
    """Refuses an archive by what its directory says, before anything of it is unpacked."""
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise FileRefused("file_too_large", megabytes=size >> 20, limit=FILE_LIMIT >> 20)
    try:
        entries = zipfile.ZipFile(path).infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused("truncated_archive") from error
    if len(entries) > ENTRY_LIMIT:
        raise FileRefused("archive_unsafe", why=f"{len(entries)} > {ENTRY_LIMIT}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED_LIMIT or unpacked > RATIO_LIMIT * max(size, 10_000):
        raise FileRefused("archive_unsafe", why=f"{unpacked >> 20} MB / {max(size >> 10, 1)} KB")
    for entry in entries:
        if entry.flag_bits & 1:
            raise FileRefused("encrypted")
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise FileRefused("archive_unsafe", why="../")


def check_parts(path: Path) -> None:
    """Refuses workbooks with macros, links to other files, embedded files, entities or impossible dimensions."""
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if _ACTIVE.search(entry.filename):
                raise FileRefused("workbook_active", part=entry.filename)
            if not entry.filename.endswith((".xml", ".rels")):
                continue
            with archive.open(entry) as part:
                start = part.read(4096)
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise FileRefused("workbook_active", part="DOCTYPE")
            if found := _DIMENSION.search(start):
                _check_dimension(found)


def _check_dimension(found: re.Match[bytes]) -> None:
    columns = 0
    for letter in found[1]:
        columns = columns * 26 + letter - 64
    if int(found[2]) > ROW_LIMIT + 20:
        raise FileRefused("too_many_rows", rows=int(found[2]), limit=ROW_LIMIT)
    if columns * int(found[2]) > 4 * COLUMN_LIMIT * 250_000:
        raise FileRefused("too_many_columns", columns=columns, limit=COLUMN_LIMIT)


def sheets_of(path: Path, folder: Path) -> list[Sheet]:
    """The filled sheets of a workbook as CSV in `folder`. Refused: encrypted, hostile, too large, no workbook."""
    if zipfile.is_zipfile(path):
        check_directory(path)
        check_parts(path)
    elif path.stat().st_size > FILE_LIMIT:
        raise FileRefused("file_too_large", megabytes=path.stat().st_size >> 20, limit=FILE_LIMIT >> 20)
    said = _ask_child(path, folder)
    if "error" in said:
        raise FileRefused(said["error"], **said["values"])
    found = [
        Sheet(
            sheet["name"],
            folder / sheet["file"],
            sheet["hidden_rows"] + sheet["hidden_columns"],
            {int(column): row for column, row in sheet["formulas"].items()},
        )
        for sheet in said["sheets"]
    ]
    if not found:
        raise FileRefused("empty")
    return found


def _ask_child(path: Path, folder: Path) -> dict[str, Any]:
    limits = [str(limit) for limit in (MEMORY_LIMIT, ROW_LIMIT, COLUMN_LIMIT)]
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_CHILD), str(path), str(folder), *limits],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused("workbook_too_heavy") from error
    if done.returncode != 0:
        raise FileRefused("workbook_too_heavy")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
