"""Writing tables the way back offices write them: every column of the header row, most of them blank."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter


def spread(header: Sequence[str], size: int, columns: dict[str, Any]) -> pd.DataFrame:
    """A table with the header's columns in order; those not in `columns` and a name's second place stay blank."""
    unknown = set(columns) - set(header)
    if unknown:
        raise KeyError(f"not in the header: {sorted(unknown)}")
    used: set[str] = set()
    cells = []
    for name in header:
        value = columns.get(name, "") if name not in used else ""
        used.add(name)
        cells.append(np.full(size, value, dtype=object) if np.isscalar(value) else np.asarray(value, dtype=object))
    table = pd.DataFrame(dict(enumerate(cells)), index=range(size))
    table.columns = pd.Index(header)
    return table


def to_csv(table: pd.DataFrame, path: Path, encoding: str, quote_all: bool = False) -> Path:
    """Write as CSV with CRLF line ends, as the back offices do."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL)
        writer.writerow(list(table.columns))
        writer.writerows(table.to_numpy(dtype=object).tolist())
    return path


def to_xlsx(table: pd.DataFrame, path: Path, sheet: str) -> Path:
    """Write as a workbook of text and number cells, header in row 1."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, list(table.columns))
    for number, row in enumerate(table.to_numpy(dtype=object).tolist(), start=1):
        page.write_row(number, 0, row)
    book.close()
    return path


def yuan(fen: Any) -> list[str]:
    """Amounts in fen as yuan with two decimals."""
    return [f"{value // 100}.{value % 100:02d}" for value in np.asarray(fen).tolist()]


def clock(times: Any, blank: str = "") -> list[str]:
    """Times as `YYYY-MM-DD HH:MM:SS`; `blank` where there is none."""
    words = np.datetime_as_string(np.asarray(times).astype("datetime64[s]"), unit="s").tolist()
    return [blank if word == "NaT" else word.replace("T", " ") for word in words]


def days(dates: Any) -> list[str]:
    """Days as `YYYY-MM-DD`; blank where there is none."""
    words = np.datetime_as_string(np.asarray(dates).astype("datetime64[D]")).tolist()
    return ["" if word == "NaT" else word for word in words]
