"""A text file in blocks of whole lines: most need no reading cell by cell, only to be passed on.

A plain block has no quotes, no characters of no width and no blanks round the cells that are used, so each of its lines
is one row, cut at its delimiters. That is found out for all lines of a block at once, on its bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sopdash.exports.head import INVISIBLE, Dialect, cells_of, visible

FIRST, SIZE = 1 << 16, 1 << 19
"""Bytes of the first block, which is always read cell by cell, and of the others: their places fit the cache."""
_LINE_END, _RETURN = ord("\n"), ord("\r")
_BLANKS = [char for char in map(chr, range(0x3001)) if char.isspace() and char != "\n"]

Places: TypeAlias = NDArray[np.intp]
"""Positions of bytes in a block, or of lines."""


@dataclass(frozen=True)
class Plain:
    """A block each line of which has the usual number of cells, without quotes."""

    data: bytes
    bytes_: NDArray[np.uint8]
    ends: Places
    """Position after each cell: a row per line, a column per cell. Of the last cell it is the line end."""
    returns: bool
    """Whether lines end in CR LF."""

    @classmethod
    def of(cls, data: bytes, dialect: Dialect, width: int) -> Plain | None:
        """None where a line must be looked at cell by cell."""
        if not data.endswith(b"\n") or dialect.quote.encode() in data:
            return None
        found = np.frombuffer(data, np.uint8)
        delimiter = ord(dialect.delimiter)
        cells = np.flatnonzero((found == delimiter) | (found == _LINE_END))
        if len(cells) % width:
            return None
        ends: Places = cells.reshape(-1, width)
        marks = found[ends]
        if (marks[:, -1] != _LINE_END).any() or (marks[:, :-1] != delimiter).any():
            return None
        returns = data.count(b"\r")
        if returns and (returns != len(ends) or (found[ends[:, -1] - 1] != _RETURN).any()):
            return None
        plain = cls(data, found, ends, returns > 0)
        too_long = np.diff(ends[:, -1], prepend=-1).max() > csv.field_size_limit()
        return None if too_long or plain._holds(INVISIBLE) else plain

    def _holds(self, chars: Iterable[str]) -> bool:
        """Whether one of the characters, none of them ASCII, stands anywhere."""
        codes = [char.encode() for char in chars]
        return any(
            self._reads_any([code for code in codes if code[0] == lead], np.flatnonzero(self.bytes_ == lead))
            for lead in {code[0] for code in codes}
            if lead in self.data
        )

    def has_edges(self, columns: Sequence[int], delimiter: str) -> bool:
        """Whether a cell of the columns begins or ends with a blank, as `str.strip` knows them."""
        begins = np.concatenate([self._begins(column) for column in columns])
        overs = np.concatenate([self._overs(column) for column in columns])
        lengths, firsts, lasts = _blanks(delimiter)
        # An empty cell has no edges; its places hold the marks round it.
        suspects = np.flatnonzero((firsts[self.bytes_[begins]] | lasts[self.bytes_[overs - 1]]) & (begins < overs))
        return any(
            self._reads_any(codes, begins[suspects]) or self._reads_any(codes, overs[suspects] - length)
            for length, codes in lengths.items()
        )

    def _reads_any(self, codes: Sequence[bytes], places: Places) -> bool:
        """Whether one of the codes stands at one of the places."""
        places = places[_table(bytes(code[0] for code in codes))[self.bytes_[places]]]
        return len(places) > 0 and any(self._reads(code, places).any() for code in codes)

    def _begins(self, column: int) -> Places:
        """Position of the first byte of a column's cells."""
        if column:
            return self.ends[:, column - 1] + 1
        return np.concatenate([[0], self.ends[:-1, -1] + 1])

    def _overs(self, column: int) -> Places:
        """Position after a column's cells, the carriage return of a line end left out."""
        last = column == self.ends.shape[1] - 1
        return self.ends[:, column] - 1 if last and self.returns else self.ends[:, column]

    def empty(self, column: int) -> Places:
        """Lines in which the cell of a column is empty."""
        return np.flatnonzero(self._begins(column) == self._overs(column))

    def starting(self, column: int, chars: Iterable[str]) -> Places:
        """Lines in which the cell of a column starts with one of the characters."""
        codes = [char.encode() for char in chars if char]
        places = self._begins(column)
        lines = np.flatnonzero(_table(bytes(code[0] for code in codes))[self.bytes_[places]])
        found = np.zeros(len(lines), bool)
        for code in codes:
            found |= self._reads(code, places[lines])
        return lines[found]

    def line(self, number: int) -> str:
        """The text of one line, from 0, without its end."""
        start = self.ends[number - 1, -1] + 1 if number else 0
        return self.data[start : self.ends[number, -1] - self.returns].decode()

    def _reads(self, code: bytes, places: Places) -> NDArray[np.bool_]:
        """At which of the places the bytes of `code` stand."""
        there = np.ones(len(places), bool)
        last = len(self.bytes_) - 1
        for at, byte in enumerate(code):
            there &= self.bytes_[np.minimum(places + at, last)] == byte
        return there


