"""An XLSX file of one table, written row by row so that memory stays bounded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

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
        text = book.add_format({"num_format": "@"})
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        formats = {kind: book.add_format(style) for kind, style in _FORMATS.items()}
        self._letters = [xl_col_to_name(place) for place in range(len(cells))]
        self._plain, self._runs = text._get_xf_index(), quoted._get_xf_index()
        self._styles = dict.fromkeys(Cell, self._plain) | {
            kind: style._get_xf_index() for kind, style in formats.items()
        }
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
        """One line of the table, put into the sheet's stream as it is: XlsxWriter's own calls per cell take three times
        as long, and it takes text in <r>…</r> for markup of its own."""
        sheet._check_dimensions(line, len(self._cells) - 1)
        sheet._write_single_row(line)  # what stands before this line goes out first
        parts = [f'<row r="{line + 1}">']
        for place, value in enumerate(values):
            if value is not None:
                parts.append(self._cell(f"{self._letters[place]}{line + 1}", self._cells[place], value))
        sheet.fh.write("".join(parts) + "</row>")

    def _cell(self, where: str, kind: Cell, value: Any) -> str:
        if isinstance(value, int | float):
            return f'<c r="{where}" s="{self._styles[kind]}"><v>{value:.16G}</v></c>'
        if isinstance(value, dt.date):
            return f'<c r="{where}" s="{self._styles[kind]}"><v>{_serial(value):.16G}</v></c>'
        if value.isalnum() and len(value) < LONGEST:  # nearly every cell: nothing to look for
            return f'<c r="{where}" s="{self._plain}" t="inlineStr"><is><t>{value}</t></is></c>'
        style = self._plain if safe.cell(value) == value else self._runs
        return f'<c r="{where}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'

    def finish(self, sheet: Any, line: int) -> None:
        """The filter over all lines."""
        sheet.autofilter(0, 0, max(line, 1), len(self._headers) - 1)


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def _escaped(value: str) -> str:
    """Text as an XLSX cell holds it: no longer than Excel takes, markup and control characters escaped."""
    text = value.replace("\0", "")
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    text = _CONTROLS.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_FIRST = dt.datetime(1899, 12, 30)


def _serial(value: dt.date) -> float:
    """A day or moment as Excel counts them."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    return (moment - _FIRST) / dt.timedelta(days=1)
