"""An XLSX file of one table, written row by row so that memory stays bounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from sopdash.segments.columns import Cell
from sopdash.text import safe

ROWS = 1_048_575
"""Rows of one sheet below its header; longer lists go on in a further sheet."""

LONGEST = 32_767
"""Characters of one cell; XlsxWriter drops a longer text, so it is ended with … instead."""

_WIDTHS = {Cell.DAY: 12, Cell.MOMENT: 19, Cell.COUNT: 9, Cell.MONEY: 12, Cell.PHONE: 14}
_FORMATS: dict[Cell, dict[str, Any]] = {
    Cell.DAY: {"num_format": "yyyy-mm-dd"},
    Cell.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    Cell.COUNT: {"num_format": "0"},
    Cell.MONEY: {"num_format": "#,##0.00"},
    Cell.SHARE: {"num_format": "0.0%"},
}


def write(
    path: Path,
    title: str,
    headers: Sequence[str],
    cells: Sequence[Cell],
    rows: Iterable[Sequence[Any]],
    limit: int = ROWS,
) -> None:
    """Writes header and rows. Text is written as text (never formula, link or number), numbers and days as such;
    text that would run once edited carries Excel's own apostrophe."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheets = _Sheets(book, title, headers, cells)
        sheet = sheets.next()
        line = 0
        for row in rows:
            if line == limit:
                sheets.finish(sheet, line)
                sheet, line = sheets.next(), 0
            line += 1
            sheets.row(sheet, line, row)
        sheets.finish(sheet, line)


class _Sheets:
    """The sheets of one book, alike in header and formats."""

    def __init__(self, book: Any, title: str, headers: Sequence[str], cells: Sequence[Cell]) -> None:
        self._book, self._title, self._headers, self._cells = book, title, headers, cells
        self._bold = book.add_format({"bold": True, "num_format": "@"})
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self._of = {kind: book.add_format(style) for kind, style in _FORMATS.items()}
        self._count = 0

    def next(self) -> Any:
        """A further sheet with its header, frozen."""
        self._count += 1
        sheet = self._book.add_worksheet(self._title if self._count == 1 else f"{self._title} {self._count}")
        for place, kind in enumerate(self._cells):
            sheet.set_column(place, place, _WIDTHS.get(kind, 16))
        for place, header in enumerate(self._headers):
            sheet.write_string(0, place, str(safe.cell(header)), self._bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def row(self, sheet: Any, line: int, values: Sequence[Any]) -> None:
        """One line of the table."""
        for place, (kind, value) in enumerate(zip(self._cells, values, strict=True)):
            if value is None:
                continue
            if isinstance(value, dt.date):
                sheet.write_datetime(line, place, value, self._of[kind])
            elif isinstance(value, int | float):
                sheet.write_number(line, place, value, self._of[kind])
            else:
                self._write_text(sheet, line, place, value)

    def _write_text(self, sheet: Any, line: int, place: int, value: str) -> None:
        if len(value) < LONGEST and value[:1].isalnum() and "\0" not in value:  # nearly every cell: nothing to look for
            sheet.write_string(line, place, value, self._text)
            return
        runs = safe.cell(value) != value
        text = value.replace("\0", "")
        text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        sheet.write_string(line, place, text, self._quoted if runs else self._text)

    def finish(self, sheet: Any, line: int) -> None:
        """The filter over all lines."""
        sheet.autofilter(0, 0, max(line, 1), len(self._headers) - 1)
