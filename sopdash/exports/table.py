"""From a text table to the staged files, in UTF-8, each row with its number.

Runs in a stream: lines that need no second look are passed on as they are, all others are read cell by cell. Structure
damage refuses the file with its row; a row of the wrong width is rejected by number; blank rows, repeated headers,
totals and footnotes are taken out and counted.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from sopdash.errors import FileRefused
from sopdash.exports.blocks import Blocks, Plain, blocks
from sopdash.exports.format import canonical
from sopdash.exports.head import Head, reading
from sopdash.exports.results import Reject

_TOTAL = re.compile(r"(合计|总计|汇总|共计|小计|总和|total|sum)(\(.*\))?[:：]?", re.IGNORECASE)
_TOTAL_STARTS = frozenset("合总汇共小tTsS")
_NUMBER = re.compile(r"[-+¥￥]?[\d,.]+[元%]?")
_FOOTNOTE = re.compile(
    r"[*#※★【(（]|注|备注|说明|提示|温馨|导出|数据|统计|制表|总|合|共|以上|本|报表|截止|截至|note|export|total",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[*※★#]|(备?注|说明|(温馨)?提示|声明|数据(来源|说明|截)|导出(时间|人|日期)|统计(时间|口径)|制表|以上|本报表|本数据)"
)
_HAN = re.compile("[\u3400-\u9fff]")
_DIGIT = re.compile(r"\d")


@dataclass
class Staged:
    """A table ready to be read by DuckDB, and what was left out on the way."""

    path: Path
    """CSV of the rows that were read cell by cell: the staged columns, each cell without blanks around it."""
    plain: list[Path]
    """The lines passed on as they are, in parts: all columns, cut at the file's delimiter, without any quotes."""
    head: Head
    columns: tuple[int, ...]
    """Positions in the file of the staged columns, in order, after the row number."""
    rows: int = 0
    """Data rows, those of the wrong width included."""
    ragged: list[Reject] = field(default_factory=list)
    totals: list[tuple[int, list[str]]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """Rows taken out, by note code."""
    runs: list[tuple[int, int]] = field(default_factory=list)
    """(number of the first row, rows) of each stretch of lines passed on, in their order."""
    returns: bool | None = None
    """Whether those lines end in CR LF; None while there are none."""


PART = 1 << 25
"""Bytes of lines passed on after which they can be read, while the next ones are looked at."""

Ready: TypeAlias = Callable[[Staged, Path], None]
"""Called with each part of the lines passed on, once it is written."""


class Parts:
    """Writes the lines passed on, in parts of about the same size."""

    def __init__(self, staged: Staged, ready: Ready | None) -> None:
        self.staged, self.ready = staged, ready
        self.file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Adds whole lines."""
        if self.file is None:
            path = self.staged.path.with_suffix(f".plain{len(self.staged.plain)}")
            self.staged.plain.append(path)
            self.file = path.open("wb")
        self.file.write(data)
        if self.file.tell() >= PART:
            self._end()

    def _end(self) -> None:
        if self.file:
            self.file.close()
            self.file = None
            if self.ready:
                self.ready(self.staged, self.staged.plain[-1])

    def __enter__(self) -> Parts:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._end()
        elif self.file:
            self.file.close()


class Stager:
    """Reads one table once, row by row."""

    def __init__(self, head: Head, typed: Sequence[int], *, workbook: bool = False, ends_line: bool = True) -> None:
        """`typed`: positions of columns with numbers or times. `workbook`: rows come from cells, so none is cut."""
        self.head, self.typed, self.workbook, self.ends_line = head, typed, workbook, ends_line
        self.header = [canonical(cell) for cell in head.recognised.headers]
        self.key = _key_position(head)
        self.number = 0
        self.last: list[str] = []
        """The newest row of the wrong width, and its number: at the end of a file without line end it was cut off."""
        self.last_ragged = 0
        self.pending: list[tuple[int, str]] = []
        self.looked_at: list[int] = []
        """Positions of the cells that must have no blanks round them in lines passed on."""
        self.begun = False
        self.odd_starts = {"", " ", "\t", *_TOTAL_STARTS, *(head.recognised.headers[0][:1])}

    def stage(self, path: Path, out: Path, columns: Sequence[int], ready: Ready | None = None) -> Staged:
        """Writes the staged file `out` and tells what is in it."""
        self.staged = Staged(out, [], self.head, tuple(columns))
        self.looked_at = sorted({0, *([1] if self.head.width > 1 else []), self.key, *columns})
        self.passed = Parts(self.staged, ready)
        with out.open("w", encoding="utf-8", newline="") as file, self.passed:
            csv.writer(file, lineterminator="\n").writerows(self._rows(path))
        if not self.ends_line and not self.workbook:
            self.staged.skipped["no_line_end"] += 1
        return self.staged

    def _rows(self, path: Path) -> Iterator[tuple[Any, ...]]:
        with blocks(path, self.head.dialect) as source:
            try:
                yield from self._data(source)
            except csv.Error as error:
                raise self._quote_error(path, str(error)) from error
        self._finish()

    def _data(self, source: Blocks) -> Iterator[tuple[Any, ...]]:
        staged, width, reader = self.staged, self.head.width, source.reader
        taken = _taker(self.staged.columns)
        key = self.key
        for _ in range(self.head.row):
            next(reader)
        line = reader.line_num
        number = self.head.row
        while True:
            if source.begins and self._pass_on(source):
                number = self.number
                continue
            if (row := next(reader, None)) is None:
                return
            number += 1
            self.number = number
            if reader.line_num != line + 1 and row:
                self._unfold(row)
            line = reader.line_num
            if len(row) != width:
                row = self._other_width(row)
                if row is None:
                    continue
            odd = row[0][:1] in self.odd_starts or row[key][:1] in _TOTAL_STARTS or (width > 1 and not row[1])
            if odd and self._is_no_data(row):
                continue
            if self.pending or not self.begun:
                if not self.begun and self._explains(row):
                    staged.skipped["second_header"] += 1
                    self.begun = True
                    continue
                self.begun = True
                self._settle_pending()
            staged.rows += 1
            yield number, *map(str.strip, taken(row))

    def _pass_on(self, source: Blocks) -> bool:
        """Passes the lines of a whole block on where each is one data row of the usual width."""
        width, staged = self.head.width, self.staged
        if self.workbook or not self.begun or width < 2:
            return False
        block = source.plain(width)
        if block is None:
            return False
        other_ends = staged.returns not in (None, block.returns)
        if other_ends or block.has_edges(self.looked_at, self.head.dialect.delimiter) or self._suspicious(block):
            source.again(block)
            return False
        self._settle_pending()
        staged.returns = block.returns
        self.passed.write(block.data)
        self._count(len(block.ends))
        return True

    def _count(self, lines: int) -> None:
        """Notes that the next `lines` rows were passed on."""
        staged, first = self.staged, self.number + 1
        if staged.runs and sum(staged.runs[-1]) == first:
            staged.runs[-1] = (staged.runs[-1][0], staged.runs[-1][1] + lines)
        else:
            staged.runs.append((first, lines))
        self.number += lines
        staged.rows += lines

    def _suspicious(self, block: Plain) -> bool:
        """Whether a line may be no data row: empty but for a cell, a header, or totals."""
        odd = [
            block.starting(self.key, _TOTAL_STARTS),
            block.starting(0, self.odd_starts),
            block.empty(0),
            block.empty(1),
        ]
        return any(self._is_suspicious(block.line(number)) for lines in odd for number in lines.tolist())

    def _is_suspicious(self, line: str) -> bool:
        row = line.split(self.head.dialect.delimiter)
        if row[self.key][:1] in _TOTAL_STARTS and _TOTAL.fullmatch(row[self.key]):
            return True
        if row[0][:1] not in self.odd_starts and row[1]:
            return False
        filled = [cell for cell in row if cell.strip()]
        return len(filled) < 2 or canonical(row[0]) == self.header[0] or bool(_TOTAL.fullmatch(filled[0]))

    def _unfold(self, row: list[str]) -> None:
        """A record over several lines: line breaks inside cells become blanks; swallowed rows are a quote error."""
        most = max(2, self.head.width - 1)
        for position, cell in enumerate(row):
            if "\n" in cell or "\r" in cell:
                parts = cell.splitlines()
                if not self.workbook and any(part.count(self.head.dialect.delimiter) >= most for part in parts):
                    raise FileRefused("quote", row=self.number)
                row[position] = " ".join(parts)
        if not self.workbook and len(row) != self.head.width:
            raise FileRefused("quote", row=self.number)

    def _other_width(self, row: list[str]) -> list[str] | None:
        """A row of another width: filled up where cells came from a workbook, else set aside. None: no data row."""
        width = self.head.width
        if self.workbook and not any(cell.strip() for cell in row[width:]):
            return [*row, *[""] * (width - len(row))][:width]
        filled = [cell.strip() for cell in row if cell.strip()]
        if not filled or self._is_header(row) or self._is_total(row, filled):
            return None
        if len(filled) == 1 or (len(row) < width and _REMARK.match(filled[0])):
            self.pending.append((self.number, filled[0]))
            return None
        self._settle_pending()
        self.last = row
        self._reject_ragged(self.number, len(row))
        return None

    def _is_no_data(self, row: list[str]) -> bool:
        filled = [cell.strip() for cell in row if cell.strip()]
        if not filled or self._is_header(row) or self._is_total(row, filled):
            return True
        if len(filled) == 1 and len(row) > 2 and row[0].strip() and _FOOTNOTE.match(filled[0]):
            self.pending.append((self.number, filled[0]))
            return True
        return False

    def _is_header(self, row: Sequence[str]) -> bool:
        if [canonical(cell) for cell in row[: len(self.header)]] != self.header[: max(len(row), 2)]:
            return False
        self.staged.skipped["repeated_header"] += 1
        self.pending.clear()
        return True

    def _is_total(self, row: list[str], filled: list[str]) -> bool:
        if not _TOTAL.fullmatch(filled[0]) and not self._totals_by_key(row, filled):
            return False
        self.staged.totals.append((self.number, row))
        return True

    def _totals_by_key(self, row: list[str], filled: list[str]) -> bool:
        """The word stands in the first required column, wherever that is, and all else are numbers."""
        said = row[self.key].strip() if self.key < len(row) else ""
        return bool(_TOTAL.fullmatch(said)) and all(cell == said or _NUMBER.fullmatch(cell) for cell in filled)

    def _explains(self, row: Sequence[str]) -> bool:
        """Whether the row under the header explains the columns: words where numbers and times belong."""
        cells = [row[position].strip() for position in self.typed if position < len(row) and row[position].strip()]
        return bool(cells) and all(_HAN.search(cell) and not _DIGIT.search(cell) for cell in cells)

    def _settle_pending(self) -> None:
        """Single cells between data rows are rows of the wrong width after all."""
        for number, _ in self.pending:
            self._reject_ragged(number, 1)
        self.pending.clear()

    def _reject_ragged(self, number: int, cells: int) -> None:
        self.staged.rows += 1
        self.staged.ragged.append(Reject(number, "", f"{cells}/{self.head.width}", "ragged"))
        self.last_ragged = number

    def _finish(self) -> None:
        cut = not self.ends_line and not self.workbook
        if cut and self.last_ragged == self.number:
            raise FileRefused("truncated", row=self.number, column=self._column(len(self.last) - 1))
        for number, text in self.pending:
            if cut and number == self.number and not _FOOTNOTE.match(text):
                raise FileRefused("truncated", row=number, column=self._column(0))
            if not _HAN.search(text) and not _FOOTNOTE.match(text):
                self._reject_ragged(number, 1)
            else:
                self.staged.skipped["footnote"] += 1
        if not self.staged.rows:
            raise FileRefused("no_rows")

    def _column(self, position: int) -> str:
        headers = self.head.recognised.headers
        return headers[min(position, len(headers) - 1)].strip()

    def _quote_error(self, path: Path, said: str) -> FileRefused:
        """A quote that is never closed, or closed in the middle of a cell; on the last line the file was cut off."""
        row = self.number + 1
        if "unexpected end" in said and not self.ends_line:
            with reading(path, self.head.dialect, strict=False) as reader:
                lines = [reader.line_num for number, _ in enumerate(reader, 1) if number >= row - 1]
            if len(lines) == 2 and lines[1] - lines[0] == 1:
                return FileRefused("truncated", row=row)
        return FileRefused("quote", row=row)


def _key_position(head: Head) -> int:
    """Position of the first required column; 0 where none of its names is there."""
    made, index = head.recognised.format, head.recognised.index
    names = made.required[0].split("|") if made.required else []
    return next((index[name] for name in names if name in index), 0)


def _taker(columns: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the cells at `columns` out of a row."""
    if len(columns) == 1:
        return lambda row: (row[columns[0]],)
    return itemgetter(*columns)


def locate(path: Path, head: Head, line: int | None) -> tuple[int | None, str | None]:
    """Row and column of the first damaged character (or of physical line `line`)."""
    with reading(path, head.dialect, strict=False) as reader:
        try:
            for number, row in enumerate(reader, 1):
                if line is not None and reader.line_num >= line:
                    return number, None
                for position, cell in enumerate(row):
                    if "\ufffd" in cell or "\0" in cell:
                        headers = head.recognised.headers
                        return number, headers[position].strip() if position < len(headers) else None
        except csv.Error:
            return None, None
    return None, None
