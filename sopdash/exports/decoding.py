"""A text file read through strictly: what is wrong with it, and its text in UTF-8 on the way.

Python decodes on one core, so the second half of a large file is read by a process of its own, which runs this file by
path: it imports nothing of sopdash. Usage: decoding.py FILE CODEC COPY FIRST END, the answer as JSON on stdout.
"""

from __future__ import annotations

import codecs
import json
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

CHUNK = 1 << 20
LARGE = 32 << 20
"""From so many bytes on, a second process is worth its start."""
LONGEST_LINE = 16 << 20
"""A text without a line end for this long is no table, and would be read into memory as one line."""

_ENDING = ("encoding", "truncated", "not_csv")
"""Damage behind which nothing is read."""


@dataclass(frozen=True)
class Encoding:
    """How a text file is written. `damage` names what is wrong with it (an error code), found by reading all of it."""

    codec: str
    damage: str | None = None
    line: int | None = None
    """Physical line of the damage, where decoding alone would not show it."""
    ends_line: bool = True
    """Whether the last line has its line end: a short last line without one was cut off."""


def read_through(path: Path, codec: str, copy: Path | None = None, first: int = 0, end: int | None = None) -> Encoding:
    """Reads all of a file (or from byte `first` to `end`) and says what stands in the way; `copy`: its text."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    last, size, damage = "", path.stat().st_size if end is None else end, None
    without_end = 0
    with path.open("rb") as file, copy.open("wb") if copy else nullcontext() as out:
        file.seek(first)
        while chunk := file.read(min(CHUNK, size - file.tell())):
            try:
                text = decoder.decode(chunk, final=file.tell() == size)
            except UnicodeDecodeError as error:
                cut = file.tell() == size and error.end >= len(error.object) and "unexpected end" in error.reason
                return Encoding(codec, "truncated" if cut or "incomplete" in error.reason else "encoding")
            without_end = 0 if "\n" in text or "\r" in text else without_end + len(text)
            if without_end > LONGEST_LINE:
                return Encoding(codec, "not_csv")
            if damage is None and b"\0" in chunk and "\0" in text:
                damage = "nul"
            if damage is None and "\ufffd" in text:
                damage = "replacement_character"
            last = text or last
            if out:
                out.write(text.encode())
    return Encoding(codec, damage, ends_line=last.endswith(("\n", "\r")))


def read_halves(path: Path, codec: str, copy: Path) -> Encoding:
    """`read_through` on two cores, for an encoding in which the byte of a line feed is nothing else."""
    size = path.stat().st_size
    middle = _line_begin(path, size // 2) if size >= LARGE and (os.cpu_count() or 1) > 1 else None
    if middle is None:
        return read_through(path, codec, copy)
    rest = copy.with_suffix(".rest")
    command = [sys.executable, "-I", __file__, str(path), codec, str(rest), str(middle), str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        try:
            before = read_through(path, codec, copy, end=middle)
            if before.damage in _ENDING:
                return before
            answer, _ = child.communicate()
        finally:
            child.kill()
    after = Encoding(**json.loads(answer)) if child.returncode == 0 else read_through(path, codec, rest, middle)
    if after.damage in _ENDING:
        return after
    if after.damage is None:
        with copy.open("ab") as out, rest.open("rb") as read:
            shutil.copyfileobj(read, out, CHUNK)
    rest.unlink()
    return Encoding(codec, before.damage or after.damage, ends_line=after.ends_line)


def _line_begin(path: Path, place: int) -> int | None:
    """Where the next line begins; None: too far away to look for it."""
    with path.open("rb") as file:
        file.seek(place)
        return file.tell() if file.readline(CHUNK).endswith(b"\n") else None


if __name__ == "__main__":
    file, codec, copy, first, end = sys.argv[1:]
    print(json.dumps(asdict(read_through(Path(file), codec, Path(copy), int(first), int(end)))))