@cache
def _blanks(delimiter: str) -> tuple[dict[int, list[bytes]], NDArray[np.bool_], NDArray[np.bool_]]:
    """Blanks in UTF-8 by their length; which bytes they begin with; and end with."""
    codes = [blank.encode() for blank in _BLANKS if blank != delimiter]
    lengths = {length: [code for code in codes if len(code) == length] for length in {*map(len, codes)}}
    return lengths, _table(bytes(code[0] for code in codes)), _table(bytes(code[-1] for code in codes))


@cache
def _table(codes: bytes) -> NDArray[np.bool_]:
    """Byte → whether it is one of these."""
    table = np.zeros(256, bool)
    table[list(codes)] = True
    return table


class Blocks:
    """Gives rows cell by cell (`reader`, `next`), or at the begin of a block all its lines at once (`plain`)."""

    def __init__(self, file: BinaryIO, dialect: Dialect) -> None:
        self.file, self.dialect = file, dialect
        self.rest = b""
        self._open(self._block(FIRST))
        self.reader: Any = cells_of(self._pulled(), dialect)

    @property
    def begins(self) -> bool:
        """Whether all rows of the last block were taken, so that the next row begins a block."""
        return self.at == len(self.lines)

    def plain(self, width: int) -> Plain | None:
        """The next block where it is plain and every line has `width` cells; None: read it by cells."""
        block = self._block(SIZE)
        found = Plain.of(block, self.dialect, width) if block else None
        self._open(b"" if found else block)
        return found

    def again(self, plain: Plain) -> None:
        """Takes a plain block back, to be read cell by cell."""
        self._open(plain.data)

    def _open(self, block: bytes) -> None:
        # Not str.splitlines: only LF, CR and both end a line, as in a file opened as text.
        self.lines, self.at = io.StringIO(block.decode(), newline="").readlines(), 0

    def _block(self, size: int) -> bytes:
        """The next whole lines, about `size` bytes; empty at the end."""
        data = self.rest
        while chunk := self.file.read(size):
            data += chunk
            if end := _last_line_end(data):
                self.rest = data[end:]
                return data[:end]
        self.rest = b""
        return data

    def _pulled(self) -> Iterator[str]:
        """Lines for the reader; a row over several lines may run into the next block."""
        while True:
            if self.begins:
                self._open(self._block(SIZE))
            if not self.lines:
                return
            self.at += 1
            yield visible(self.lines[self.at - 1])


def _last_line_end(data: bytes) -> int:
    """Position after the last line end; a carriage return at the very end may be half of one."""
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1


@contextmanager
def blocks(path: Path, dialect: Dialect) -> Iterator[Blocks]:
    """Opens a UTF-8 file to be read in blocks."""
    with path.open("rb", buffering=0) as file:
        yield Blocks(file, dialect)
