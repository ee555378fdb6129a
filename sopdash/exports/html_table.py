"""Web pages named .xls, which many back offices hand out: their table rows as a CSV, in a stream."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sopdash.errors import FileRefused
from sopdash.exports.workbook import FILE_LIMIT

_CHUNK = 1 << 20


class _Rows(HTMLParser):
    """Hands each table row to `writer`; text outside cells is no part of the table."""

    def __init__(self, writer: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.writer = writer
        self.row: list[str] | None = None
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._end_row()
            self.row = []
        elif tag in ("td", "th"):
            self._end_cell()
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is not None and self.row is not None:
            self.row.append(" ".join("".join(self.cell).split("\n")).strip())
        self.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.row:
            self.writer.writerow(self.row)
        self.row = None


def to_csv(path: Path, codec: str, out: Path) -> None:
    """Writes the rows of all tables of a page to `out` (UTF-8). Refused: no table, over the size limit of workbooks."""
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise FileRefused("file_too_large", megabytes=size >> 20, limit=FILE_LIMIT >> 20)
    with path.open(encoding=codec, newline="") as page, out.open("w", encoding="utf-8", newline="") as table:
        parser = _Rows(csv.writer(table, lineterminator="\n"))
        while chunk := page.read(_CHUNK):
            parser.feed(chunk)
        parser.close()
    if not out.stat().st_size:
        raise FileRefused("html_table")
