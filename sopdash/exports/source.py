"""What a file is, by its content: kind, fingerprint and encoding. The extension is never believed."""

from __future__ import annotations

import codecs
import errno
import hashlib
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from sopdash.errors import FileRefused
from sopdash.exports.decoding import CHUNK, Encoding, read_halves, read_through

_BLOCK, _HASHED = 1 << 17, 8 << 20
"""Bytes looked through all at once, what fits the cache; hashed at once, so that the thread seldom waits for Python."""
# Two Chinese characters in UTF-8. Written out: repeated groups search five times slower.
_UTF8_HAN = re.compile(rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf][\xe3-\xe9][\x80-\xbf][\x80-\xbf]")
_CELL = re.compile(rb"[^,;\t\r\n\"]+")


class Kind(StrEnum):
    TEXT = "text"
    WORKBOOK = "workbook"
    OLD_WORKBOOK = "old_workbook"
    PAGE = "page"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Source:
    """A file as it lies on disk, before anything is read from it."""

    path: Path
    name: str
    """The name people know it by; used for its date and in messages, never as a path."""
    kind: Kind
    hashed: Future[str]
    """Comes while the file is decoded: hashing leaves Python to others."""

    @property
    def sha256(self) -> str:
        """The content's hash; waits for it."""
        return self.hashed.result()


@contextmanager
def unpacking() -> Iterator[None]:
    """Damage inside an archive comes in many classes; all of them mean that it has to be downloaded again."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EINVAL:  # a seek to nowhere is damage; a full disk is not
            raise
        raise FileRefused("truncated_archive") from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError) as error:
        raise FileRefused("truncated_archive") from error


def look(path: Path, name: str) -> Source:
    """Kind and fingerprint of a file. Refused: empty, JSON, pictures and the like."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise FileRefused("empty")
    kind = _kind(path, head)
    thread = ThreadPoolExecutor(1)
    hashed = thread.submit(_sha256, path)
    thread.shutdown(wait=False)
    return Source(path, name, kind, hashed)


def _kind(path: Path, head: bytes) -> Kind:
    if head.startswith(b"PK\x03\x04") and zipfile.is_zipfile(path):
        with unpacking(), zipfile.ZipFile(path) as archive:
            return Kind.WORKBOOK if "[Content_Types].xml" in archive.NameToInfo else Kind.ARCHIVE
    if head.startswith(b"PK\x03\x04"):
        raise FileRefused("truncated_archive")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.OLD_WORKBOOK
    start = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<table", b"<?xml", b"<meta", b"<style")):
        return Kind.PAGE
    if start.startswith((b'{"', b"[{", b"{\r", b"{\n", b"[\n", b"{ ", b'["', b"%pdf", b"\x89png", b"rar!", b"7z\xbc")):
        raise FileRefused("not_csv")
    return Kind.TEXT


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_HASHED):
            digest.update(chunk)
    return digest.hexdigest()


def encoding_of(path: Path, copy: Path | None = None) -> Encoding:
    """The one encoding the whole file keeps to: UTF-8, UTF-16 or GB18030, each strictly; else its damage.

    `copy`: where the text is written in UTF-8 on the way, unless it is UTF-8 already.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return read_through(path, "utf-16", copy)
    wide = _wide_without_bom(head)
    if wide:
        return read_through(path, wide, copy)
    utf8 = read_through(path, "utf-8")
    if utf8.damage not in ("encoding", "truncated") or _has_utf8_han(path, utf8):
        return utf8
    chinese = read_halves(path, "gb18030", copy) if copy else read_through(path, "gb18030")
    if chinese.damage is None:
        line = _line_of_utf8(path)
        if line is not None:
            return Encoding("gb18030", "encoding", line)
    return chinese


def _wide_without_bom(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < 10 or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _has_utf8_han(path: Path, found: Encoding) -> bool:
    """Whether the text before the damage is Chinese in UTF-8: then the file is damaged UTF-8, not GB18030."""
    decoder = codecs.getincrementaldecoder(found.codec)("strict")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return _UTF8_HAN.search(error.object[: error.start]) is not None
            if _UTF8_HAN.search(text.encode()):
                return True
    return True


def _line_of_utf8(path: Path) -> int | None:
    """Line of a GB18030 file that holds a cell in UTF-8: two exports pasted together decode without an error."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK) + file.readline():
            if _holds_utf8_han(block):
                for place, line in enumerate(block.split(b"\n")):
                    if any(map(_is_utf8_han, _CELL.findall(line))):
                        return _lines_before(path, file.tell() - len(block)) + place + 1
    return None


def _holds_utf8_han(block: bytes) -> bool:
    """What _UTF8_HAN finds, all places at once: many times as fast."""
    codes = np.frombuffer(block, np.uint8)
    first, after = codes - np.uint8(0xE3) <= 6, codes.view(np.int8) < -64  # 0xE3 to 0xE9; 0x80 to 0xBF
    han = first[:-2] & after[1:-1] & after[2:]
    return bool((han[:-3] & han[3:]).any())


def _lines_before(path: Path, place: int) -> int:
    with path.open("rb") as file:
        chunks = (file.read(min(CHUNK, place - at)) for at in range(0, place, CHUNK))
        return sum(chunk.count(b"\n") for chunk in chunks)


def _is_utf8_han(cell: bytes) -> bool:
    if not _UTF8_HAN.search(cell):
        return False
    try:
        text = cell.decode()
    except UnicodeDecodeError:
        return False
    return all(char < "\x80" or "\u2010" <= char <= "\u303f" or "\u3400" <= char <= "\uffef" for char in text)
