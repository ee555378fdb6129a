"""Text of other people made harmless where it leaves the app: spreadsheet cells, CSV bytes, Markdown.

Names, themes and remarks come from outside. A spreadsheet runs a cell that begins like a formula; Markdown turns some
characters into links, colours and formulas. The rules follow OWASP's "CSV injection" and ASVS 1.2.10.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_BLANK = "\\s\u00a0\ufeff\u200b\u200c\u200d\u2060\u180e"
_FORMULA = re.compile(f"^[{_BLANK}]*[=+\\-@|%＝＋－＠]|^[\\t\\r\\n\\0]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^])")

BOM = "\ufeff"


def cell(value: object) -> object:
    """A spreadsheet cell: text that a program could run is led by an apostrophe; numbers, dates and blanks stay."""
    if isinstance(value, str):
        clean = value.replace("\0", "")
        return f"'{clean}" if _FORMULA.match(value) else clean
    return value


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file that Excel opens in Chinese: UTF-8 with BOM, CRLF, text quoted, every cell passed through `cell`."""
    out = io.StringIO(newline="")
    write = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    write.writerow([cell(name) for name in header])
    write.writerows([["" if value is None else cell(value) for value in row] for row in rows])
    return (BOM + out.getvalue()).encode("utf-8")


def markdown(value: object) -> str:
    """Text shown literally by Markdown: what Markdown or Streamlit reads is escaped, line breaks become blanks."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(value).split()))
