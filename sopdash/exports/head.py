"""Where a table begins: delimiter, quote, header row and width, accepted only where the headers are known."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused
from sopdash.exports.format import Format
from sopdash.exports.recognise import Recognised, nearest, recognise
from sopdash.text import Text, phrases

HEADER_ROWS = 20
"""The header is looked for in this many rows; what stands above it are title rows."""
MOST_COLUMNS = 200
_SAMPLE = 120
_DIALECTS = [(delimiter, quote) for quote in ('"', "'") for delimiter in (",", "\t", ";")]
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DATES = [
    re.compile(
        r"(?<!\d)(20\d\d)[-_./年](1[0-2]|0?[1-9])[-_./月](3[01]|[12]\d|0?[1-9])(?!\d)日?"
        r"(?:[ T_]*([01]\d|2[0-3])[:时]([0-5]\d)(?:[:分]([0-5]\d))?)?"
    ),
    re.compile(
        r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
        r"(?:[ T_-]?([01]\d|2[0-3]):?([0-5]\d)(?::?([0-5]\d))?)?(?!\d)"
    ),
]


@dataclass(frozen=True)
class Dialect:
    """How a text file is cut into cells. `codec` and `errors` as for `open`."""

    codec: str
    delimiter: str = ","
    quote: str = '"'
    errors: str = "strict"


@dataclass(frozen=True)
class Head:
    """Where the table begins: header row (as a person counts), width in cells, and what it was recognised as."""

    dialect: Dialect
    row: int
    width: int
    titles: tuple[str, ...]
    recognised: Recognised


@contextmanager
def reading(path: Path, dialect: Dialect, strict: bool = True) -> Iterator[Any]:
    """A csv reader over the file in a stream; byte order marks are taken out wherever two exports were joined."""
    with path.open(encoding=dialect.codec, errors=dialect.errors, newline="") as file:
        yield cells_of(map(visible, file), dialect, strict)


def visible(line: str) -> str:
    """The line without byte order marks and other characters of no width."""
    return _INVISIBLE.sub("", line) if _INVISIBLE.search(line) else line


def cells_of(lines: Iterable[str], dialect: Dialect, strict: bool = True) -> Any:
    """A csv reader over lines."""
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=strict)


def find_head(path: Path, codec: str, among: Iterable[Format], errors: str = "strict") -> Head:
    """The header of a file under the first dialect in which it is one; refused where there is none."""
    among = list(among)
    looks: list[tuple[int, Sequence[str]]] = []
    for delimiter, quote in _DIALECTS:
        dialect = Dialect(codec, delimiter, quote, errors)
        rows = _first_rows(path, dialect)
        for at, row in enumerate(rows[:HEADER_ROWS]):
            if found := _recognise(row, at + 1, among):
                return _head(dialect, rows, at, found)
        looks += [(at + 1, row) for at, row in enumerate(rows[:HEADER_ROWS]) if len(row) > 1]
    raise unknown_header(looks, among)


def _first_rows(path: Path, dialect: Dialect) -> list[list[str]]:
    rows: list[list[str]] = []
    with reading(path, dialect, strict=False) as reader, suppress(csv.Error):
        rows.extend(islice(reader, _SAMPLE))
    return rows


def _recognise(row: Sequence[str], number: int, among: Iterable[Format]) -> Recognised | None:
    try:
        return recognise(row, among)
    except FileRefused as error:
        column = error.values.pop("column", None)
        raise FileRefused(error.code, row=number, column=column, **error.values) from error


def _head(dialect: Dialect, rows: list[list[str]], at: int, found: Recognised) -> Head:
    if len(rows[at]) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", row=at + 1, columns=len(rows[at]), limit=MOST_COLUMNS)
    titles = tuple(text for row in rows[:at] if (text := " ".join(cell.strip() for cell in row if cell.strip())))
    return Head(dialect, at + 1, _width(rows[at], rows[at + 1 :]), titles, found)


def _width(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Cells per row: the header's, or one more or less where all rows (or the header) end in a spare delimiter."""
    named = max(position + 1 for position, cell in enumerate(header) if cell.strip())
    counts = Counter(len(row) for row in rows if len(row) > 1)
    usual = counts.most_common(1)[0][0] if counts else len(header)
    if usual == len(header) + 1 and all(not row[-1].strip() for row in rows if len(row) == usual):
        return usual
    return usual if named <= usual < len(header) else len(header)


def unknown_header(looks: Sequence[tuple[int, Sequence[str]]], among: Sequence[Format]) -> FileRefused:
    """The refusal of a file without a known header: names the nearest format and the columns it misses."""
    near = [(number, row, found) for number, row in looks if (found := nearest(row, among))]
    if not near:
        return FileRefused(
            "header_missing", detail=phrases()["exports.nothing_near"], formats=", ".join(m.name for m in among)
        )
    number, _, (made, missing) = min(near, key=lambda item: len(item[2][1]))
    shown = phrases()["exports.nearest"]
    columns = ", ".join(missing)
    detail = Text(
        *(
            phrase.format(format=made.label.say(lang), columns=columns)
            for lang, phrase in zip(("zh", "en"), shown, strict=True)
        )
    )
    return FileRefused("header_missing", row=number, column=missing[0], detail=detail, format=made.name)


def date_in(text: str) -> tuple[int, ...] | None:
    """The last date (and time) written in a title row or a file name, as numbers for `datetime`; None without one."""
    hits = [hit for pattern in _DATES for hit in pattern.finditer(text)]
    last = max(hits, key=lambda hit: hit.end(), default=None)
    return tuple(int(part) for part in last.groups() if part) if last else None
