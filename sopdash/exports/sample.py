"""A first look at a table nobody knows yet: its headers and its first rows, personal cells masked for the screen."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sopdash.errors import FileRefused
from sopdash.exports import decode, html_table
from sopdash.exports.head import HEADER_ROWS, MOST_COLUMNS, Dialect, reading
from sopdash.exports.source import Kind, encoding_of, look, unpacking
from sopdash.exports.workbook import check_directory, sheets_of

ROWS = 2000
"""Rows read for suggestions and status words."""
_FIRST = 60
_VALUE = re.compile(r"[-+¥￥]?[\d,.]+%?元?|\d{4}[-/.年]\d{1,2}.*")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{6}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx](?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PERSONAL = re.compile(
    r"姓名|昵称|收货人|收件人|提货人|联系人|领取人|买家|客户名|顾客|会员名|用户名|地址|身份证|证件|手机|电话|微信|邮箱|生日"
    r"|openid|unionid|userid|address|phone|mobile|mail|wechat|nickname|(^|\W)name$",
    re.IGNORECASE,
)
"""Headers whose cells are about one person."""


@dataclass(frozen=True)
class Sample:
    """The beginning of an unknown table. `row`: where the header stands, as a person counts."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row: int

    def values(self, header: str) -> list[str]:
        """The filled cells under a header."""
        at = self.headers.index(header)
        return [row[at] for row in self.rows if row[at]]

    def masked(self, count: int) -> list[list[str]]:
        """The first rows as they may be shown."""
        return [
            [masked(header, cell) for header, cell in zip(self.headers, row, strict=True)] for row in self.rows[:count]
        ]


def masked(header: str, cell: str) -> str:
    """A cell as it may be shown: phones by first three and last four digits, names and addresses by one character."""
    shown = _PHONE.sub(r"\1****\2", cell)
    if shown != cell:
        return shown
    if PERSONAL.search(header) and cell:
        return f"{cell[:1]}**"
    return _MAIL.sub("**", _CARD.sub("**", cell))


def sample(path: Path, name: str, part: str) -> Sample | None:
    """The table of the file that the result `part` is about; None where no table can be made out.

    Workbooks and archives are unpacked beside the file, for as long as it takes.
    """
    with (
        suppress(FileRefused, OSError, csv.Error, UnicodeDecodeError),
        TemporaryDirectory(dir=path.parent, prefix="look-") as folder,
    ):
        found = [made for text, codec in _texts(path, name, part, Path(folder)) if (made := _of(text, codec))]
        return max(found, key=lambda made: len(made.headers), default=None)
    return None


def _texts(path: Path, name: str, part: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """Text tables of the file and their encodings."""
    source = look(path, name)
    if source.kind is Kind.ARCHIVE:
        yield from _member_texts(path, name, part, folder)
    elif source.kind is Kind.TEXT:
        yield path, encoding_of(path).codec
    elif source.kind is Kind.PAGE:
        html_table.to_csv(path, encoding_of(path).codec, folder / "page.csv")
        yield folder / "page.csv", "utf-8"
    else:
        with unpacking():
            yield from [(sheet.path, "utf-8") for sheet in sheets_of(path, folder)]


def _member_texts(path: Path, name: str, part: str, folder: Path) -> Iterator[tuple[Path, str]]:
    check_directory(path)
    with zipfile.ZipFile(path) as archive:
        for at, entry in enumerate(archive.infolist()):
            inside = decode.member_name(entry)
            if not inside.lower().endswith(decode.MEMBER_SUFFIXES) or part not in (name, f"{name} › {inside}"):
                continue
            target = folder / f"look{at}"
            target.mkdir()
            with unpacking(), archive.open(entry) as read, (target / "member").open("wb") as write:
                shutil.copyfileobj(read, write)
            yield from _texts(target / "member", inside, inside, target)


def _of(path: Path, codec: str) -> Sample | None:
    dialect = max((Dialect(codec, mark, errors="replace") for mark in ",\t;"), key=lambda one: _regular(path, one))
    rows = _rows(path, dialect, ROWS)
    at = _header_at(rows)
    if at is None:
        return None
    width = max(place + 1 for place, cell in enumerate(rows[at]) if cell)
    headers = rows[at][:width]
    if not 2 <= width <= MOST_COLUMNS:
        return None
    kept = [place for place, header in enumerate(headers) if header and headers.index(header) == place]
    body = [[*row, *[""] * width][:width] for row in rows[at + 1 :] if sum(map(bool, row)) > 1 or width == 1]
    if not body:
        return None
    return Sample(
        tuple(headers[place] for place in kept), tuple(tuple(row[place] for place in kept) for row in body), at + 1
    )


def _rows(path: Path, dialect: Dialect, count: int) -> list[list[str]]:
    rows: list[list[str]] = []
    with reading(path, dialect, strict=False) as reader, suppress(csv.Error):
        rows.extend([cell.strip() for cell in row] for row in islice(reader, count))
    return rows


def _regular(path: Path, dialect: Dialect) -> tuple[int, int]:
    """How table-like the file is cut so: rows of the usual width, and that width."""
    widths = Counter(len(row) for row in _rows(path, dialect, _FIRST) if len(row) > 1)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return count * min(width, 2), width


def _header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that is as wide as the data and holds words, no values."""
    usual = Counter(sum(map(bool, row)) for row in rows if sum(map(bool, row)) > 1).most_common(1)
    if not usual:
        return None
    for at, row in enumerate(rows[:HEADER_ROWS]):
        filled = [cell for cell in row if cell]
        values = sum(bool(_VALUE.fullmatch(cell)) for cell in filled)
        if len(filled) >= max(2, usual[0][0] * 0.6) and values * 5 <= len(filled):
            return at
    return None
