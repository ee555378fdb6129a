"""A large file decoded in halves is what it is read in one go, whatever is wrong with it and wherever."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sopdash.exports import decoding
from sopdash.exports.source import encoding_of, look

LINE = "面膜,5片,浙江省 杭州市,𠮷\r\n".encode("gb18030")
"""With a character of two bytes whose second one is ASCII, and one of four bytes."""


@pytest.fixture(autouse=True)
def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LARGE", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


DAMAGE: dict[str, Callable[[list[bytes]], None]] = {
    "none": lambda lines: None,
    "a byte that is no character, early": lambda lines: lines.__setitem__(3, b"\xff\xff\r\n"),
    "a byte that is no character, late": lambda lines: lines.__setitem__(96, b"\xff\xff\r\n"),
    "a zero, early": lambda lines: lines.__setitem__(3, b"a\0b\r\n"),
    "a zero, late": lambda lines: lines.__setitem__(96, b"a\0b\r\n"),
    "a replacement, late": lambda lines: lines.__setitem__(96, "\ufffd\r\n".encode("gb18030")),
    "half a character at the end": lambda lines: lines.append("面".encode("gb18030")[:1]),
    "no line end": lambda lines: lines.append("面".encode("gb18030")),
    "a zero early, no character late": lambda lines: lines.__setitem__(
        slice(3, 99), [b"\0\r\n", *lines[5:98], b"\xff\r\n"]
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_halves_are_the_whole(damage: str, tmp_path: Path) -> None:
    lines = [LINE] * 100
    DAMAGE[damage](lines)
    path, whole, halves = (tmp_path / name for name in ("file.csv", "whole.csv", "halves.csv"))
    path.write_bytes(b"".join(lines))

    found = decoding.read_halves(path, "gb18030", halves)

    assert found == decoding.read_through(path, "gb18030", whole)
    if found.damage is None:
        assert halves.read_bytes() == whole.read_bytes() == path.read_bytes().decode("gb18030").encode()
        assert not list(tmp_path.glob("*.rest"))


def test_a_second_process_that_dies_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, copy = tmp_path / "file.csv", tmp_path / "copy.csv"
    path.write_bytes(LINE * 100)
    started, real = [], subprocess.Popen

    def killed(*args: Any, **options: Any) -> Any:
        started.append(real(["false"], **options))
        return started[-1]

    monkeypatch.setattr("subprocess.Popen", killed)

    assert decoding.read_halves(path, "gb18030", copy).damage is None
    assert copy.read_bytes() == (LINE * 100).decode("gb18030").encode()
    assert [child.returncode for child in started] == [1]


def test_the_door_decodes_large_files_in_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, copy, asked, real = tmp_path / "file.csv", tmp_path / "copy.csv", [], subprocess.Popen
    path.write_bytes(LINE * 100)

    def noted(command: list[str], **options: Any) -> Any:
        asked.append(command)
        return real(command, **options)

    monkeypatch.setattr("subprocess.Popen", noted)

    assert encoding_of(path, copy).codec == "gb18030"
    assert len(asked) == 1
    assert copy.read_bytes() == (LINE * 100).decode("gb18030").encode()


def test_a_file_is_known_by_the_hash_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"abc")
    assert look(path, "file.csv").sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
