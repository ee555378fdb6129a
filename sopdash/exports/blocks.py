"""A text file in blocks of whole lines: most need no reading cell by cell, only to be passed on.

A plain block has no quotes, no characters of no width and no blanks round its cells, so each of its lines is one row,
cut at its delimiters.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import TextIO

from sopdash.exports.head import INVISIBLE, Dialect, cells_of, visible

FIRST, SIZE = 1 << 16, 1 << 22
"""Characters of the first block, which is always read cell by cell, and of the others."""
_BLANKS = [char for char in map(chr, range(0x3001)) if char.isspace() and char != "\n"]


class Blocks:
    """Gives rows cell by cell (`reader`, `next`), or at the begin of a block all its lines at once (`plain`)."""

    def __init__(self, file: TextIO, dialect: Dialect) -> None:
        self.file, self.dialect = file, dialect
        self.lines = file.readlines(FIRST)
        self.at = 0
        self.reader = cells_of(self._pulled(), dialect)

    @property
    def begins(self) -> bool:
        """Whether all rows of the last block were taken, so that the next row begins a block."""
        return self.at == len(self.lines)

    def plain(self, width: int) -> list[str] | None:
        """The lines of the next block where it is plain and every line has `width` cells; None: read it by cells."""
        self._advance()
        text = "".join(self.lines)
        if not text.endswith("\n") or any(mark in text for mark in (self.dialect.quote, *INVISIBLE)):
            return None
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
        lines = text[:-1].split("\n")
        if max(map(len, lines)) > csv.field_size_limit():
            return None
        if set(map(str.count, lines, repeat(self.dialect.delimiter))) != {width - 1}:
            return None
        if _has_edges(text, self.dialect.delimiter):
            return None
        self.at = len(self.lines)
        return lines

    def again(self) -> None:
        """Takes the lines of the last block back, to be read cell by cell."""
        self.at = 0

    def _advance(self) -> None:
        self.lines, self.at = self.file.readlines(SIZE), 0

    def _pulled(self) -> Iterator[str]:
        """Lines for the reader; a row over several lines may run into the next block."""
        while True:
            if self.begins:
                self._advance()
            if not self.lines:
                return
            self.at += 1
            yield visible(self.lines[self.at - 1])


def _has_edges(text: str, delimiter: str) -> bool:
    """Whether a cell of the lines begins or ends with a blank, as `str.strip` knows them."""
    there = [blank for blank in _BLANKS if blank != delimiter and blank in text]
    edges = (pair for blank in there for pair in (delimiter + blank, blank + delimiter, "\n" + blank, blank + "\n"))
    return text[0] in there or any(pair in text for pair in edges)


@contextmanager
def blocks(path: Path, dialect: Dialect) -> Iterator[Blocks]:
    """Opens a file to be read in blocks."""
    with path.open(encoding=dialect.codec, errors=dialect.errors, newline="") as file:
        yield Blocks(file, dialect)
